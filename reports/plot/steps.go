package plot

import (
	"dllmbench/reports/view"
)

// stepCurves is the panel of a metric against the mean number of denoising steps.
func (m *maker) stepCurves(p *view.Point, y view.Metric) (panel, bool) {
	return m.curves(curves{title: p.Task(), points: []*view.Point{p}, key: (*view.Row).Family, name: (*view.Row).FamilyName, look: m.families.of,
		x: "denoising steps per answer", at: func(_ *view.Point, r *view.Row) (float64, bool) { return r.Steps() }, y: y,
		rise: true, level: true, fit: y != view.Exact})
}

// againstSteps draws a metric against the number of denoising steps: a panel for
// each task whose decoders have two or more numbers of steps.
func (m *maker) againstSteps(d drawnMetric) {
	panels := eachTask(m.v.Points, func(p *view.Point) (panel, bool) { return m.stepCurves(p, d.metric) })
	m.add(&Figure{Name: d.file + "-steps", Title: d.title + " against denoising steps",
		Caption: d.points + " The line with the band is the autoregressive decoder, which has no denoising steps." + fitWords},
		panels, "no task has a decoder at two or more numbers of denoising steps")
}

const stepsCaption = "Exact match of the instances; bars and the band around AR (which has no denoising steps) are 95% Wilson intervals."

// steps is the panel of exact match against denoising steps, or why there is none.
func (m *maker) steps(p *view.Point) (panel, string) {
	if pn, ok := m.stepCurves(p, view.Exact); ok {
		return pn, ""
	}
	return panel{}, "no decoder has a quality at two or more numbers of denoising steps"
}
