package plot

import (
	"fmt"
	"math"

	"dllmbench/harness/trace"
	"dllmbench/reports/view"
)

// tracedPoint is the point with the most traced rows, and the rows: one for each
// decoder, those with different engines first.
func (m *maker) tracedPoint() (*view.Point, []*view.Row) {
	var best *view.Point
	var rows []*view.Row
	for _, p := range m.v.Points {
		var list, more []*view.Row
		engines := map[string]bool{}
		for _, r := range p.Rows {
			if len(m.tracesOf(r)) == 0 {
				continue
			}
			if engines[r.Cell.Engine] {
				more = append(more, r)
				continue
			}
			engines[r.Cell.Engine] = true
			list = append(list, r)
		}
		if list = append(list, more...); len(list) > len(rows) {
			best, rows = p, list
		}
	}
	return best, rows
}

// order draws in which pass each position took its last value: a panel for each
// decoder, on the first traced instance of one task.
func (m *maker) order() {
	p, rows := m.tracedPoint()
	if p == nil {
		m.skip("order", "the run has no traces; dllmbench run --trace makes some")
		return
	}
	var panels []panel
	for _, r := range rows {
		t := m.tracesOf(r)[0]
		c := trace.CourseOf(t)
		s := &series{name: view.Clean(r.Cell.Engine), style: newStyle(r.Cell.Engine, 0)}
		for pos, step := range c.Final[:t.Useful] {
			if step > 0 {
				s.points = append(s.points, point{x: float64(pos + 1), y: float64(step)})
			}
		}
		if len(s.points) == 0 {
			continue
		}
		pn := panel{title: view.Clean(r.Name), series: []*series{s}, x: axis{title: "position (token)"}, y: axis{title: "step of its last value"}}
		if d := trace.Derive(t); !math.IsNaN(d.OrderTau) {
			pn.notes = []note{{fmt.Sprintf("Kendall's τ = %.2f", d.OrderTau), grey}}
		}
		panels = append(panels, pn)
	}
	m.add(&Figure{Name: "order", Title: "Order of writing: " + view.Clean(p.Task()),
		Caption: "One traced answer of each decoder (instance " + view.Clean(m.tracesOf(rows[0])[0].Instance) + "): when each position took its last value. Kendall's τ is 1 for left to right, 0 for any order."},
		panels, "no traced answer has a written token")
}
