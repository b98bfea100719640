package plot

import (
	"cmp"
	"fmt"
	"slices"

	"dllmbench/reports/view"
)

// maxRungs is the most decoders of a panel of the ladder.
const maxRungs = 14

// ladder draws how much faster each decoder of a task is than the plain one: the
// diffusion decoder with the most forward passes of those that write one answer.
func (m *maker) ladder() {
	var panels []panel
	for _, p := range m.richest() {
		if pn, ok := m.ladderPanel(p, len(panels) < maxPanels); ok {
			panels = append(panels, pn)
		}
	}
	m.add(&Figure{Name: "ladder", Title: "Speed-up over plain diffusion",
		Caption: "Times as fast as the plain decoder of the task (the diffusion decoder with the most forward passes, without further tries; at 1), paired on the same instances, with 95% intervals; beside it what is solved. Right of 1 is faster."},
		panels, "no task has four or more decoders, one of them full diffusion, with times")
}

// ladderPanel tells whether a point has a ladder, and makes its panel if it is to
// be drawn: the comparisons of a large run take long.
func (m *maker) ladderPanel(p *view.Point, draw bool) (panel, bool) {
	var plain *view.Row
	var rows []*view.Row
	for _, r := range p.Rows {
		if !r.Usable() || r.Values[view.E2E] == nil || r.Values[view.NFE] == nil {
			continue
		}
		rows = append(rows, r)
		if r.Cell.Engine == "diffusion" && r.Cell.Tries() == 1 && (plain == nil || r.Values[view.NFE].Value > plain.Values[view.NFE].Value) {
			plain = r
		}
	}
	if plain == nil || len(rows) < 4 {
		return panel{}, false
	}
	if !draw {
		return panel{}, true
	}
	type rung struct {
		row *view.Row
		at  point
	}
	var rungs []rung
	for _, r := range rows {
		q := point{x: 1}
		if r != plain {
			s := m.v.Compare(plain, r).Speed
			if s == nil || s.Value <= 0 {
				continue
			}
			q = point{x: s.Value, xi: positive(s.CI)}
		}
		if e := r.Values[view.Exact]; e != nil {
			q.label = fmt.Sprintf("%.0f%%", e.Value)
		}
		rungs = append(rungs, rung{r, q})
	}
	slices.SortStableFunc(rungs, func(a, b rung) int { return cmp.Compare(b.at.x, a.at.x) })
	if len(rungs) > maxRungs { // the fastest and the plain one
		at := slices.IndexFunc(rungs, func(g rung) bool { return g.row == plain })
		rungs = append(rungs[:maxRungs-1:maxRungs-1], rungs[max(at, maxRungs-1)])
	}
	slices.Reverse(rungs)
	pn := panel{title: view.Clean(p.Task()), x: axis{title: "times as fast (×)", log: true}, y: axis{}}
	byEngine := map[string]*series{}
	for i, g := range rungs {
		pn.y.names = append(pn.y.names, cutName(view.Clean(g.row.Name), 22))
		g.at.y = float64(i)
		s := byEngine[g.row.Cell.Engine]
		if s == nil {
			s = &series{name: view.Clean(g.row.Cell.Engine), style: newStyle(g.row.Cell.Engine, 0)}
			byEngine[g.row.Cell.Engine] = s
			pn.series = append(pn.series, s)
		}
		s.points = append(s.points, g.at)
	}
	return pn, len(rungs) >= 4
}

// cutName shortens a name that is used as a label of an axis to so many letters,
// in its middle: variants of a decoder differ at the end.
func cutName(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	head := (most - 1) / 2
	return string(r[:head]) + "…" + string(r[len(r)-(most-1-head):])
}
