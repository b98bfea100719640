package plot

import (
	"fmt"
	"strings"

	"dllmbench/harness/coherence"
	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// coherence draws C(d), the share of constraints that hold at each distance, for
// both directions: a panel for each task.
func (m *maker) coherence() {
	for _, direction := range coherence.Directions() {
		var panels []panel
		for _, p := range m.v.Points {
			if pn, ok := m.coherencePanel(p, direction); ok {
				panels = append(panels, pn)
			}
		}
		what := "the cause comes before the place that is checked"
		if direction == coherence.Lookahead {
			what = "the cause comes after the place that is checked"
		}
		m.add(&Figure{Name: "coherence-" + direction, Title: "Coherence against distance, " + direction,
			Caption: "Share of constraints that hold, by the number of words or items between cause and check; " + what + ". Constraints belong to the instance, so what is missing is broken. Bars are 95% intervals over instances."},
			panels, "no task has constraints of that direction at two or more distances")
	}
}

func (m *maker) coherencePanel(p *view.Point, direction string) (panel, bool) {
	var names []string
	low := 1.0
	for _, r := range p.Rows {
		if c := curveOf(r, direction); c != nil {
			for _, b := range c.Bins {
				if b.C != nil && b.C.CI != nil {
					low = min(low, b.C.CI.Low)
				}
			}
			if len(c.Bins) > len(names) {
				names = names[:0]
				for _, b := range c.Bins {
					names = append(names, b.Name())
				}
			}
		}
	}
	if len(names) < 2 {
		return panel{}, false
	}
	list := []*series{}
	for _, r := range p.Rows {
		c := curveOf(r, direction)
		if c == nil || len(list) == maxCurves {
			continue
		}
		s := &series{name: view.Clean(r.Name), style: m.names.byName[r.Name], joined: true}
		for i, b := range c.Bins {
			if b.C == nil {
				continue
			}
			q := point{x: float64(i), y: 100 * b.C.Value}
			if ci := b.C.CI; ci != nil {
				q.yi = &stats.Interval{Low: 100 * ci.Low, High: 100 * ci.High}
			}
			s.points = append(s.points, q)
		}
		list = append(list, s)
	}
	spread(list, categorySpread)
	y := axis{title: "constraints that hold (%)"}
	if low < 0.5 {
		y = percent
		y.title = "constraints that hold (%)"
	}
	pn := panel{title: view.Clean(p.Task()), series: list, y: y, x: axis{title: "distance (words or items)", names: names}}
	if n := len(usableCurves(p, direction)); n > maxCurves {
		pn.notes = []note{{fmt.Sprintf("the first %d of %d decoders", maxCurves, n), grey}}
	}
	return pn, true
}

// maxCurves is the most decoders of a panel that has a curve for each.
const maxCurves = 8

func usableCurves(p *view.Point, direction string) (out []*view.Row) {
	for _, r := range p.Rows {
		if curveOf(r, direction) != nil {
			out = append(out, r)
		}
	}
	return out
}

func curveOf(r *view.Row, direction string) *coherence.Curve {
	if !r.Usable() {
		return nil
	}
	for i := range r.Coherence {
		if strings.EqualFold(r.Coherence[i].Direction, direction) {
			return &r.Coherence[i]
		}
	}
	return nil
}
