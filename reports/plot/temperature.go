package plot

import (
	"fmt"
	"slices"

	"dllmbench/reports/view"
)

// temperatureWords say how to read curves over temperature.
const temperatureWords = " Each curve is one decoder at several temperatures, which stand beside the points where there is room; bars on both axes are 95% intervals. One point alone says nothing: every decoder can trade one for the other by its temperature."

// temperatures draws, for each workload, the frontiers over temperature: how
// likely texts are against how much they vary, and what is right against how
// much they vary. A decoder at one temperature has no curve and is not drawn.
func (m *maker) temperatures() {
	frontiers := m.v.Frontiers()
	looks := styles{}
	count := map[string]int{}
	for _, f := range frontiers {
		engine := f.Points[0].Row.Cell.Engine
		if _, ok := looks[f.Name]; !ok {
			looks[f.Name] = newStyle(engine, count[engine])
			count[engine]++
		}
	}
	draw := func(name, title, caption, none, missing string, y func([]view.Frontier) view.Metric) {
		m.eachSubject(name, title, caption, none, func(points []*view.Point) (panels []panel, reason string) {
			for _, p := range points {
				var here []view.Frontier
				for _, f := range frontiers {
					if f.Point == p && !p.CostOnly && (len(here) == 0 || f.X == here[0].X && f.Y == here[0].Y) {
						here = append(here, f)
					}
				}
				if len(here) == 0 {
					continue
				}
				reason = missing
				if metric := y(here); metric != "" {
					panels = append(panels, frontierPanel(p, here, metric, looks))
				}
			}
			return panels, reason
		})
	}
	whose := "no decoder"
	if m.v.Briefs > 0 {
		whose = "no decoder whose variety is known"
	}
	draw("temperature", "Likelihood against variety over temperature",
		"Cost of the texts in likelihood against the entropy of their words."+temperatureWords+" Better is lower at the same entropy; no curve is continued beyond its points.",
		whose+" ran at two or more temperatures, and one temperature alone says nothing", "", func(list []view.Frontier) view.Metric { return list[0].Y })
	draw("diversity", "Quality against variety over temperature",
		"Share of right texts against the entropy of their words."+temperatureWords+" Better is up and to the right.",
		"", "no frontier over temperature has a share of right texts", qualityOf)
}

// qualityOf is the metric of right texts that all frontiers have: validity where
// the workload knows its law, else the exact match; "" without either.
func qualityOf(list []view.Frontier) view.Metric {
	for _, m := range []view.Metric{view.Validity, view.Exact} {
		if !slices.ContainsFunc(list, func(f view.Frontier) bool {
			return slices.ContainsFunc(f.Points, func(q view.FrontierPoint) bool { return q.Row.Values[m] == nil })
		}) {
			return m
		}
	}
	return ""
}

// frontierPanel has a curve for each frontier.
func frontierPanel(p *view.Point, list []view.Frontier, y view.Metric, looks styles) panel {
	pn := panel{title: view.Clean(p.Task()), x: axis{title: axisTitle(list[0].X)}, y: axis{title: axisTitle(y)}}
	if y == view.Exact || y == view.Validity {
		pn.y = percent
		pn.y.title = axisTitle(y)
	}
	for _, f := range list {
		s := &series{name: view.Clean(f.Name), style: looks[f.Name], joined: true}
		for _, q := range f.Points {
			a, b := q.Row.Values[f.X], q.Row.Values[y]
			s.points = append(s.points, point{x: a.Value, y: b.Value, xi: a.CI, yi: b.CI, label: fmt.Sprint(q.Temperature)})
		}
		pn.series = append(pn.series, s)
	}
	pn.series, pn.notes = uncrowd(pn.series)
	return pn
}
