package plot

import (
	"cmp"
	"fmt"
	"slices"

	"dllmbench/harness/lists"
	"dllmbench/reports/view"
)

// maxRungs is the most decoders of a panel of the ladder.
const maxRungs = 14

// ladder draws how much faster each decoder of a task is than the plain one: the
// diffusion decoder with the most forward passes of those that write one answer.
func (m *maker) ladder() {
	var panels []panel
	for _, p := range m.richest() {
		rows, plain := rowsWith(p, view.E2E, view.NFE), p.Plain()
		switch {
		case plain == nil || len(rows) < 4:
		case len(panels) >= m.most(): // only counted: the comparisons of a large run take long
			panels = append(panels, panel{})
		default:
			if pn := m.ladderPanel(p, plain, rows); len(pn.y.names) >= 4 {
				panels = append(panels, pn)
			}
		}
	}
	m.add(&Figure{Name: "ladder", Title: "Speed-up over plain diffusion",
		Caption: "Times as fast as the plain decoder of the task (the diffusion decoder with the most forward passes, without further tries; at 1), paired on the same instances, with 95% intervals; beside it what is solved. Right of 1 is faster." + m.v.LengthCaption()},
		panels, "no task has four or more decoders, one of them full diffusion, with times")
}

func (m *maker) ladderPanel(p *view.Point, plain *view.Row, rows []*view.Row) panel {
	at := map[*view.Row]point{plain: {x: 1}}
	for _, r := range rows {
		if r == plain {
			continue
		}
		if s := m.v.Compare(plain, r).Speed; s != nil && s.Value > 0 {
			at[r] = point{x: s.Value, xi: positive(s.CI)}
		}
	}
	rows = lists.Keep(rows, func(r *view.Row) bool { return at[r].x > 0 })
	slices.SortStableFunc(rows, func(a, b *view.Row) int { return cmp.Compare(at[b].x, at[a].x) })
	if len(rows) > maxRungs { // the fastest and the plain one
		rows = append(rows[:maxRungs-1:maxRungs-1], rows[max(slices.Index(rows, plain), maxRungs-1)])
	}
	pn := panel{title: view.Clean(p.Task()), x: axis{title: "times as fast (×)", log: true}, y: axis{names: rowNames(rows, 22)}}
	for i := len(rows) - 1; i >= 0; i-- {
		r, q := rows[i], at[rows[i]]
		q.y = float64(len(rows) - 1 - i)
		if e := r.Values[view.Exact]; e != nil {
			q.label = fmt.Sprintf("%.0f%%", e.Value)
		}
		s := pn.named(view.Clean(r.Decoder()), newStyle(r.Look, 0))
		s.points = append(s.points, q)
	}
	return pn
}

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
				pn.series = append(pn.series, marked(&series{fixed: true, style: newStyle(r.Look, 0), points: []point{{x: q.y, xi: q.yi, y: float64(len(rows) - 1 - i)}}}))
			}
		}
	}
	return pn, len(rows) > 1
}
