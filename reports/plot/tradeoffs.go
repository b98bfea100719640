package plot

import (
	"cmp"
	"fmt"
	"slices"

	"dllmbench/harness/lists"
	"dllmbench/reports/view"
)

const frontierWords = "; bars on both axes are 95% intervals. Numbers beside points, where there is room, are denoising steps, or values of the option by which a curve goes. The dotted line joins what no other point beats in both; pale points are beaten by their values."

// betterWords say where points should be, by which values are better.
var betterWords = map[string]string{"lower": " Better is up and to the left.", "higher": " Better is up and to the right."}

// pareto is the panel of exact match against a cost that should be low, or a gain that
// should be high.
func (m *maker) pareto(p *view.Point, cost view.Metric) (panel, bool) {
	key, name, option := p.Curves()
	list := collect([]*view.Point{p}, key, name, m.families.of, func(_ *view.Point, r *view.Row) (point, bool) {
		e, t := r.Values[view.Exact], r.Values[cost]
		if e == nil || t == nil || t.Value <= 0 {
			return point{}, false
		}
		q := point{x: t.Value, y: e.Value, xi: positive(t.CI), yi: e.CI}
		if x, swept := r.Cell.Option(option[r]); swept {
			q.label = fmt.Sprint(x)
		} else if n, ok := r.Steps(); ok {
			q.label = view.Number(n)
			if n == float64(int(n)) {
				q.label = fmt.Sprint(int(n))
			}
		}
		return q, true
	})
	frontier := markDominated(list, cost.Definition().Better == "higher")
	named, notes := uncrowd(list)
	if len(frontier.points) > 1 {
		named = append([]*series{frontier}, named...)
	}
	return panel{title: view.Clean(p.Task()), series: named, notes: notes,
		x: axis{title: axisTitle(cost), log: true}, y: percent}, len(list) > 0
}

// markDominated makes points pale that another one beats: at least as good and
// as cheap (as far to the right, if that is a gain), and better in one of both. It
// returns the line through the others.
func markDominated(list []*series, gain bool) *series {
	by := 1.0
	if gain {
		by = -1
	}
	front := &series{name: "not beaten", style: neutral(2), joined: true, bare: true}
	var all []*point
	for _, s := range list {
		for i := range s.points {
			all = append(all, &s.points[i])
		}
	}
	for _, q := range all {
		q.pale = slices.ContainsFunc(all, func(o *point) bool {
			return by*o.x <= by*q.x && o.y >= q.y && (o.x != q.x || o.y > q.y)
		})
		if !q.pale {
			front.points = append(front.points, point{x: q.x, y: q.y})
		}
	}
	slices.SortFunc(front.points, func(a, b point) int { return cmp.Compare(a.x, b.x) })
	return front
}

// temperatureWords say how to read curves over temperature.
const temperatureWords = " Each curve is one decoder at several temperatures, which stand beside the points where there is room; bars on both axes are 95% intervals. One point alone says nothing: every decoder can trade one for the other by its temperature."

// temperatures draws, for each workload, the frontiers over temperature: how
// likely texts are against how much they vary, and what is right against how
// much they vary. A decoder at one temperature has no curve and is not drawn.
func (m *maker) temperatures() {
	looks, count := styles{}, map[string]int{}
	here := map[*view.Point][]view.Frontier{} // of the same two metrics
	for _, f := range m.v.Frontiers() {
		engine := f.Points[0].Row.Look
		if _, ok := looks[f.Name]; !ok {
			looks[f.Name] = newStyle(engine, count[engine])
			count[engine]++
		}
		if list := here[f.Point]; len(list) == 0 || f.X == list[0].X && f.Y == list[0].Y {
			here[f.Point] = append(list, f)
		}
	}
	points := lists.Keep(m.v.Points, func(p *view.Point) bool { return !p.CostOnly && len(here[p]) > 0 })
	draw := func(name, title, caption, reason, none string, y func([]view.Frontier) view.Metric) {
		m.eachSubject(name, title, caption, points, reason, none, func(points []*view.Point) []panel {
			return panelsOf(points, func(p *view.Point) (panel, bool) {
				metric := y(here[p])
				if metric == "" {
					return panel{}, false
				}
				return frontierPanel(p, here[p], metric, looks), true
			})
		})
	}
	whose := "no decoder"
	if m.v.Briefs > 0 {
		whose = "no decoder whose variety is known"
	}
	draw("temperature", "Likelihood against variety over temperature",
		"Cost of the texts in likelihood against the entropy of their words."+temperatureWords+" Better is lower at the same entropy; no curve is continued beyond its points.",
		"", whose+" ran at two or more temperatures, and one temperature alone says nothing", func(list []view.Frontier) view.Metric { return list[0].Y })
	draw("diversity", "Quality against variety over temperature",
		"Share of right texts against the entropy of their words."+temperatureWords+" Better is up and to the right.",
		"no frontier over temperature has a share of right texts", "", qualityOf)
}

