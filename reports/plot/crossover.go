package plot

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dllmbench/reports/view"
)

// crossover draws the map of who is faster, batch against length: a panel for
// each cost-only model or workload with both at two or more values.
func (m *maker) crossover() {
	groups := group(m.v.Points, func(p *view.Point) (string, bool) {
		if p.CostOnly {
			return strings.TrimPrefix(p.Subject(), "cost only, ") + p.ThreadText(), true
		}
		return p.Workload + p.ThreadText(), true
	})
	var panels []panel
	engines := map[string]bool{}
	for _, g := range groups {
		if pn, ok := crossoverPanel(g, engines); ok {
			panels = append(panels, pn)
		}
	}
	if len(panels) > 0 { // the colours, in the legend
		for _, r := range m.v.Rows {
			if e := r.Cell.Engine; engines[e] {
				engines[e] = false
				key := &series{name: view.Clean(e), style: newStyle(e, 0)}
				panels[0].series = append(panels[0].series, key)
			}
		}
	}
	m.add(&Figure{Name: "crossover", Title: "Who is faster: batch against length",
		Caption: "The fastest setting of each decoder. A tile has the colour of the fastest and how many times as fast as the autoregressive decoder it is (as the next decoder, where that is the fastest). Grey: not told apart, or too few pairs."},
		panels, "no model or workload has two or more lengths at two or more batch sizes")
}

func crossoverPanel(g *pointGroup, engines map[string]bool) (panel, bool) {
	var lengths, batches []int
	for _, p := range g.points {
		if p.Reference == nil || len(p.Against) == 0 {
			continue
		}
		if !slices.Contains(lengths, p.Budget) {
			lengths = append(lengths, p.Budget)
		}
		if !slices.Contains(batches, p.Batch) {
			batches = append(batches, p.Batch)
		}
	}
	if len(lengths) < 2 || len(batches) < 2 {
		return panel{}, false
	}
	slices.Sort(lengths)
	slices.Sort(batches)
	pn := panel{title: view.Clean(g.title), x: axis{title: "token budget (tokens)", names: texts(lengths)}, y: axis{title: "batch", names: texts(batches)}}
	for _, p := range g.points {
		best := fastest(p)
		if best == nil {
			continue
		}
		x, y := float64(slices.Index(lengths, p.Budget)), float64(slices.Index(batches, p.Batch))
		t := tile{x0: x - .47, x1: x + .47, y0: y - .47, y1: y + .47, color: pale(grey, 0x30), text: []string{"?"}}
		side, known := view.Side(p.Against[best].Speed)
		switch {
		case best == p.Reference:
			if s, shown := lead(p, best); shown {
				t.color, t.text = pale(lookOf(best.Cell.Engine).color, 0x66), []string{view.Clean(best.Name), s}
				engines[best.Cell.Engine] = true
			} else {
				t.text = []string{"not told", "apart"}
			}
		case known && side > 0:
			t.color = pale(lookOf(best.Cell.Engine).color, 0x66)
			t.text = []string{view.Clean(best.Name), fmt.Sprintf("%.2g×", p.Against[best].Speed.Value)}
			engines[best.Cell.Engine] = true
		case known:
			t.text = []string{"not told", "apart"}
		}
		pn.tiles = append(pn.tiles, t)
	}
	return pn, len(pn.tiles) > 0
}

// lead is how many times as fast as the next decoder the reference is, and
// whether its lead over all others is shown.
func lead(p *view.Point, best *view.Row) (string, bool) {
	next := 0.0
	for r, c := range p.Against {
		side, known := view.Side(c.Speed)
		if r.Cell.Engine == best.Cell.Engine {
			continue
		}
		if !known || side >= 0 {
			return "", false
		}
		next = max(next, c.Speed.Value)
	}
	if next == 0 {
		return "", false
	}
	return fmt.Sprintf("%.2g×", 1/next), true
}

// fastest is the usable row with the smallest median latency.
func fastest(p *view.Point) *view.Row {
	var rows []*view.Row
	for _, r := range p.Rows {
		if r.Usable() && r.Values[view.E2E] != nil {
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return slices.MinFunc(rows, func(a, b *view.Row) int {
		return cmp.Compare(a.Values[view.E2E].Value, b.Values[view.E2E].Value)
	})
}

func texts(numbers []int) []string {
	out := make([]string, len(numbers))
	for i, n := range numbers {
		out[i] = fmt.Sprint(n)
	}
	return out
}
