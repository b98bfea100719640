package plot

import (
	"math"
	"slices"

	"dllmbench/harness/trace"
	"dllmbench/reports/view"
)

// emergence draws, from traces, after which share of the steps the result is
// predicted rightly for good, beside the share at which the reasoning stands.
func (m *maker) emergence() {
	var panels []panel
	for _, p := range m.v.Points {
		var list []*series
		for _, r := range p.Rows {
			var answer, written []float64
			for _, t := range m.tracesOf(r) {
				d := trace.Derive(t)
				if !math.IsNaN(d.AnswerRight) {
					answer = append(answer, d.AnswerRight)
				}
				if !math.IsNaN(d.ReasoningDone) {
					written = append(written, d.ReasoningDone)
				}
			}
			if len(answer) == 0 || len(list) >= maxCurves {
				continue
			}
			style := newStyle(r.Cell.Engine, 0)
			list = append(list, &series{name: view.Clean(r.Name) + ": result right", style: style, joined: true, bare: true, points: shares(answer)})
			if len(written) > 0 {
				style.line.Dashes = dashes[1]
				list = append(list, &series{name: view.Clean(r.Name) + ": reasoning written", style: style, joined: true, bare: true, points: shares(written)})
			}
		}
		if len(list) > 0 {
			panels = append(panels, panel{title: view.Clean(p.Task()), series: list,
				x: axis{title: "share of the steps (%)", zero: true, top: 102, values: []float64{0, 25, 50, 75, 100}},
				y: axis{title: "right answers (%)", zero: true, top: 102, values: []float64{0, 25, 50, 75, 100}}})
		}
	}
	m.add(&Figure{Name: "emergence", Title: "When the answer is known",
		Caption: "Of the traced right answers, the share whose result the network predicts rightly from that step on, also while it is masked (solid), and the share whose reasoning is written completely (dashed). Few traces make coarse curves; no intervals."},
		panels, "no traced answer is right and has both a result and a reasoning part")
}

// shares is the curve of how many of the values, which lie in [0, 1], are reached.
func shares(values []float64) []point {
	values = slices.Clone(values)
	slices.Sort(values)
	out := []point{{x: 0, y: 0}}
	for i, v := range values {
		// A step: straight on to the value, then up. A hair apart, so that the
		// line is drawn where x is the same.
		before := 100 * float64(i) / float64(len(values))
		out = append(out, point{x: 100*v - 1e-6, y: before}, point{x: 100 * v, y: 100 * float64(i+1) / float64(len(values))})
	}
	return append(out, point{x: 100.5, y: 100})
}

// tracesOf are the traces of a usable row.
func (m *maker) tracesOf(r *view.Row) []*trace.Trace {
	if !r.Usable() {
		return nil
	}
	return m.byCell[r.Cell.ID]
}
