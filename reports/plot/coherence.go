package plot

import (
	"slices"
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
		for _, p := range m.richest() {
			if pn, ok := m.coherencePanel(p, direction); ok {
				panels = append(panels, pn)
			}
		}
		what := "the cause comes before the place that is checked"
		if direction == coherence.Lookahead {
			what = "the cause comes after the place that is checked"
		}
		m.add(&Figure{Name: "coherence-" + direction, Title: "Coherence against distance, " + direction,
			Caption: "Share of constraints that hold, by the number of words or items between cause and check; " + what + ". Constraints belong to the instance, so what is missing is broken. Bars are 95% intervals over instances. Of more than eight settings the one of each decoder that keeps most is named."},
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
	var list []*series
	best := map[string]*series{} // of each decoder the setting whose curve is highest
	area := map[string]float64{}
	for _, r := range p.Rows {
		c := curveOf(r, direction)
		if c == nil {
			continue
		}
		s := &series{name: view.Clean(r.Name), style: m.names[r.Name], joined: true}
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
		if a := c.Area; a != nil && (best[r.Cell.Label] == nil || a.Value > area[r.Cell.Label]) {
			best[r.Cell.Label], area[r.Cell.Label] = s, a.Value
		}
	}
	list, notes := highest(list, best)
	spread(list, categorySpread)
	y := axis{title: "constraints that hold (%)"}
	if low < 0.5 {
		y = percent
		y.title = "constraints that hold (%)"
	}
	return panel{title: view.Clean(p.Task()), series: list, y: y, x: axis{title: "distance (words or items)", names: names}, notes: notes}, true
}

// highest names of many curves the best of each decoder and gathers all others as
// small dots.
func highest(list []*series, best map[string]*series) ([]*series, []note) {
	if len(list) <= maxSeries {
		return list, nil
	}
	top := map[*series]bool{}
	for _, s := range best {
		top[s] = true
	}
	candidates := slices.DeleteFunc(slices.Clone(list), func(s *series) bool { return !top[s] })
	return gather(list, telling(candidates))
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
