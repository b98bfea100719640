package plot

import (
	"maps"
	"slices"

	"dllmbench/harness/coherence"
	"dllmbench/harness/lists"
	"dllmbench/reports/view"
)

// coherence draws C(d), the share of constraints that hold at each distance, for
// both directions: a panel for each task.
func (m *maker) coherence() {
	for _, direction := range coherence.Directions() {
		what := "the cause comes before the place that is checked"
		if direction == coherence.Lookahead {
			what = "the cause comes after the place that is checked"
		}
		m.add(&Figure{Name: "coherence-" + direction, Title: "Coherence against distance, " + direction,
			Caption: "Share of constraints that hold, by the number of words or items between cause and check; " + what + ". Constraints belong to the instance, so what is missing is broken. Bars are 95% intervals over instances. Of more than eight settings the one of each decoder that keeps most is named."},
			panelsOf(m.richest(), func(p *view.Point) (panel, bool) { return m.coherencePanel(p, direction) }),
			"no task has constraints of that direction at two or more distances")
	}
}

func (m *maker) coherencePanel(p *view.Point, direction string) (panel, bool) {
	pn := panel{title: view.Clean(p.Task()), x: axis{title: "distance (words or items)"}}
	best := map[string]*series{} // of each decoder the setting whose curve is highest
	area := map[string]float64{}
	low := 100.0
	for _, r := range rowsWith(p) {
		at := slices.IndexFunc(r.Coherence, func(c coherence.Curve) bool { return c.Direction == direction })
		if at < 0 {
			continue
		}
		c := &r.Coherence[at]
		s := &series{name: view.Clean(r.Name), style: m.names[r.Name], joined: true}
		var names []string
		for i, b := range c.Bins {
			names = append(names, b.Name())
			if b.C == nil {
				continue
			}
			e := b.C.Times(100)
			if e.CI != nil {
				low = min(low, e.CI.Low)
			}
			s.points = append(s.points, point{x: float64(i), y: e.Value, yi: e.CI})
		}
		if len(names) > len(pn.x.names) {
			pn.x.names = names
		}
		pn.series = append(pn.series, s)
		if a := c.Area; a != nil && (best[r.Decoder()] == nil || a.Value > area[r.Decoder()]) {
			best[r.Decoder()], area[r.Decoder()] = s, a.Value
		}
	}
	pn.series, pn.notes = highest(pn.series, best)
	spread(pn.series, categorySpread)
	if low < 50 {
		pn.y = percent
	}
	pn.y.title = "constraints that hold (%)"
	return pn, len(pn.x.names) > 1
}

// highest names of many curves the best of each decoder and gathers all others as
// small dots.
func highest(list []*series, best map[string]*series) ([]*series, []note) {
	if len(list) <= maxSeries {
		return list, nil
	}
	top := slices.Collect(maps.Values(best))
	return gather(list, telling(lists.Keep(list, func(s *series) bool { return slices.Contains(top, s) })))
}
