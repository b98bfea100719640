package claims

import (
	"fmt"
	"math"

	"dllmbench/harness/stats"
)

// estimated puts an estimate into a finding, multiplied by scale: 100 makes
// points of shares.
func (f *Finding) estimated(e stats.Estimate, scale float64) {
	x := e.Value * scale
	f.Effect, f.N = &x, e.N
	if e.CI != nil {
		f.CI = &stats.Interval{Low: e.CI.Low * scale, High: e.CI.High * scale}
	}
}

// known tells whether the finding has an effect with an interval.
func (f *Finding) known() bool { return f.Effect != nil && f.CI != nil }

// atLeast: the effect is at least x and its interval above 0.
func (f *Finding) atLeast(x float64) bool { return f.known() && *f.Effect >= x && f.CI.Low > 0 }

// below: the whole interval is below x.
func (f *Finding) below(x float64) bool { return f.known() && f.CI.High < x }

// String is the effect with its interval, for sentences.
func (f *Finding) String() string {
	switch {
	case f.Effect == nil:
		return "unknown"
	case f.CI == nil:
		return fmt.Sprintf("%+.1f %s (no interval)", *f.Effect, f.Unit)
	}
	return fmt.Sprintf("%+.1f %s (%+.1f to %+.1f)", *f.Effect, f.Unit, f.CI.Low, f.CI.High)
}

// solvedDifference is b's share of solved instances minus a's, in points, with
// McNemar's exact p; the finding has no effect where the cells share nothing.
func solvedDifference(name string, matched Matching, a, b *Cell) Finding {
	x, y := Answers(a, b)
	return solvedPairs(name, matched, x, y)
}

// solvedPairs is solvedDifference of answers to the same instances.
func solvedPairs(name string, matched Matching, x, y []bool) Finding {
	f := Finding{Name: name, Matched: matched, Unit: "points"}
	e, err := stats.PairedProportions(x, y)
	if err != nil {
		f.Note = "the decoders have no judged instance in common"
		return f
	}
	f.estimated(e, 100)
	if test, err := stats.McNemar(x, y); err == nil {
		f.P = &test.P
	}
	return f
}

// holmHolds sets Holds of findings to whether meets says so and their p, as one
// family, is at most alpha.
func holmHolds(list []*Finding, alpha float64, meets func(*Finding) bool) {
	ps := make([]float64, len(list))
	for i, f := range list {
		ps[i] = 1
		if f.P != nil {
			ps[i] = *f.P
		}
	}
	for i, p := range stats.Holm(ps) {
		if !list[i].known() {
			continue
		}
		holds := p <= alpha && meets(list[i])
		list[i].Holds = &holds
	}
}

// apart tells by which factor the means of a cost differ, above 1; NaN when one
// is unknown.
func apart(a, b *Cell, f Field) float64 {
	x, ok := a.Mean(f)
	y, also := b.Mean(f)
	if !ok || !also || x <= 0 || y <= 0 {
		return math.NaN()
	}
	return math.Exp(math.Abs(math.Log(x / y)))
}

// untrained warns of decoders that used weights for what they were not trained for.
func (v *Verdict) untrained(cells ...*Cell) {
	for _, c := range cells {
		if c == nil {
			continue
		}
		for _, runs := range c.Runs {
			if len(runs) == 0 || len(runs[0].Untrained) == 0 {
				continue
			}
			v.warn(c.Title() + ": " + list(runs[0].Untrained))
			break
		}
	}
}

// warn adds a warning once.
func (v *Verdict) warn(what string) {
	for _, known := range v.Warnings {
		if known == what {
			return
		}
	}
	v.Warnings = append(v.Warnings, what)
}

// competent lists the groups of an experiment in which some decoder solves its
// task; the verdict names the others with the reason.
func (ev *Evidence) competent(experiment string, v *Verdict) []*Group {
	var list []*Group
	for _, g := range ev.Find(experiment) {
		if ok, why := g.Competent(); !ok {
			v.exclude(why)
			continue
		}
		list = append(list, g)
	}
	return list
}

// reasonsShown is how many exclusions a sentence names.
const reasonsShown = 5

// reasons are the first exclusions, or that there are none.
func reasons(v *Verdict) []string {
	n := len(v.Excluded)
	switch {
	case n == 0:
		return []string{"the run has no further cells"}
	case n > reasonsShown:
		return append(v.Excluded[:reasonsShown:reasonsShown], fmt.Sprintf("and %d more reasons in the list of what was left out", n-reasonsShown))
	}
	return v.Excluded
}
