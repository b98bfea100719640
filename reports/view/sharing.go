package view

import (
	"fmt"
	"math"

	"dllmbench/harness/place"
	"dllmbench/harness/stats"
)

// Sharing compares a decoder with itself: the same options on the same instances,
// on the run's first weights and on a control's. If the control was trained for
// one objective alone, the difference is what sharing weights between objectives
// costs or gives the decoder.
type Sharing struct {
	Decoder      string          `json:"decoder"`           // engine/preset
	Shared       string          `json:"shared"`            // the run's first weights
	Control      string          `json:"control"`           // the weights that are compared with
	Workload     string          `json:"workload"`          // "" for all workloads
	Rung         string          `json:"rung"`              // "" for all rungs
	Rungs        int             `json:"rungs"`             // that were decoded on both weights
	N            int             `json:"n"`                 // instances that were decoded on both weights
	SharedExact  float64         `json:"shared_exact_pct"`  // solved on the shared weights
	ControlExact float64         `json:"control_exact_pct"` // solved on the control
	Difference   *stats.Estimate `json:"difference_points"` // shared minus control, paired by instance; null when unknown
	P            float64         `json:"p"`                 // two-sided exact McNemar test of no difference

	shared, control []bool // solved, by instance
}

// Sharing lists the comparisons of a run: of each decoder and control first the
// whole, then each workload followed by its rungs. Instances of a rung count the
// same, so the whole is a mean over instances, not over workloads.
func (v *View) Sharing() []Sharing {
	type key struct {
		task             place.Place
		decoder, options string
	}
	first := map[key]*Row{}
	var pairs []Sharing // by cell of a control
	for _, r := range v.Rows {
		c := r.Cell
		if c.CostOnly || !r.Usable() {
			continue
		}
		k := key{place.Of(c).ButWeights(), c.Engine + "/" + c.Preset, fmt.Sprint(c.Options)}
		if first[k] == nil {
			first[k] = r
		}
		if first[k].Cell.Model() == c.Model() {
			continue
		}
		s := Sharing{Decoder: k.decoder, Shared: first[k].Cell.Weights, Control: c.Weights, Workload: c.Workload, Rung: c.Rung}
		if s.shared, s.control = solvedByBoth(first[k].pairs(), r.pairs()); len(s.shared) > 0 {
			pairs = append(pairs, s)
		}
	}
	var out []Sharing
	for _, whole := range Groups(pairs, func(s Sharing) [3]string { return [3]string{s.Decoder, s.Shared, s.Control} }) {
		out = append(out, together(whole, "", ""))
		for _, part := range Groups(whole, func(s Sharing) string { return s.Workload }) {
			out = append(out, together(part, part[0].Workload, ""))
			for _, rung := range Groups(part, func(s Sharing) string { return s.Rung }) {
				out = append(out, together(rung, rung[0].Workload, rung[0].Rung))
			}
		}
	}
	return out
}

// together is the comparison on the instances of all pairs.
func together(pairs []Sharing, workload, rung string) Sharing {
	s := Sharing{Decoder: pairs[0].Decoder, Shared: pairs[0].Shared, Control: pairs[0].Control, Workload: workload, Rung: rung, Rungs: len(pairs)}
	for _, x := range pairs {
		s.shared, s.control = append(s.shared, x.shared...), append(s.control, x.control...)
	}
	s.N = len(s.shared)
	s.SharedExact, s.ControlExact = percentTrue(s.shared), percentTrue(s.control)
	if e, err := stats.PairedProportions(s.control, s.shared); err == nil {
		e = e.Times(100)
		s.Difference = &e
	}
	if test, err := stats.McNemar(s.shared, s.control); err == nil {
		s.P = test.P
	}
	return s
}

// solvedByBoth reports, for each instance that two rows have, whether it was solved.
func solvedByBoth(a, b *paired) (byA, byB []bool) {
	theirs := solved(b)
	for _, s := range a.scores {
		if other, both := theirs[s.instance]; both && !math.IsNaN(s.exact) {
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
