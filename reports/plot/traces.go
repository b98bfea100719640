package plot

import (
	"fmt"
	"math"
	"slices"

	"dllmbench/harness/lists"
	"dllmbench/harness/trace"
	"dllmbench/reports/view"
)

// tracesOf are the traces of a usable row.
func (m *maker) tracesOf(r *view.Row) []*trace.Trace {
	if !r.Usable() {
		return nil
	}
	return m.byCell[r.Cell.ID]
}

// traced draws a panel for each traced decoder of one task, from its first trace:
// the task with the most of them, different engines first. The caption has a
// place for the instance.
func (m *maker) traced(name, title, caption, none string, panelOf func(*view.Row, *trace.Trace) (panel, bool)) {
	var task *view.Point
	var rows []*view.Row
	for _, p := range m.v.Points {
		if list := lists.Keep(p.Rows, func(r *view.Row) bool { return len(m.tracesOf(r)) > 0 }); len(list) > len(rows) {
			task, rows = p, list
		}
	}
	if task == nil {
		m.skip(name, "the run has no traces; dllmbench run --trace makes some")
		return
	}
	var first []*view.Row
	for _, part := range lists.Split(rows, engineOf) {
		first = append(first, part.Of[0])
	}
	rows = append(first, lists.Keep(rows, func(r *view.Row) bool { return !slices.Contains(first, r) })...)
	m.add(&Figure{Name: name, Title: title + ": " + view.Clean(task.Task()), Caption: fmt.Sprintf(caption, view.Clean(m.tracesOf(rows[0])[0].Instance))},
		panelsOf(rows, func(r *view.Row) (panel, bool) { return panelOf(r, m.tracesOf(r)[0]) }), none)
}

// order draws in which pass each position took its last value.
func (m *maker) order() {
	m.traced("order", "Order of writing",
		"One traced answer of each decoder (instance %s): when each position took its last value. Kendall's τ is 1 for left to right, 0 for any order.",
		"no traced answer has a written token", func(r *view.Row, t *trace.Trace) (panel, bool) {
			s := &series{name: view.Clean(r.Decoder()), style: newStyle(r.Look, 0)}
			for pos, step := range trace.CourseOf(t).Final[:t.Useful] {
				if step > 0 {
					s.points = append(s.points, point{x: float64(pos + 1), y: float64(step)})
				}
			}
			pn := panel{title: view.Clean(r.Name), series: []*series{s}, x: axis{title: "position (token)"}, y: axis{title: "step of its last value"}}
			if d := trace.Derive(t); !math.IsNaN(d.OrderTau) {
				pn.notes = []note{{fmt.Sprintf("Kendall's τ = %.2f", d.OrderTau), grey}}
			}
			return pn, len(s.points) > 0
		})
}

// Limits of the heat map: a picture of more tiles is slow and shows nothing.
const (
	maxHeatTiles  = 6000
	maxHeatPanels = 4
	heatLevels    = 8
)

// heat draws the confidence at every position in every pass.
func (m *maker) heat() {
	n := 0
	m.traced("heat", "Confidence by position and pass",
		"The darker, the more probable the network holds its best token, in "+fmt.Sprint(heatLevels)+" levels; marks show where a token was written. Instance %s.",
		"no trace has confidences and is small enough to draw", func(r *view.Row, t *trace.Trace) (panel, bool) {
			if n == maxHeatPanels || t.Budget*len(t.Passes) > maxHeatTiles {
				return panel{}, false
			}
			pn := heatPanel(r, t)
			ok := len(pn.series[0].points) > 0 && len(pn.tiles) > 0
			if ok {
				n++
			}
			return pn, ok
		})
}

func heatPanel(r *view.Row, t *trace.Trace) panel {
	pn := panel{title: view.Clean(r.Name), x: axis{title: "position (token)"}, y: axis{title: "forward pass"}}
	base := lookOf(r.Look).color
	marks := &series{name: "token written", style: neutral(0)}
	marks.style.radius, marks.style.line.Color = points(1.6), ink
	for i := range t.Passes {
		q := &t.Passes[i]
		y := float64(i + 1)
		// Neighbours of one level are one tile.
		for pos, end := 0, 0; pos < len(q.Confidence); pos = end {
			level := levelOf(q.Confidence[pos])
			for end = pos + 1; end < len(q.Confidence) && levelOf(q.Confidence[end]) == level; {
				end++
			}
			if level >= 0 { // the higher, the less white is in the colour
				color := pale(base, uint8(0x12+level*(0xd0-0x12)/(heatLevels-1)))
				pn.tiles = append(pn.tiles, tile{x0: float64(pos) + .5, x1: float64(end) + .5, y0: y - .5, y1: y + .5, color: color})
			}
		}
		for _, k := range q.Committed {
			marks.points = append(marks.points, point{x: float64(k.Pos + 1), y: y})
		}
	}
	pn.series = []*series{marks}
	return pn
}

// levelOf is the level of a confidence, 0 to heatLevels-1; -1 where it is unknown.
func levelOf(x trace.Number) int {
	if !x.Known() {
		return -1
	}
	return min(int(min(max(float64(x), 0), 1)*heatLevels), heatLevels-1)
}

// emergence draws, from traces, after which share of the steps the result is
// predicted rightly for good, beside the share at which the reasoning stands.
func (m *maker) emergence() {
	m.add(&Figure{Name: "emergence", keyed: true, Title: "When the answer is known",
		Caption: "Of the traced right answers, the share whose result the network predicts rightly from that step on, also while it is masked (solid), and the share whose reasoning is written completely (dashed). Marks stand where half of the answers are reached. Few traces make coarse curves; no intervals."},
		panelsOf(m.v.Points, m.emergencePanel), "no traced answer is right and has both a result and a reasoning part")
}

// maxEmergence is the most decoders of a panel, each of which has two curves.
const maxEmergence = 4

// emergencePanel has the curves of decoders of a point, of each kind in turn.
func (m *maker) emergencePanel(p *view.Point) (panel, bool) {
	pn := panel{title: view.Clean(p.Task()), x: percent, y: percent}
	pn.x.title, pn.x.top, pn.y.title, pn.y.top = "share of the steps (%)", 102, "right answers (%)", 102
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
		pn.series = append(pn.series, result)
		if len(written[r]) > 0 {
			done := emergenceCurve(name, "reasoning written", result.style, written[r])
			done.style.line.Dashes = dashes[1]
			pn.series = append(pn.series, done)
		}
	}
	if len(rows) > maxEmergence {
		pn.notes = []note{{fmt.Sprintf("%d of %d decoders with traced right answers", maxEmergence, len(rows)), grey}}
	}
	return pn, len(rows) > 0
}

// emergenceCurve has its mark where half of the values are reached.
func emergenceCurve(owner, what string, st style, values []float64) *series {
	s := &series{name: owner + ": " + what, owner: owner, style: st, joined: true, stepped: true, points: shares(values)}
	s.marks = []int{slices.IndexFunc(s.points, func(q point) bool { return q.y >= 50 })}
	return s
}

// shares is the curve of how many of the values, which lie in [0, 1], are reached.
func shares(values []float64) []point {
	values = slices.Sorted(slices.Values(values))
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
