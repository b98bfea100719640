package claims

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// unit is what one batch of a cell came to, in the mean over its runs. Requests
// of one batch share its time, so that the batch is what counts once.
type unit struct {
	seconds            float64 // NaN when it was not measured
	tokens, flops, nfe float64 // sums over the requests: useful tokens, arithmetic, passes
}

// measure is a quantity of a unit.
type measure func(unit) float64

// The measures.
var (
	unitSeconds measure = func(u unit) float64 { return u.seconds }
	unitFLOPs   measure = func(u unit) float64 { return u.flops }
	unitNFE     measure = func(u unit) float64 { return u.nfe }
	unitRate    measure = func(u unit) float64 { return u.tokens / u.seconds }
)

// units are the batches of the cell by the first of their instances.
func (c *Cell) units() map[string]unit {
	type run struct{ block, repetition int }
	type sum struct {
		unit
		first string
	}
	runs := map[run]*sum{}
	for id, requests := range c.Runs {
		for _, q := range requests {
			key := run{q.PairBlock, q.Repetition}
			s := runs[key]
			if s == nil {
				s = &sum{unit: unit{seconds: math.NaN()}, first: id}
				runs[key] = s
			}
			s.first = min(s.first, id)
			s.add(q)
		}
	}
	all, counts := map[string]unit{}, map[string]float64{}
	for _, s := range runs {
		u := all[s.first]
		u.seconds, u.tokens, u.flops, u.nfe = u.seconds+s.seconds, u.tokens+s.tokens, u.flops+s.flops, u.nfe+s.nfe
		all[s.first] = u
		counts[s.first]++
	}
	for id, u := range all {
		n := counts[id]
		all[id] = unit{u.seconds / n, u.tokens / n, u.flops / n, u.nfe / n}
	}
	return all
}

func (u *unit) add(q *result.Request) {
	ns := q.BatchNs
	if ns == nil {
		ns = q.E2ENs
	}
	if t, ok := seconds(ns); ok && !(u.seconds >= t) {
		u.seconds = t
	}
	u.tokens += float64(q.UsefulTokens)
	u.flops += float64(q.FLOPs)
	u.nfe += float64(q.NFE)
}

// logRatios returns ln(b/a) of a measure over the units of both cells. Units
// where one of the two is not a positive number have no ratio and are left out.
func logRatios(a, b *Cell, m measure) []float64 {
	x, y := a.units(), b.units()
	var logs []float64
	for _, id := range slices.Sorted(maps.Keys(x)) {
		u, ok := y[id]
		if !ok {
			continue
		}
		if r := math.Log(m(u) / m(x[id])); !math.IsNaN(r) && !math.IsInf(r, 0) {
			logs = append(logs, r)
		}
	}
	return logs
}

// duel is a comparison of two cells of one group: b against a.
type duel struct {
	group *Group
	a, b  *Cell
}

// pick chooses a cell of a group; nil when there is none.
type pick func(*Group) *Cell

// plain picks the cell of an engine as the scenario configures it, without
// swept options.
func plain(label string) pick {
	return func(g *Group) *Cell {
		for _, c := range g.Labelled(label) {
			if c.Variant == "" {
				return c
			}
		}
		return nil
	}
}

// with picks the cell of an engine with that value of an option.
func with(label, option string, value float64) pick {
	return func(g *Group) *Cell { return g.Find(label, option, value) }
}

// duels are the comparisons in the groups that hold both cells.
func duels(groups []*Group, a, b pick) []duel {
	var list []duel
	for _, g := range groups {
		if x, y := a(g), b(g); x != nil && y != nil {
			list = append(list, duel{g, x, y})
		}
	}
	return list
}

// ratio is the typical ratio b/a of a measure, pooled over comparisons, with a
// signed-rank test that it is the bound.
func ratio(name string, matched Matching, ds []duel, m measure, bound float64) Finding {
	var logs []float64
	for _, d := range ds {
		logs = append(logs, logRatios(d.a, d.b, m)...)
	}
	return ratioOf(name, matched, logs, bound)
}

func ratioOf(name string, matched Matching, logs []float64, bound float64) Finding {
	f := Finding{Name: name, Matched: matched, Unit: "ratio", N: len(logs)}
	e, err := stats.PairedRatio(logs)
	if err != nil {
		f.Note = "nothing to compare"
		return f
	}
	f.Effect, f.CI = &e.Value, e.CI
	shifted := make([]float64, len(logs))
	for i, x := range logs {
		shifted[i] = x - math.Log(bound)
	}
	if e.CI == nil {
		f.Note = fmt.Sprintf("%d units are too few for an interval", len(logs))
		return f
	}
	p := stats.SignedRankP(shifted)
	f.P = &p
	return f
}

// points is how many percentage points more b scores than a in a yes-or-no
// field, pooled over comparisons, with McNemar's test.
func points(name string, matched Matching, ds []duel, field Field) Finding {
	x, y := outcomes(ds, field)
	f := Finding{Name: name, Matched: matched, Unit: "points", N: len(x)}
	e, err := stats.PairedProportions(x, y)
	if err != nil {
		f.Note = "nothing to compare"
		return f
	}
	f.Effect = scaled(e.Value)
	if e.CI != nil {
		f.CI = &stats.Interval{Low: 100 * e.CI.Low, High: 100 * e.CI.High}
	}
	if test, err := stats.McNemar(x, y); err == nil {
		f.P = &test.P
	}
	return f
}

// outcomes are the yes-or-no values of both sides on the instances they share.
func outcomes(ds []duel, field Field) (x, y []bool) {
	for _, d := range ds {
		p, q := Pair(d.a, d.b, field)
		for i := range p {
			x, y = append(x, p[i] > 0.5), append(y, q[i] > 0.5)
		}
	}
	return x, y
}

func scaled(share float64) *float64 {
	x := 100 * share
	return &x
}

// byWorkload splits comparisons by workload, in order.
func byWorkload(ds []duel) (names []string, parts map[string][]duel) {
	parts = map[string][]duel{}
	for _, d := range ds {
		if parts[d.group.Workload] == nil {
			names = append(names, d.group.Workload)
		}
		parts[d.group.Workload] = append(parts[d.group.Workload], d)
	}
	return names, parts
}

// competent leaves out the groups in which nobody solves the task, and says so.
func competent(groups []*Group, v *Verdict) []*Group {
	var list []*Group
	for _, g := range groups {
		ok, why := g.Competent()
		if ok {
			list = append(list, g)
		} else {
			v.exclude(why)
		}
	}
	return list
}

// batched are the groups of that batch size.
func batched(groups []*Group, batch int) []*Group {
	var list []*Group
	for _, g := range groups {
		if g.Batch == batch {
			list = append(list, g)
		}
	}
	return list
}

// batches are the batch sizes that occur, ascending.
func batches(groups []*Group) []int {
	var list []int
	for _, g := range groups {
		if !slices.Contains(list, g.Batch) {
			list = append(list, g.Batch)
		}
	}
	slices.Sort(list)
	return list
}
