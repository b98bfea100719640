package claims

import (
	"errors"
	"fmt"
	"math"

	"dllmbench/harness/stats"
)

// finding is a comparison that has no effect yet.
func finding(name string, matched Matching, unit string) Finding {
	return Finding{Name: name, Matched: matched, Unit: unit}
}

// missing is a finding of an experiment that the run does not hold.
func missing(name, unit string) Finding {
	return finding(name, ByTokens, unit).noted("not measured")
}

// of puts in an estimate. Estimates of shares become points and per cent.
func (f Finding) of(e stats.Estimate, err error) Finding {
	switch {
	case errors.Is(err, stats.ErrNoData):
		f.Note = "nothing to compare"
		return f
	case err != nil:
		f.Note = err.Error()
		return f
	}
	scale := 1.0
	if f.Unit == "points" || f.Unit == "%" || f.Unit == "points per doubling" {
		scale = 100
	}
	f.Effect, f.CI, f.N = &e.Value, e.CI, e.N
	return f.mapped(func(x float64) float64 { return scale * x })
}

// tested puts in the p of a test.
func (f Finding) tested(t stats.Test, err error) Finding {
	if err == nil {
		f.P = &t.P
	}
	return f
}

// mapped applies a monotonic function to the effect and its interval.
func (f Finding) mapped(to func(float64) float64) Finding {
	if f.Effect != nil {
		x := to(*f.Effect)
		f.Effect = &x
	}
	if f.CI != nil {
		x, y := to(f.CI.Low), to(f.CI.High)
		f.CI = &stats.Interval{Low: min(x, y), High: max(x, y)}
	}
	return f
}

// exactly puts in an effect that has no interval.
func (f Finding) exactly(x float64, n int) Finding {
	f.Effect, f.N = &x, n
	return f
}

// noted puts in a note.
func (f Finding) noted(format string, args ...any) Finding {
	f.Note = fmt.Sprintf(format, args...)
	return f
}

// met marks whether the rule's condition is met.
func (f Finding) met(holds bool) Finding {
	f.Holds = &holds
	return f
}

// holds marks a finding by an answer; one that is open leaves no mark.
func (f Finding) holds(a answer) Finding {
	if a == yes || a == no {
		return f.met(a == yes)
	}
	return f
}

// isMet reports whether the rule's condition is known to be met.
func (f Finding) isMet() bool { return f.Holds != nil && *f.Holds }

// known reports whether the finding has an effect with an interval.
func (f Finding) known() bool { return f.Effect != nil && f.CI != nil }

// atLeast: the effect is at least x and its interval above 0.
func (f Finding) atLeast(x float64) bool { return f.known() && *f.Effect >= x && f.CI.Low > 0 }

// side is the position of an interval relative to a bound.
type side int

const (
	unknown side = iota // not measured, or without an interval
	astride             // the interval holds the bound
	below
	above
)

func (f Finding) side(bound float64) side {
	switch {
	case !f.known():
		return unknown
	case f.CI.High < bound:
		return below
	case f.CI.Low > bound:
		return above
	}
	return astride
}

// String is the effect with its interval, for sentences; with p where a test is
// not the one that the interval inverts, so that both are seen.
func (f Finding) String() string {
	switch {
	case f.Effect == nil:
		return "unknown"
	case f.CI == nil:
		return fmt.Sprintf("%+.1f %s (no interval)", *f.Effect, f.Unit)
	}
	p := ""
	if f.P != nil && f.apart {
		p = fmt.Sprintf(", p = %.2g", *f.P)
	}
	return fmt.Sprintf("%+.1f %s (%+.1f to %+.1f%s)", *f.Effect, f.Unit, f.CI.Low, f.CI.High, p)
}

// said is the effect with its interval and its sample, for sentences.
func (f Finding) said() string {
	if f.Effect == nil {
		return "not measured"
	}
	unit := map[string]string{"ratio": " times", "points": " points"}[f.Unit]
	return fmt.Sprintf("%.3g%s (%s)", *f.Effect, unit, f.sample(1))
}

// gap puts a difference in points into words, as so many more or less.
func (f Finding) gap() string {
	switch {
	case f.Effect == nil:
		return "an unknown number of points more or less"
	case *f.Effect < 0:
		return fmt.Sprintf("%.3g points less (%s)", -*f.Effect, f.sample(-1))
	}
	return fmt.Sprintf("%.3g points more (%s)", *f.Effect, f.sample(1))
}

// sample is the interval, with that sign, and the number of observations.
func (f Finding) sample(sign float64) string {
	if f.CI == nil {
		return fmt.Sprintf("no interval, n = %d", f.N)
	}
	x, y := sign*f.CI.Low, sign*f.CI.High
	return fmt.Sprintf("%.3g to %.3g, n = %d", min(x, y), max(x, y), f.N)
}

// mean is the mean of a difference over instances.
func (ev *index) mean(name string, matched Matching, unit string, xs []float64) Finding {
	return finding(name, matched, unit).of(ev.boot.Mean(xs))
}

// gain is the mean of instances' differences of shares in points, with the p of the
// signed-rank test.
func (ev *index) gain(name string, matched Matching, diffs []float64) Finding {
	f := ev.mean(name, matched, "points", diffs).tested(stats.SignedRank(diffs))
	f.apart = true
	return f
}

// slope is the slope of a trend.
func (ev *index) slope(f Finding, t stats.Trend) (Finding, stats.Line) {
	line, err := ev.boot.Slope(t)
	return f.of(line.Slope, err), line
}

// points is how many percentage points more b scores than a in a yes-or-no
// field, pooled over pairs, with McNemar's test.
func points(name string, matched Matching, ps []pair, f field) Finding {
	x, y := outcomes(ps, f)
	return finding(name, matched, "points").of(stats.PairedProportions(x, y)).tested(stats.McNemar(x, y))
}

// ratio is the typical ratio b/a of a measure, pooled over pairs, with a
// signed-rank test that it is the bound.
func ratio(name string, matched Matching, ps []pair, m measure, bound float64) Finding {
	return ratioOf(name, matched, logRatios(ps, m), bound)
}

// slower is the typical ratio of the times of b over a at equal token budgets.
func slower(name string, ps []pair) Finding { return ratio(name, ByTokens, ps, unitSeconds, 1) }

func ratioOf(name string, matched Matching, logs []float64, bound float64) Finding {
	f := finding(name, matched, "ratio").of(stats.PairedRatio(logs))
	switch {
	case f.Effect == nil:
		return f
	case f.CI == nil:
		return f.noted("%d units are too few for an interval", len(logs))
	}
	shifted := make([]float64, len(logs))
	for i, x := range logs {
		shifted[i] = x - math.Log(bound)
	}
	p := stats.SignedRankP(shifted)
	f.P = &p
	return f
}

// holm marks findings that meet a condition and whose p, corrected for their number,
// is at most alpha.
func holm(list []*Finding, alpha float64, meets func(Finding) bool) {
	for i, p := range stats.Holm(pValues(list)) {
		if f := list[i]; f.known() {
			*f = f.met(p <= alpha && meets(*f))
		}
	}
}

// pValues are the p of findings, 1 where there is none: a test that could not be
// made counts too, or the family would shrink with its failures.
func pValues(list []*Finding) []float64 {
	ps := make([]float64, len(list))
	for i, f := range list {
		ps[i] = 1
		if f.P != nil {
			ps[i] = *f.P
		}
	}
	return ps
}
