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
	m.add(&Figure{Name: "ladder", Title: "Speed-up over plain diffusion",
		Caption: "Times as fast as the plain decoder of the task (the diffusion decoder with the most forward passes, without further tries; at 1), paired on the same instances, with 95% intervals; beside it what is solved. Right of 1 is faster."},
		m.ladders(), "no task has four or more decoders, one of them full diffusion, with times")
}

// ladders makes the panels that are drawn; what is beyond is only counted, because
// the comparisons of a large run take long.
func (m *maker) ladders() []panel {
	var panels []panel
	for _, p := range m.richest() {
		rows := rowsWith(p, view.E2E, view.NFE)
		var plain *view.Row
		for _, r := range rows {
			if r.Cell.Engine == "diffusion" && r.Cell.Tries() == 1 && (plain == nil || r.Values[view.NFE].Value > plain.Values[view.NFE].Value) {
				plain = r
			}
		}
		switch {
		case plain == nil || len(rows) < 4:
		case len(panels) >= maxPanels:
			panels = append(panels, panel{})
		default:
			if pn := m.ladderPanel(p, plain, rows); len(pn.y.names) >= 4 {
				panels = append(panels, pn)
			}
		}
	}
	return panels
}

func (m *maker) ladderPanel(p *view.Point, plain *view.Row, rows []*view.Row) panel {
	at := map[*view.Row]point{plain: {x: 1}}
	for _, r := range rows {
		if r == plain {
			continue
		}
		if s := m.v.Compare(plain, r).Speed; s != nil && s.Value > 0 {
			at[r] = point{x: s.Value, xi: positive(s.CI)}
		}
	}
	rows = slices.DeleteFunc(rows, func(r *view.Row) bool { return at[r].x == 0 })
	slices.SortStableFunc(rows, func(a, b *view.Row) int { return cmp.Compare(at[b].x, at[a].x) })
	if len(rows) > maxRungs { // the fastest and the plain one
		rows = append(rows[:maxRungs-1:maxRungs-1], rows[max(slices.Index(rows, plain), maxRungs-1)])
	}
	pn := panel{title: view.Clean(p.Task()), x: axis{title: "times as fast (×)", log: true}, y: axis{names: rowNames(rows, 22)}}
	byEngine := map[string]*series{}
	for i := len(rows) - 1; i >= 0; i-- {
		r, q := rows[i], at[rows[i]]
		q.y = float64(len(rows) - 1 - i)
		if e := r.Values[view.Exact]; e != nil {
			q.label = fmt.Sprintf("%.0f%%", e.Value)
		}
		s := byEngine[r.Cell.Engine]
		if s == nil {
			s = &series{name: view.Clean(r.Cell.Engine), style: newStyle(r.Cell.Engine, 0)}
			byEngine[r.Cell.Engine], pn.series = s, append(pn.series, s)
		}
		s.points = append(s.points, q)
	}
	return pn
}
