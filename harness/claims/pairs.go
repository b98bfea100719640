package claims

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"dllmbench/harness/lists"
	"dllmbench/harness/stats"
	"dllmbench/harness/trace"
)

// pick chooses a cell of a group; nil when there is none.
type pick func(*Group) *Cell

// first picks the first cell of a group that meets a condition.
func first(meets func(*Cell) bool) pick {
	return func(g *Group) *Cell {
		if i := slices.IndexFunc(g.Cells, meets); i >= 0 {
			return g.Cells[i]
		}
		return nil
	}
}

// the picks the first cell of an engine.
func the(label string) pick { return first(func(c *Cell) bool { return c.Label == label }) }

// plain picks the cell of an engine as the scenario configures it, without
// swept options.
func plain(label string) pick {
	return first(func(c *Cell) bool { return c.Label == label && c.Variant == "" })
}

// swept picks the cell of an engine with that value of an option.
func swept(label, option string, value float64) pick {
	return first(func(c *Cell) bool {
		x, ok := c.Option(option)
		return c.Label == label && ok && x == value
	})
}

// titled picks the cell of that title.
func titled(title string) pick { return first(func(c *Cell) bool { return c.Title() == title }) }

// atCostOf picks the cell of these engines that costs about as much as another one,
// within a factor.
func atCostOf(target pick, cost field, factor float64, labels ...string) pick {
	return func(g *Group) *Cell {
		c := target(g)
		if c == nil {
			return nil
		}
		var cells []*Cell
		for _, label := range labels {
			cells = append(cells, g.Labelled(label)...)
		}
		return nearest(c, cells, cost, factor)
	}
}

// nearest is the cell whose mean of a cost field is nearest to that of the
// target, by ratio, among cells within a factor of it, the last of those that
// are equally near; nil when none is.
func nearest(target *Cell, among []*Cell, cost field, factor float64) *Cell {
	want := target.mean(cost)
	costs := make([]float64, len(among))
	for i, c := range among {
		costs[i] = c.mean(cost)
	}
	near := stats.NearestByRatio(want, costs, factor)
	if len(near) == 0 {
		return nil
	}
	return among[near[len(near)-1]]
}

// tracesOf are the traces of the cells that are picked.
func tracesOf(groups []*Group, choose pick) []*trace.Trace {
	var list []*trace.Trace
	for _, g := range groups {
		if c := choose(g); c != nil {
			list = append(list, c.Traces...)
		}
	}
	return list
}

// pair is a comparison of two cells at one place: b against a.
type pair struct{ a, b *Cell }

// pairs are the comparisons in the groups that hold both cells.
func pairs(groups []*Group, a, b pick) []pair {
	var list []pair
	for _, g := range groups {
		if x, y := a(g), b(g); x != nil && y != nil {
			list = append(list, pair{x, y})
		}
	}
	return list
}

// values are a field of both cells on the instances that both have, in the same
// order, with the mean over repetitions of an instance as its value.
func (p pair) values(f field) (x, y []float64) {
	for _, id := range p.a.Instances() {
		v, ok := p.a.Value(id, f)
		w, also := p.b.Value(id, f)
		if ok && also {
			x, y = append(x, v), append(y, w)
		}
	}
	return x, y
}

// differences are b's values minus a's.
func (p pair) differences(f field) []float64 {
	x, y := p.values(f)
	for i := range x {
		y[i] -= x[i]
	}
	return y
}

// outcomes are the yes-or-no values of both sides on the instances they share.
func outcomes(ps []pair, f field) (x, y []bool) {
	for _, p := range ps {
		v, w := p.values(f)
		for i := range v {
			x, y = append(x, v[i] > 0.5), append(y, w[i] > 0.5)
		}
	}
	return x, y
}

// logRatios returns ln(b/a) of a measure over the units of both cells. Units
// where one of the two is not a positive number have no ratio and are left out.
func logRatios(ps []pair, m measure) []float64 {
	var logs []float64
	for _, p := range ps {
		x, y := p.a.units(), p.b.units()
		for _, id := range slices.Sorted(maps.Keys(x)) {
			if u, ok := y[id]; ok {
				logs = appendFinite(logs, math.Log(m(u)/m(x[id])))
			}
		}
	}
	return logs
}

// appendFinite leaves out what is not a number.
func appendFinite(xs []float64, x float64) []float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return xs
	}
	return append(xs, x)
}

// costRatio is the mean of a cost of b over that of a, over pairs.
func costRatio(ps []pair, cost field) (float64, bool) {
	var a, b float64
	for _, p := range ps {
		x, ok := p.a.Mean(cost)
		y, also := p.b.Mean(cost)
		if !ok || !also {
			return 0, false
		}
		a, b = a+x, b+y
	}
	return b / a, a > 0
}

// sorted are parts by their key.
func sorted[K cmp.Ordered, T any](parts []lists.Part[K, T]) []lists.Part[K, T] {
	slices.SortFunc(parts, func(x, y lists.Part[K, T]) int { return cmp.Compare(x.Key, y.Key) })
	return parts
}

func workload(p pair) string { return p.b.Workload }

// cellsOf are the cells of groups, those of an engine where a label is given.
func cellsOf(groups []*Group, label string) []*Cell {
	var list []*Cell
	for _, g := range groups {
		list = append(list, lists.Keep(g.Cells, func(c *Cell) bool { return label == "" || c.Label == label })...)
	}
	return list
}

// titles are the titles of the cells of an engine, in order.
func titles(groups []*Group, label string) []string {
	var list []string
	for _, p := range lists.Split(cellsOf(groups, label), (*Cell).Title) {
		list = append(list, p.Key)
	}
	return list
}
