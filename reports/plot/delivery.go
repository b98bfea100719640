package plot

import (
	"cmp"
	"fmt"
	"slices"

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
	var panels []panel
	for _, p := range m.v.Points {
		if pn, ok := deliveryPanel(p); ok {
			panels = append(panels, pn)
		}
	}
	m.add(&Figure{Name: "delivery", Title: "When a reader sees what", wide: true,
		Caption: "Medians with 95% intervals between order statistics. A token is delivered when it and all before it are final; tokens delivered in one instant are one delivery, and a decoder that delivers everything at once has no gaps. A first commit may stand anywhere in the answer, the first token is its beginning."},
		panels, "no task has two decoders whose deliveries were timed")
}

// maxDeliveries is the most settings of a panel.
const maxDeliveries = 9

// inTurn picks at most so many rows, the first of each decoder, then the second
// and so on, and leaves them in their order.
func inTurn(rows []*view.Row, most int) []*view.Row {
	rank, seen := map[*view.Row]int{}, map[string]int{}
	for _, r := range rows {
		rank[r] = seen[r.Cell.Engine]
		seen[r.Cell.Engine]++
	}
	picked := slices.Clone(rows)
	slices.SortStableFunc(picked, func(a, b *view.Row) int { return cmp.Compare(rank[a], rank[b]) })
	picked = picked[:min(len(picked), most)]
	return slices.DeleteFunc(slices.Clone(rows), func(r *view.Row) bool { return !slices.Contains(picked, r) })
}

func deliveryPanel(p *view.Point) (panel, bool) {
	var timed []*view.Row
	for _, r := range p.Rows {
		if r.Usable() && r.Values[view.TTFT] != nil && r.Values[view.E2E] != nil {
			timed = append(timed, r)
		}
	}
	rows := inTurn(timed, maxDeliveries)
	if len(rows) < 2 {
		return panel{}, false
	}
	pn := panel{title: view.Clean(p.Task()), x: axis{title: "time (ms)", log: true}}
	if len(timed) > len(rows) {
		pn.notes = []note{{fmt.Sprintf("%d of %d settings, of each decoder in turn", len(rows), len(timed)), grey}}
	}
	for i := range rows {
		pn.y.names = append(pn.y.names, cutName(view.Clean(rows[len(rows)-1-i].Name), nameWidth))
	}
	for _, k := range deliveryMarks {
		key := &series{name: k.name, style: neutral(0)}
		key.style.glyph, key.style.radius = k.glyph, points(3.2)
		pn.series = append(pn.series, key)
		for i, r := range rows {
			e := r.Values[k.metric]
			if e == nil || e.Value <= 0 {
				continue
			}
			s := &series{fixed: true, style: newStyle(r.Cell.Engine, 0), points: []point{{x: e.Value, xi: positive(e.CI), y: float64(len(rows) - 1 - i)}}}
			s.style.glyph, s.style.radius = k.glyph, points(3.2)
			pn.series = append(pn.series, s)
		}
	}
	return pn, true
}
