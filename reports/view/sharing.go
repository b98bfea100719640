package view

import (
	"fmt"

	"dllmbench/harness/place"
	"dllmbench/harness/stats"
)

// Sharing compares a decoder with itself: the same options on the same instances,
// on the run's first weights and on a control's. If the control was trained for
// one objective alone, the difference is what sharing weights between objectives
// costs or gives the decoder.
type Sharing struct {
	Decoder         string // engine/preset
	Shared, Control string // weights
	Workload, Rung  string // "" for all workloads, for all rungs
	Rungs, N        int    // rungs with a partner, and instances decoded on both weights

	SharedExact, ControlExact float64 // solved, in per cent
	// Difference is shared minus control in percentage points, paired by instance;
	// nil when unknown.
	Difference *stats.Estimate
	P          float64 // two-sided exact McNemar p of no difference

	shared, control []bool // solved, by instance
}

// Sharing lists the comparisons of a run: of each decoder and control first the
// whole, then each workload followed by its rungs. Instances of a rung count the
// same, so the whole is a mean over instances, not over workloads.
func (v *View) Sharing() []*Sharing {
	type key struct {
		task             place.Place
		decoder, options string
	}
	type level struct{ decoder, shared, control, workload, rung string }
	first := map[key]*Row{}
	known := map[level]*Sharing{}
	var wholes []*Sharing
	parts := map[*Sharing][]*Sharing{} // of a whole its workloads, of a workload its rungs
	at := func(l level, above *Sharing) *Sharing {
		s := known[l]
		if s == nil {
			s = &Sharing{Decoder: l.decoder, Shared: l.shared, Control: l.control, Workload: l.workload, Rung: l.rung}
			known[l] = s
			if above == nil {
				wholes = append(wholes, s)
			} else {
				parts[above] = append(parts[above], s)
			}
		}
		return s
	}
	for _, r := range v.Rows {
		c := r.Cell
		if c.CostOnly || !r.Usable() {
			continue
		}
		k := key{place.Of(c).ButWeights(), c.Engine + "/" + c.Preset, fmt.Sprint(c.Options)}
		if first[k] == nil {
			first[k] = r
		}
		if first[k].Cell.Digest == c.Digest {
			continue
		}
		shared, control := solvedByBoth(first[k].paired, r.paired)
		if len(shared) == 0 {
			continue
		}
		l := level{decoder: k.decoder, shared: first[k].Cell.Weights, control: c.Weights}
		whole := at(l, nil)
		l.workload = c.Workload
		part := at(l, whole)
		l.rung = c.Rung
		for _, s := range []*Sharing{whole, part, at(l, part)} {
			s.Rungs++
			s.shared, s.control = append(s.shared, shared...), append(s.control, control...)
		}
	}
	var out []*Sharing
	for _, whole := range wholes {
		out = append(out, whole)
		for _, part := range parts[whole] {
			out = append(append(out, part), parts[part]...)
		}
	}
	for _, s := range out {
		s.finish()
	}
	return out
}

// finish derives the numbers from the instances.
func (s *Sharing) finish() {
	s.N = len(s.shared)
	s.SharedExact, s.ControlExact = percentTrue(s.shared), percentTrue(s.control)
	if e, err := stats.PairedProportions(s.control, s.shared); err == nil {
		e = e.Times(100)
		s.Difference = &e
	}
	if test, err := stats.McNemar(s.shared, s.control); err == nil {
		s.P = test.P
	}
}

// solvedByBoth tells of each instance that two rows have whether it was solved.
func solvedByBoth(a, b *paired) (byA, byB []bool) {
	theirs := solved(b)
	for _, s := range a.scores {
		if other, both := theirs[s.instance]; both {
			byA, byB = append(byA, s.exact == 1), append(byB, other == 1)
		}
	}
	return byA, byB
}

func percentTrue(list []bool) float64 {
	n := 0
	for _, x := range list {
		if x {
			n++
		}
	}
	return 100 * float64(n) / float64(len(list))
}
