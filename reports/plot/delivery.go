package plot

import (
	"fmt"

	"dllmbench/reports/view"
)

// deliveryMarks are the moments and gaps of a request that a reader notices, and
// their marks.
var deliveryMarks = []struct {
	metric view.Metric
	name   string
	glyph  glyph
}{
	{view.TTFC, "first commit (TTFC)", glyph{shape: diamond, hollow: true}},
	{view.TTFT, "first token (TTFT)", glyph{shape: circle}},
	{view.ICL, "mean gap between deliveries (ICL)", glyph{shape: plus}},
	{view.LongestGap, "longest gap", glyph{shape: cross}},
	{view.E2E, "all of it (e2e)", glyph{shape: square}},
}

// deliveries draws when a reader sees what: the first commit, the first token,
// the gaps between deliveries and the end, a line for each decoder of a task.
func (m *maker) deliveries() {
	m.add(&Figure{Name: "delivery", Title: "When a reader sees what", wide: true,
		Caption: "Medians with 95% intervals between order statistics. A token is delivered when it and all before it are final; tokens delivered in one instant are one delivery, and a decoder that delivers everything at once has no gaps. A first commit may stand anywhere in the answer, the first token is its beginning."},
		panelsOf(m.v.Points, deliveryPanel), "no task has two decoders whose deliveries were timed")
}

// maxDeliveries is the most settings of a panel.
const maxDeliveries = 9

func deliveryPanel(p *view.Point) (panel, bool) {
	timed := rowsWith(p, view.TTFT, view.E2E)
	rows := inTurn(timed, maxDeliveries, engineOf, inOrder)
	pn := panel{title: view.Clean(p.Task()), x: axis{title: "time (ms)", log: true}, y: axis{names: rowNames(rows, nameWidth)}}
	if len(timed) > len(rows) {
		pn.notes = []note{{fmt.Sprintf("%d of %d settings, of each decoder in turn", len(rows), len(timed)), grey}}
	}
	for _, k := range deliveryMarks {
		marked := func(s *series) *series {
			s.style.glyph, s.style.radius = k.glyph, points(3.2)
			return s
		}
		pn.series = append(pn.series, marked(&series{name: k.name, style: neutral(0)}))
		for i, r := range rows {
			if q, ok := pointAt(0, r.Values[k.metric], true); ok {
				pn.series = append(pn.series, marked(&series{fixed: true, style: newStyle(r.Cell.Engine, 0), points: []point{{x: q.y, xi: q.yi, y: float64(len(rows) - 1 - i)}}}))
			}
		}
	}
	return pn, len(rows) > 1
}
