package plot

import (
	"strings"

	"dllmbench/reports/view"
	"dllmbench/workloads/lists"
)

// floors draws what is solved of lists whose items depend on each other against
// the number of denoising steps, beside the most that a decoder can reach which
// writes several positions of a step independently of each other, however well
// it was trained.
func (m *maker) floors() {
	m.add(&Figure{Name: "floors", Title: "Lists: the price of writing positions independently",
		Caption: "Exact match with 95% Wilson intervals. Dotted: the closed form for perfect marginals when the positions of a step are drawn independently (a shuffle: the product over the steps of r(r−1)…(r−k+1) / r^k with r items left and k positions a step; one replacement in one step: (1−1/n)^(n−1)). Decoders that do not draw independently may lie above it."},
		panelsOf(m.v.Points, m.floorPanel), "no cell is a shuffle or a replacement at any place, at two or more numbers of denoising steps")
}

func (m *maker) floorPanel(p *view.Point) (panel, bool) {
	kind, n := floorTask(p)
	if n < 2 {
		return panel{}, false
	}
	pn, ok := m.stepCurves(p, view.Exact)
	if !ok {
		return panel{}, false
	}
	bound := &series{name: "bound for independent positions", style: neutral(2), joined: true, bare: true}
	for steps := 1; steps <= n; steps++ {
		switch {
		case kind == "shuffle":
			bound.points = append(bound.points, point{x: float64(steps), y: 100 * lists.ShuffleFloor(n, (n+steps-1)/steps)})
		case steps == 1:
			bound.bare, bound.joined = false, false
			bound.points = append(bound.points, point{x: 1, y: 100 * lists.ReplaceFloor(n)})
		}
	}
	pn.series = append(pn.series, bound)
	return pn, true
}

// floorTask is the kind of list task that a bound is known for, and its items.
func floorTask(p *view.Point) (kind string, items int) {
	if p.Workload != "lists" || len(p.Rows) == 0 {
		return "", 0
	}
	n := int(p.Rows[0].Cell.Knobs["items"])
	switch {
	case strings.HasPrefix(p.Rung, "shuffle-"):
		return "shuffle", n
	case strings.HasPrefix(p.Rung, "replace-any-"):
		return "replace", n
	}
	return "", 0
}
