package plot

import (
	"fmt"

	"dllmbench/reports/view"
)

// temperatureWords say how to read curves over temperature.
const temperatureWords = " Each curve is one decoder at several temperatures, which stand beside the points where there is room; bars on both axes are 95% intervals. One point alone says nothing: every decoder can trade one for the other by its temperature."

// temperatures draws, for each workload, the frontiers over temperature: how
// likely texts are against how much they vary, and what is right against how
// much they vary. A decoder at one temperature has no curve and is not drawn.
func (m *maker) temperatures() {
	frontiers := m.v.Frontiers()
	if len(frontiers) == 0 {
		whose := "no decoder"
		if m.v.Briefs > 0 {
			whose = "no decoder whose variety is known"
		}
		m.skip("temperature", "%s ran at two or more temperatures, and one temperature alone says nothing", whose)
		return

	}
	looks := map[string]style{}
	count := map[string]int{}
	for _, f := range frontiers {
		engine := f.Points[0].Row.Cell.Engine
		if _, ok := looks[f.Name]; !ok {
			looks[f.Name] = newStyle(engine, count[engine])
			count[engine]++
		}
	}
	groups := group(m.v.Points, func(p *view.Point) (string, bool) { return p.Workload, !p.CostOnly })
	drawn := 0
	for _, g := range groups {
		var likelihood, quality []panel
		for _, p := range g.points {
			var here []view.Frontier
			for _, f := range frontiers {
				if f.Point == p && (len(here) == 0 || f.X == here[0].X && f.Y == here[0].Y) {
					here = append(here, f)
				}
			}
			if len(here) == 0 {
				continue
			}
			likelihood = append(likelihood, frontierPanel(p, here, here[0].Y, looks))
			if q := qualityOf(here); q != "" {
				quality = append(quality, frontierPanel(p, here, q, looks))
			}
		}
		if len(likelihood) == 0 {
			continue
		}
		name := slug(g.title)
		if drawn++; drawn > maxFigures {
			m.skip("temperature-"+name, "only the figures of the first %d workloads are drawn", maxFigures)
			continue
		}
		m.add(&Figure{Name: "temperature-" + name, Title: "Likelihood against variety over temperature: " + view.Clean(g.title),
			Caption: "Cost of the texts in likelihood against the entropy of their words." + temperatureWords + " Better is lower at the same entropy; no curve is continued beyond its points."},
			likelihood, "")
		m.add(&Figure{Name: "diversity-" + name, Title: "Quality against variety over temperature: " + view.Clean(g.title),
			Caption: "Share of right texts against the entropy of their words." + temperatureWords + " Better is up and to the right."},
			quality, "no frontier over temperature has a share of right texts")
	}
}

// qualityOf is the metric of right texts that all frontiers have: validity where
// the workload knows its law, else the exact match; "" without either.
func qualityOf(list []view.Frontier) view.Metric {
	for _, m := range []view.Metric{view.Validity, view.Exact} {
		if hasAll(list, m) {
			return m
		}
	}
	return ""
}

func hasAll(list []view.Frontier, m view.Metric) bool {
	for _, f := range list {
		for _, q := range f.Points {
			if q.Row.Values[m] == nil {
				return false
			}
		}
	}
	return true
}

// frontierPanel has a curve for each frontier.
func frontierPanel(p *view.Point, list []view.Frontier, y view.Metric, looks map[string]style) panel {
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
