package plot

import (
	"fmt"
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
		list, traced := m.emergenceCurves(p)
		var notes []note
		if traced > maxEmergence {
			notes = []note{{fmt.Sprintf("%d of %d decoders with traced right answers", maxEmergence, traced), grey}}
		}
		if len(list) > 0 {
			panels = append(panels, panel{title: view.Clean(p.Task()), series: list, notes: notes,
				x: axis{title: "share of the steps (%)", zero: true, top: 102, values: []float64{0, 25, 50, 75, 100}},
				y: axis{title: "right answers (%)", zero: true, top: 102, values: []float64{0, 25, 50, 75, 100}}})
		}
	}
	m.add(&Figure{Name: "emergence", keyed: true, Title: "When the answer is known",
		Caption: "Of the traced right answers, the share whose result the network predicts rightly from that step on, also while it is masked (solid), and the share whose reasoning is written completely (dashed). Marks stand where half of the answers are reached. Few traces make coarse curves; no intervals."},
		panels, "no traced answer is right and has both a result and a reasoning part")
}

// maxEmergence is the most decoders of a panel, each of which has two curves.
const maxEmergence = 4

// emergenceCurves are the curves of decoders of a point, of each kind in turn,
// and the number of settings that have any.
func (m *maker) emergenceCurves(p *view.Point) (list []*series, traced int) {
	answer, written := map[*view.Row][]float64{}, map[*view.Row][]float64{}
	var rows []*view.Row
	for _, r := range p.Rows {
		for _, t := range m.tracesOf(r) {
			d := trace.Derive(t)
			if !math.IsNaN(d.AnswerRight) {
				answer[r] = append(answer[r], d.AnswerRight)
			}
			if !math.IsNaN(d.ReasoningDone) {
				written[r] = append(written[r], d.ReasoningDone)
			}
		}
		if len(answer[r]) > 0 {
			rows = append(rows, r)
		}
	}
	for _, r := range inTurn(rows, maxEmergence, engineOf, inOrder) {
		name := view.Clean(r.Name)
		result := emergenceCurve(name, "result right", m.names[r.Name], answer[r])
		result.style.line.Dashes = nil
		list = append(list, result)
		if len(written[r]) > 0 {
			done := emergenceCurve(name, "reasoning written", result.style, written[r])
			done.style.line.Dashes = dashes[1]
			list = append(list, done)
		}
	}
	return list, len(rows)
}

// emergenceCurve has its mark where half of the values are reached.
func emergenceCurve(owner, what string, st style, values []float64) *series {
	s := &series{name: owner + ": " + what, owner: owner, style: st, joined: true, stepped: true, points: shares(values)}
	s.marks = []int{slices.IndexFunc(s.points, func(q point) bool { return q.y >= 50 })}
	return s
}

// shares is the curve of how many of the values, which lie in [0, 1], are reached.
func shares(values []float64) []point {
	values = slices.Clone(values)
	slices.Sort(values)
	out := []point{{x: 0, y: 0}}
	for i, v := range values {
		if i+1 < len(values) && values[i+1] == v {
			continue // one step for all that come at once
		}
		// A step: straight on to the value, then up. A hair apart, so that the
		// line is drawn where x is the same.
		out = append(out, point{x: 100*v - 1e-6, y: out[len(out)-1].y}, point{x: 100 * v, y: 100 * float64(i+1) / float64(len(values))})
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
