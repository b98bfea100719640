package view

import (
	"cmp"
	"math"
	"slices"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// The constants of AUP as published.
const (
	aupAlpha = 3 // how steeply lost accuracy is punished
	aupDrop  = 5 // points of accuracy below the slowest setting at which the curve ends
)

// Parallelism is the accuracy under parallelism of a decoder on one task: one
// number for how much accuracy it keeps as it writes more tokens per pass.
type Parallelism struct {
	Point    *Point
	Row      *Row // the first setting of the decoder
	Settings int  // of the decoder that count, the others lost too much
	// AUP is in percent × tokens per pass. Its interval is over instances, which are
	// drawn together for all settings of the task; nil where there are too few.
	AUP stats.Estimate
}

// Parallelisms lists AUP of the decoders of every task on which one ran with several
// settings, in the order of the run. Accuracy is exact_match, parallelism is TPF;
// the best accuracy that any decoder of the run reached on the task is what
// others are measured by, so AUP compares decoders inside a run only.
func (v *View) Parallelisms() []Parallelism {
	v.parallelisms.once.Do(func() {
		points := v.Trained()
		each := make([][]Parallelism, len(points))
		parallel(len(points), func(i int) string { return points[i].Task() }, func(i int) { each[i] = v.parallelism(points[i]) })
		v.parallelisms.list = slices.Concat(each...)
	})
	return v.parallelisms.list
}

// Parallelism is the AUP of the decoder of a row on a point; nil where it is not listed.
func (r *Row) Parallelism(v *View, p *Point) *stats.Estimate {
	for _, x := range v.Parallelisms() {
		if x.Point == p && x.Row.Decoder() == r.Decoder() {
			return &x.AUP
		}
	}
	return nil
}

// parallelism is nil where no decoder has several settings.
func (v *View) parallelism(p *Point) (list []Parallelism) {
	rows := slices.DeleteFunc(slices.Clone(p.Rows), func(r *Row) bool { return !r.Eligible() || r.Values[Exact] == nil || r.Values[TPF] == nil })
	decoders, best := Groups(rows, (*Row).Decoder), 0.0
	if !slices.ContainsFunc(decoders, func(settings []*Row) bool { return len(settings) > 1 }) {
		return nil
	}
	for _, r := range rows {
		best = max(best, r.Values[Exact].Value)
	}
	t := tallied(rows)
	for _, settings := range decoders {
		var curve []setting
		for _, r := range settings {
			curve = append(curve, setting{r.Values[TPF].Value, r.Values[Exact].Value})
		}
		area, n := aup(curve, best)
		if n == 0 {
			continue
		}
		own := Parallelism{Point: p, Row: settings[0], Settings: n, AUP: stats.Estimate{Value: area, N: t.n}}
		if t.n > 0 && v.boot != nil {
			own.AUP = v.boot.Jumping(area, t.n, "AUP, percentile bootstrap interval", func(pick []int32) (float64, bool) { return t.aup(rows, settings, pick) })
		}
		list = append(list, own)
	}
	return list
}

// setting is one point of the curve.
type setting struct{ parallelism, accuracy float64 }

// aup is the area under the curve of accuracy over parallelism in which
// accuracy y counts as y·min(1, exp(−α(1 − y/best))): from 0 to the first
// setting a rectangle, then trapezoids (d3LLM). Settings whose accuracy fell by
// more than aupDrop points below the first one are left out; n is the number of
// the others.
func aup(curve []setting, best float64) (area float64, n int) {
	if len(curve) == 0 || best <= 0 {
		return 0, 0
	}
	curve = slices.Clone(curve)
	slices.SortStableFunc(curve, func(a, b setting) int { return cmp.Compare(a.parallelism, b.parallelism) })
	first := curve[0].accuracy
	curve = slices.DeleteFunc(curve, func(s setting) bool { return s.accuracy < first-aupDrop })
	weighted := func(s setting) float64 { return s.accuracy * min(1, math.Exp(-aupAlpha*(1-s.accuracy/best))) }
	area = curve[0].parallelism * curve[0].accuracy
	for i := 1; i < len(curve); i++ {
		area += (curve[i].parallelism - curve[i-1].parallelism) * (weighted(curve[i]) + weighted(curve[i-1])) / 2
	}
	return area, len(curve)
}

// tallies are what rows did on each instance that one of them has.
type tallies struct {
	n  int // instances
	of map[*Row][]tally
}

// tally is what one row did on one instance: the share of its runs that were right, useful
// tokens and passes. An instance without runs counts for nothing.
type tally struct{ runs, exact, useful, passes float64 }

func tallied(rows []*Row) tallies {
	t, at := tallies{of: map[*Row][]tally{}}, map[result.Name]int{}
	for _, r := range rows {
		if r.paired == nil {
			return tallies{}
		}
		for _, s := range r.pairs().scores {
			if math.IsNaN(s.exact) {
				continue
			}
			if _, known := at[s.instance]; !known {
				at[s.instance] = len(at)
			}
		}
	}
	t.n = len(at)
	for _, r := range rows {
		t.of[r] = make([]tally, t.n)
		for _, s := range r.pairs().scores {
			if math.IsNaN(s.exact) {
				continue
			}
			t.of[r][at[s.instance]] = tally{1, s.exact, s.useful, s.passes}
		}
	}
	return t
}

// setting is the point of a row on the instances that were picked; false if none of
// them has passes.
func (t tallies) setting(r *Row, pick []int32) (setting, bool) {
	var sum tally
	for of, i := t.of[r], 0; i < len(pick); i++ {
		x := &of[pick[i]]
		sum.runs, sum.exact, sum.useful, sum.passes = sum.runs+x.runs, sum.exact+x.exact, sum.useful+x.useful, sum.passes+x.passes
	}
	return setting{sum.useful / sum.passes, 100 * sum.exact / sum.runs}, sum.passes > 0
}

// aup is that of some settings on the instances that were picked, measured by the best
// of all rows on the same.
func (t tallies) aup(rows, settings []*Row, pick []int32) (float64, bool) {
	best := 0.0
	var curve []setting
	for _, r := range rows {
		s, ok := t.setting(r, pick)
		if !ok {
			return 0, false
		}
		best = max(best, s.accuracy)
		if slices.Contains(settings, r) {
			curve = append(curve, s)
		}
	}
	area, _ := aup(curve, best)
	return area, true
}

// Unbeaten reports which of the rows of a task no other beats in all of exact match,
// tokens per pass and time, by their values: none is at least as good in all three and
// better in one. Rows without one of them, and those that solve no more than chance, are
// not among them.
func (p *Point) Unbeaten() map[*Row]bool {
	rows := slices.DeleteFunc(slices.Clone(p.Rows), func(r *Row) bool {
		return !r.Eligible() || r.Values[Exact] == nil || r.Values[TPF] == nil || r.Values[E2E] == nil || !p.Competent(r)
	})
	front := map[*Row]bool{}
	for _, a := range rows {
		front[a] = !slices.ContainsFunc(rows, func(b *Row) bool {
			better := false
			for _, m := range []Metric{Exact, TPF, E2E} {
				x, y := a.Values[m].Value, b.Values[m].Value
				if m == E2E {
					x, y = -x, -y
				}
				if y < x {
					return false
				}
				better = better || y > x
			}
			return better
		})
	}
	return front
}
