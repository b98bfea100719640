package plot

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// precision draws what is solved of all tasks together against the precision of the weights,
// in the order of the scenario: a curve for each decoder on weights that ran in several.
func (m *maker) precision() {
	rows := lists.Keep(m.v.Rows, func(r *view.Row) bool { return r.Usable() && !r.Cell.CostOnly && r.Values[view.Exact] != nil })
	pn := panel{x: axis{title: "precision of the weights"}, y: axis{title: axisTitle(view.Exact), least: 0.1}}
	for _, r := range rows {
		if name := precisionOf(r); !slices.Contains(pn.x.names, name) {
			pn.x.names = append(pn.x.names, name)
		}
	}
	if len(pn.x.names) < 2 {
		return // nothing was swept
	}
	tasks := map[string]bool{}
	for _, d := range lists.Split(rows, func(r *view.Row) string {
		weights, _, _ := strings.Cut(r.Cell.Weights, "#")
		return fmt.Sprint(r.Cell.Engine, r.Cell.Preset, r.Cell.Options, weights, r.Cell.Batch)
	}) {
		byPrecision := lists.Split(d.Of, precisionOf)
		if len(byPrecision) < 2 {
			continue
		}
		first := d.Of[0]
		s := &series{name: view.Clean(strings.TrimSpace(first.Cell.Engine + " " + first.Cell.Preset)), style: newStyle(first.Look, 0), joined: true}
		for _, p := range byPrecision {
			solved, n := 0, 0
			for _, r := range p.Of {
				in := func(q lists.Part[string, *view.Row]) bool {
					return slices.ContainsFunc(q.Of, func(o *view.Row) bool { return taskOf(o) == taskOf(r) })
				}
				if e := r.Values[view.Exact]; !slices.ContainsFunc(byPrecision, func(q lists.Part[string, *view.Row]) bool { return !in(q) }) {
					solved, n = solved+int(math.Round(e.Value/100*float64(e.N))), n+e.N
					tasks[taskOf(r)] = true
				}
			}
			if e, err := stats.Proportion(solved, n); err == nil {
				e = e.Moved(0, 100)
				s.points = append(s.points, point{x: float64(slices.Index(pn.x.names, p.Key)), y: e.Value, yi: e.CI})
			}
		}
		slices.SortFunc(s.points, func(a, b point) int { return int(a.x - b.x) })
		if s.some() {
			pn.series = append(pn.series, s)
		}
	}
	var panels []panel
	if len(pn.series) > 0 {
		pn.title = fmt.Sprintf("%d tasks", len(tasks))
		spread(pn.series, categorySpread)
		panels = []panel{pn}
	}
	m.add(&Figure{Name: "quality-precision", Title: "Quality against precision",
		Caption: "Exact match over the instances of all tasks that a decoder was given in each precision; bars are 95% Wilson intervals. The instances are the same in all precisions, so differences are surer than the bars suggest. The axis need not begin at 0."},
		panels, "no decoder has a quality in two or more precisions of the same weights")
}

// precisionOf is the precision of a row's weights by its short name.
func precisionOf(r *view.Row) string {
	if _, name, ok := strings.Cut(r.Cell.Weights, "precision="); ok {
		name, _, _ = strings.Cut(name, ",")
		return name
	}
	if r.Cell.Precision == "" {
		return "f32"
	}
	return "as stored"
}

// taskOf names the task of a row, whatever its weights.
func taskOf(r *view.Row) string {
	return fmt.Sprint(r.Cell.Workload, " ", r.Cell.Rung, " ", r.Cell.Split, " ", r.Cell.Budget)
}
