package plot

import (
	"fmt"
	"slices"
	"strings"

	"dllmbench/reports/view"
)

// blockLengthOption is the option of the block decoder that is swept.
const blockLengthOption = "block_length"

// blockLength draws quality and latency against the block length: two panels
// for each task.
func (m *maker) blockLength() {
	m.eachSubject("block-length", "Block length",
		"Exact match with 95% Wilson intervals and median latency with intervals between order statistics. The lines with bands are the autoregressive decoder.",
		"no task has a block decoder at two or more block lengths",
		func(points []*view.Point) (panels []panel, _ string) {
			for _, p := range points {
				for _, metric := range []view.Metric{view.Exact, view.E2E} {
					if pn, ok := m.blockPanel(p, metric); ok {
						panels = append(panels, pn)
					}
				}
			}
			return panels, ""
		})
}

func (m *maker) blockPanel(p *view.Point, metric view.Metric) (panel, bool) {
	key, name := blockKey(p)
	return m.curves(curves{title: p.Task(), points: []*view.Point{p}, key: key, name: name, x: "block length (tokens)", y: metric, level: true,
		look: func(key string, n int) style {
			if r := p.Baseline(); r != nil && key == without(r.Family()) {
				return newStyle(r.Cell.Engine, 0)
			}
			return newStyle("block", n)
		},
		at: func(_ *view.Point, r *view.Row) (float64, bool) {
			x, ok := r.Cell.Option(blockLengthOption)
			return x, ok && r.Cell.Engine == "block"
		}})
}

// blockKey tells the curves of a point apart, and names them: decoders without
// their block length and steps, but with their steps where these are swept beside
// it.
func blockKey(p *view.Point) (key, name func(*view.Row) string) {
	seen := map[string]bool{}
	for _, r := range p.Rows {
		at := fmt.Sprint(without(r.Family()), r.Cell.Options[blockLengthOption])
		if r.Cell.Engine == "block" && seen[at] {
			whole := func(r *view.Row) string { return without(r.Name) }
			return whole, whole
		}
		seen[at] = true
	}
	return func(r *view.Row) string { return without(r.Family()) }, func(r *view.Row) string { return without(r.FamilyName()) }
}

// without is a name without the block length.
func without(name string) string {
	parts := slices.DeleteFunc(strings.Fields(name), func(s string) bool { return strings.HasPrefix(s, blockLengthOption+"=") })
	return strings.Join(parts, " ")
}