// qualityOf is the metric of right texts that all frontiers have: validity where
// the workload knows its law, else the exact match; "" without either.
func qualityOf(list []view.Frontier) view.Metric {
	for _, m := range []view.Metric{view.Validity, view.Exact} {
		if !slices.ContainsFunc(list, func(f view.Frontier) bool {
			return slices.ContainsFunc(f.Points, func(q view.FrontierPoint) bool { return q.Row.Values[m] == nil })
		}) {
			return m
		}
	}
	return ""
}

// frontierPanel has a curve for each frontier.
func frontierPanel(p *view.Point, list []view.Frontier, y view.Metric, looks styles) panel {
	pn := panel{title: view.Clean(p.Task()), x: axis{title: axisTitle(list[0].X)}}
	if y == view.Exact || y == view.Validity {
		pn.y = percent
	}
	pn.y.title = axisTitle(y)
	for _, f := range list {
		s := &series{name: view.Clean(f.Name), style: looks[f.Name], joined: true}
		for _, q := range f.Points {
			a, b := q.Row.Values[f.X], q.Row.Values[y]
			s.points = append(s.points, point{x: a.Value, y: b.Value, xi: a.CI, yi: b.CI, label: fmt.Sprint(q.Temperature), pooled: q.Row.Cell.Samples > 1})
		}
		pn.series = append(pn.series, s)
	}
	pn.series, pn.notes = uncrowd(pn.series)
	return pn
}

// roofline draws the arithmetic that was reached against arithmetic intensity:
// a panel for trained weights and one for each cost-only model.
func (m *maker) roofline() {
	m.add(&Figure{Name: "roofline", Title: "Roofline: arithmetic against memory traffic",
		Caption: "Each point is a cell: its FLOPs over its bytes of weights, keys and values, and FLOPs over the time in the network. The dashed line is the highest rate and the highest bytes per second of any cell here, not a limit of the machine. Weights count as read in every pass, also where they stay in the processor's cache. Batches are left out: their requests share passes."},
		panelsOf(lists.Split(m.v.Points, func(p *view.Point) string {
			if p.CostOnly {
				return subject(p) + p.Extra()
			}
			return "trained weights" + p.Extra()
		}), rooflinePanel), "no cell without batches has times in the network and bytes")
}

func rooflinePanel(g pointGroup) (panel, bool) {
	peak, bandwidth := 0.0, 0.0
	seen := func(_ *view.Point, r *view.Row) (point, bool) {
		c := r.Cost
		if c == nil {
			return point{}, false
		}
		x, okX := c.Intensity()
		rate, okY := c.Rate()
		if !okX || !okY {
			return point{}, false
		}
		peak, bandwidth = max(peak, rate/1e9), max(bandwidth, rate/1e9/max(x, 1e-9))
		return point{x: x, y: rate / 1e9}, true
	}
	list := collect(g.Of, engineOf, (*view.Row).Decoder, newStyle, seen)
	if len(list) == 0 {
		return panel{}, false
	}
	for _, s := range list {
		s.joined, s.style = false, newStyle(s.style.engine, 0)
	}
	xs := xValues(list)
	lo, hi, knee := xs[0]/1.5, xs[len(xs)-1]*1.5, peak/bandwidth
	roof := &series{name: "envelope of this run", style: neutral(1), joined: true, bare: true}
	roof.points = []point{{x: lo, y: min(peak, lo*bandwidth)}}
	if knee > lo && knee < hi {
		roof.points = append(roof.points, point{x: knee, y: peak})
	}
	roof.points = append(roof.points, point{x: hi, y: min(peak, hi*bandwidth)})
	return panel{title: view.Clean(g.Key), series: append([]*series{roof}, list...),
		x: axis{title: "arithmetic intensity (FLOP per byte)", log: true}, y: axis{title: "reached (GFLOP/s)", log: true}}, true
}
