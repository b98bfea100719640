package plot

import (
	"fmt"
	"slices"
	"strings"

	"dllmbench/reports/view"
)

// blockLengthOption is the option of the block decoder that is swept.
const blockLengthOption = "block_length"

// blockLength draws quality and latency against the block length: two panels
// for each task.
func (m *maker) blockLength() {
	groups := group(m.v.Points, func(p *view.Point) (string, bool) {
		if p.CostOnly {
			return p.Subject(), true
		}
		return p.Workload, true
	})
	drawn := 0
	for _, g := range groups {
		var panels []panel
		for _, p := range g.points {
			for _, metric := range []view.Metric{view.Exact, view.E2E} {
				if pn, ok := m.blockPanel(p, metric); ok {
					panels = append(panels, pn)
				}
			}
		}
		if len(panels) == 0 {
			continue
		}
		name := "block-length-" + slug(g.title)
		if drawn++; drawn > maxFigures {
			m.skip(name, "only the figures of the first %d workloads are drawn", maxFigures)
			continue
		}
		m.add(&Figure{Name: name, Title: "Block length: " + view.Clean(g.title),
			Caption: "Exact match with 95% Wilson intervals and median latency with intervals between order statistics. The lines with bands are the autoregressive decoder."}, panels, "")
	}
	if drawn == 0 {
		m.skip("block-length", "no task has a block decoder at two or more block lengths")
	}
}

func (m *maker) blockPanel(p *view.Point, metric view.Metric) (panel, bool) {
	key := blockKey(p)
	list := collect(m.families, p2(p), key, func(_ *view.Point, r *view.Row) (point, bool) {
		n, ok := r.Cell.Options[blockLengthOption]
		e := r.Values[metric]
		if !ok || e == nil || r.Cell.Engine != "block" {
			return point{}, false
		}
		x, ok := asNumber(n)
		if !ok || x <= 0 || metric == view.E2E && e.Value <= 0 {
			return point{}, false
		}
		q := point{x: x, y: e.Value, yi: e.CI}
		if metric == view.E2E {
			q.yi = positive(e.CI)
		}
		return q, true
	})
	lengths := xValues(list)
	if len(lengths) < 2 {
		return panel{}, false
	}
	for i, s := range list {
		s.style = newStyle("block", i)
		for _, r := range p.Rows {
			if r.Cell.Engine == "block" && key(r) == s.name {
				s.name = view.Clean(without(r.FamilyName()))
				if key(r) == without(r.Name) {
					s.name = view.Clean(without(r.Name))
				}
				break
			}
		}
	}
	if r := p.Baseline(); r != nil && r.Values[metric] != nil && r.Values[metric].Value > 0 {
		e := r.Values[metric]
		list = append([]*series{{name: view.Clean(r.Name), style: newStyle(r.Cell.Engine, 0), level: true, points: []point{{y: e.Value, yi: e.CI}}}}, list...)
	}
	y := percent
	if metric == view.E2E {
		y = axis{title: axisTitle(metric), log: true}
	}
	return panel{title: view.Clean(p.Task()), series: list, x: axis{title: "block length (tokens)", log: true, values: lengths}, y: y}, true
}

// blockKey tells the curves of a point apart: decoders without their block
// length and steps, but with their steps where these are swept beside it.
func blockKey(p *view.Point) func(*view.Row) string {
	family := func(r *view.Row) string { return without(r.Family()) }
	seen := map[string]bool{}
	for _, r := range p.Rows {
		at := fmt.Sprint(family(r), r.Cell.Options[blockLengthOption])
		if r.Cell.Engine == "block" && seen[at] {
			return func(r *view.Row) string { return without(r.Name) }
		}
		seen[at] = true
	}
	return family
}

// without is a name without the block length.
func without(name string) string {
	parts := slices.DeleteFunc(strings.Fields(name), func(s string) bool { return strings.HasPrefix(s, blockLengthOption+"=") })
	return strings.Join(parts, " ")
}

// asNumber reads a number that came from JSON or from a scenario.
func asNumber(x any) (float64, bool) {
	switch x := x.(type) {
	case float64:
		return x, true
	case int:
		return float64(x), true
	}
	var out float64
	if _, err := fmt.Sscan(fmt.Sprint(x), &out); err != nil {
		return 0, false
	}
	return out, true
}
