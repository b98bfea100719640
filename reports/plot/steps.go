package plot

import (
	"math"

	"dllmbench/reports/view"
)

// againstSteps draws a metric against the number of denoising steps: a panel for
// each task whose decoders have two or more numbers of steps.
func (m *maker) againstSteps(words drawnMetric) {
	metric := words.metric
	var panels []panel
	at := func(_ *view.Point, r *view.Row) (float64, bool) { return r.Steps() }
	for _, p := range m.v.Points {
		list := collect(m.families, p2(p), (*view.Row).Family, func(_ *view.Point, r *view.Row) (point, bool) {
			n, ok := r.Steps()
			q, known := pointAt(n, r.Values[metric])
			return q, ok && known
		})
		values := xValues(list)
		if !anyCurve(list) {
			continue
		}
		for i, x := range values { // means need not be whole, labels are
			values[i] = math.Round(x)
		}
		list, notes := uncrowd(list)
		pn := panel{
			title: view.Clean(p.Task()), series: list, notes: notes,
			x: axis{title: "denoising steps per answer", log: true, values: values},
			y: axis{title: axisTitle(metric), log: true},
		}
		if len(panels) < maxPanels {
			m.exponents(metric, list, p2(p), (*view.Row).Family, at)
		}
		nameFamilies(list, p)
		if r := p.Baseline(); r != nil && r.Values[metric] != nil && r.Values[metric].Value > 0 {
			e := r.Values[metric]
			pn.series = append([]*series{{name: view.Clean(r.Name), style: m.families.byName[r.Family()], level: true, points: []point{{y: e.Value, yi: positive(e.CI)}}}}, pn.series...)
		}
		panels = append(panels, pn)
	}
	m.add(&Figure{Name: words.file + "-steps", Title: words.title + " against denoising steps",
		Caption: words.points + " The line with the band is the autoregressive decoder, which has no denoising steps." + fitWords},
		panels, "no task has a decoder at two or more numbers of denoising steps")
}
