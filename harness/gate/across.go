package gate

import (
	"fmt"
	"math"
	"slices"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// Ratio is the metric of comparisons across machines: the time of a decoder over that of
// the reference of its place, both on the same machine.
const Ratio = "e2e ratio"

// compareRatios makes the comparisons of two runs on different machines whose times are
// comparable on neither side of the other: whether the ratio of a decoder to the reference
// of its place is the same on both. Each instance has one ratio on each machine, of runs in
// the same ABBA blocks there, and these two are a pair. No time of one machine meets one of
// the other.
func compareRatios(old, new *result.File, side string) (list []Series) {
	cells, oldKeys, newKeys := map[string]result.Cell{}, place.Keys(old.Header), place.Keys(new.Header)
	for _, c := range old.Header.Cells {
		cells[oldKeys[c.ID]] = c
	}
	pairings, _, _ := Match(new.Header, "") // without a name there is no error
	before, after := read(old), read(new)
	for _, m := range pairings {
		s := Series{Cell: newKeys[m.New.ID], Side: side, Decoder: place.Decoder(m.New), Engine: m.New.Engine, Metric: Ratio, Unit: "×",
			Verdict: NotComparable, Seed: new.Header.Seed, Across: true}
		a, known := cells[newKeys[m.New.ID]]
		ref, also := cells[newKeys[m.Old.ID]]
		name := place.Decoder(m.Old)
		switch {
		case !known || !also:
			s.Problem = "the old side has not both this cell and " + name
		case a.Group != ref.Group || m.New.Group != m.Old.Group:
			s.Problem = "it was not decoded in turns with " + name + " on both machines"
		default:
			if d := place.Differs(place.In(old.Header, a), place.In(new.Header, m.New)); len(d) > 0 {
				s.Problem = sides(d[0])
			}
		}
		if s.Problem == "" {
			after.bar(&s, "the new side", m.New)
			after.bar(&s, "the new side's "+name, m.Old)
			before.bar(&s, "the old side", a)
			before.bar(&s, "the old side's "+name, ref)
		}
		if s.Problem == "" {
			x, y := ratios(before.requests[ref.ID], before.requests[a.ID]), ratios(after.requests[m.Old.ID], after.requests[m.New.ID])
			s.Pairs = meet(x, y)
			s.note("time over that of " + name + " in the same blocks, on each machine by itself")
		}
		list = append(list, s)
	}
	return list
}

// unitRatio is the ratio of two decoders on a batch of instances.
type unitRatio struct {
	unit  string
	ratio float64
}

// ratios are those of two cells of one run by batch, in the order of the blocks: the
// geometric mean over the blocks in which both decoded it.
func ratios(ref, own []result.Request) (list []unitRatio) {
	ms := TimeMetrics()[0].ms
	at, n := map[string]int{}, []float64{}
	for _, b := range match(visitsOf(ref, ms), visitsOf(own, ms)) {
		k, known := at[b.unit]
		if !known {
			k = len(list)
			at[b.unit], list, n = k, append(list, unitRatio{unit: b.unit}), append(n, 0)
		}
		list[k].ratio += meanLog(b.new) - meanLog(b.old)
		n[k]++
	}
	for k := range list {
		list[k].ratio = math.Exp(list[k].ratio / n[k])
	}
	return list
}

// meet pairs the ratios of two machines on the same instances.
func meet(old, new []unitRatio) (p Pairs) {
	for _, b := range new {
		if i := slices.IndexFunc(old, func(a unitRatio) bool { return a.unit == b.unit }); i >= 0 {
			p.Old, p.New = append(p.Old, old[i].ratio), append(p.New, b.ratio)
		}
	}
	return p
}

// acrossSentence says what the ratio of two machines is.
func acrossSentence(f Finding, s Series, p Policy, tests int) string {
	text := fmt.Sprintf("%s%.3g on the old machine and %.3g on the new one: %.3f times as large", s.name(), f.Old.Value, f.New.Value, f.Ratio.Value)
	if iv := f.Ratio.CI; iv != nil {
		text += fmt.Sprintf(" [%.3f, %.3f]", iv.Low, iv.High)
	}
	text += fmt.Sprintf(" from %d pairs of instances", f.Pairs)
	margin := fmt.Sprintf("±%.1f%%", 100**f.Noise)
	switch f.Verdict {
	case Insufficient:
		text += fmt.Sprintf("; too few for a verdict: at α = %g it needs %d", p.Alpha, stats.MinBlocks(p.Alpha, tests))
	case NoChange:
		text += "; the same on both within " + margin
	case Regressed, Improved:
		text += "; another ratio on the new machine, wholly beyond " + margin
	case WithinNoise:
		text += "; a difference, but not wholly beyond " + margin
	default:
		text += "; neither the same within " + margin + " nor another one is shown"
	}
	return text + " (" + s.Note + ")"
}

// agreement says of runs on different kernels, which are not comparable by bits, in how many
// cells counters and outputs agree all the same.
func agreement(old, new *result.File, p Policy) string {
	equal, compared := 0, 0
	for _, f := range CompareLedgers(NewLedger(old), NewLedger(new), p) {
		if f.Verdict == NotComparable {
			continue
		}
		if compared++; len(f.Changes) == 0 {
			equal++
		}
	}
	if compared == 0 {
		return ""
	}
	text := fmt.Sprintf("Counters and outputs of %s and %s kernels are not comparable", old.Header.Env.Kernel, new.Header.Env.Kernel)
	if equal == 0 {
		return text + "; here they differ in every cell, as they may."
	}
	return fmt.Sprintf("%s; here they agree on every instance of %d of %d cells all the same.", text, equal, compared)
}
