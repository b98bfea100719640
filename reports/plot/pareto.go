package plot

import (
	"cmp"
	"fmt"
	"slices"

	"dllmbench/reports/view"
)

const frontierWords = "bars on both axes are 95% intervals. Numbers beside points, where there is room, are denoising steps. The grey line joins what no other point beats in both; pale points are beaten by their values. Better is up and to the left."

// latency is the panel of exact match against the median time of an answer.
func (m *maker) latency(p *view.Point) (panel, string) { return m.pareto(p, view.E2E) }

// arithmetic is the panel of exact match against FLOPs.
func (m *maker) arithmetic(p *view.Point) (panel, string) { return m.pareto(p, view.FLOPs) }

// pareto is the panel of exact match against a cost that should be low.
func (m *maker) pareto(p *view.Point, cost view.Metric) (panel, string) {
	list := collect([]*view.Point{p}, (*view.Row).Family, (*view.Row).FamilyName, m.families.of, func(_ *view.Point, r *view.Row) (point, bool) {
		e, t := r.Values[view.Exact], r.Values[cost]
		if e == nil || t == nil || t.Value <= 0 {
			return point{}, false
		}
		q := point{x: t.Value, y: e.Value, xi: positive(t.CI), yi: e.CI}
		if n, ok := r.Steps(); ok {
			q.label = view.Number(n)
			if n == float64(int(n)) {
				q.label = fmt.Sprint(int(n))
			}
		}
		return q, true
	})
	if len(list) == 0 {
		return panel{}, "no usable cell has both a quality and " + axisTitle(cost)
	}
	frontier := markDominated(list)
	list, notes := uncrowd(list)
	return panel{title: view.Clean(p.Task()), series: append([]*series{frontier}, list...), notes: notes,
		x: axis{title: axisTitle(cost), log: true},
		y: percent}, ""
}

// markDominated makes points pale that another one beats: at least as good and
// as cheap, and better in one of both. It returns the line through the others.
func markDominated(list []*series) *series {
	front := &series{name: "not beaten", style: neutral(2), joined: true, bare: true}
	var all []*point
	for _, s := range list {
		for i := range s.points {
			all = append(all, &s.points[i])
		}
	}
	for _, q := range all {
		q.pale = slices.ContainsFunc(all, func(o *point) bool {
			return o.x <= q.x && o.y >= q.y && (o.x < q.x || o.y > q.y)
		})
		if !q.pale {
			front.points = append(front.points, point{x: q.x, y: q.y})
		}
	}
	slices.SortFunc(front.points, func(a, b point) int { return cmp.Compare(a.x, b.x) })
	return front
}
