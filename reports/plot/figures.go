package plot

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"dllmbench/harness/stats"
	"dllmbench/harness/trace"
	"dllmbench/reports/guard"
	"dllmbench/reports/view"
)

// maxPanels is the most panels of a figure, maxFigures the most figures of a
// kind; what is beyond is reported as skipped.
const (
	maxPanels  = 6
	maxFigures = 12
)

// kind is a kind of figure: what the names of its figures begin with, and what
// draws them.
type kind struct {
	names []string
	draw  func(*maker)
}

// kinds lists all kinds of figures in their order on the page. A figure that is
// not in this list does not exist.
func kinds() []kind {
	one := func(name string, draw func(*maker)) kind { return kind{[]string{name}, draw} }
	quality := func(name, title, caption string, panelOf func(*maker, *view.Point) (panel, string)) kind {
		return one(name, func(m *maker) { m.quality(name, title, caption, panelOf) })
	}
	var list []kind
	for _, d := range drawnMetrics {
		list = append(list, one(d.file+"-length", func(m *maker) { m.againstLength(d, false) }))
	}
	for _, d := range drawnMetrics {
		list = append(list, one(d.file+"-length-cost", func(m *maker) { m.againstLength(d, true) }))
	}
	for _, d := range drawnMetrics {
		if d.metric != view.Throughput {
			list = append(list, one(d.file+"-steps", func(m *maker) { m.againstSteps(d) }))
		}
	}
	return append(list,
		quality("quality-steps", "Quality against denoising steps", stepsCaption, (*maker).steps),
		quality("quality-latency", "Quality against latency", "Exact match against the median time of an answer; "+frontierWords, (*maker).latency),
		quality("quality-flops", "Quality against arithmetic", "Exact match against floating-point operations per useful token; "+frontierWords, (*maker).arithmetic),
		one("block-length", (*maker).blockLength),
		one("crossover", (*maker).crossover),
		one("ladder", (*maker).ladder),
		one("coherence", (*maker).coherence),
		kind{[]string{"temperature", "diversity"}, (*maker).temperatures},
		one("delivery", (*maker).deliveries),
		one("load", (*maker).underLoad), // and those of [Loads]
		one("floors", (*maker).floors),
		one("roofline", (*maker).roofline),
		one("emergence", (*maker).emergence),
		one("order", (*maker).order),
		one("heat", (*maker).heat),
	)
}

// Figures makes the figures of a view and of the traces of its cells, and lists
// those that were skipped, with the reason. A panic goes on as a failure that
// names the figure.
func Figures(v *view.View, traces []trace.Trace) ([]*Figure, []Skipped) {
	m := &maker{
		v: v, byCell: map[string][]*trace.Trace{},
		names:    newStyles(v, func(r *view.Row) string { return r.Name }),
		families: newStyles(v, (*view.Row).Family),
	}
	for i := range traces {
		m.byCell[traces[i].Cell] = append(m.byCell[traces[i].Cell], &traces[i])
	}
	for _, k := range kinds() {
		guard.Must("figure "+k.names[0], func() { k.draw(m) })
	}
	if s := v.Bounds(); s != "" {
		m.skip("coherence, temperature, diversity", "%s", s)
	}
	return m.figures, m.skipped
}

// IsName reports whether a figure of this package may have the name.
func IsName(name string) bool {
	return slices.ContainsFunc(kinds(), func(k kind) bool {
		return slices.ContainsFunc(k.names, func(begin string) bool { return strings.HasPrefix(name, begin) })
	})
}

// percent is the axis of exact match; it ends a little above 100 so that a
// marker there is whole.
var percent = axis{title: "exact match (%)", zero: true, top: 105, values: []float64{0, 25, 50, 75, 100}}

type maker struct {
	v               *view.View
	byCell          map[string][]*trace.Trace
	names, families *styles
	figures         []*Figure
	skipped         []Skipped
}

func (m *maker) skip(name, format string, args ...any) {
	m.skipped = append(m.skipped, Skipped{name, fmt.Sprintf(format, args...)})
}

// add adds a figure of panels, or says why there is none.
func (m *maker) add(f *Figure, panels []panel, reason string) {
	if len(panels) == 0 {
		m.skip(f.Name, "%s", reason)
		return
	}
	if extra := len(panels) - maxPanels; extra > 0 {
		m.skip(f.Name, "only the first %d of %d panels are drawn", maxPanels, len(panels))
		panels = panels[:maxPanels]
	}
	if all, drawn := thin(panels); drawn < all {
		m.skip(f.Name, "%d of %d points are drawn, every few of each series: a panel has room for %d", drawn, all, maxPoints)
	}
	f.panels = panels
	f.finish()
	m.figures = append(m.figures, f)
}

// finish decides how series are told apart.
func (f *Figure) finish() {
	apart(f.panels)
	for _, p := range f.panels {
		n := 0
		for _, s := range p.series {
			if s.labelled() && (s.joined || s.level) && !s.bare {
				n++
			}
		}
		f.wide = f.wide || n >= manySeries && !f.keyed
	}
	if f.wide {
		return
	}
	for i := range f.panels { // no room at the ends of lines: the exponents stand above
		for _, s := range f.panels[i].series {
			if s.fit != "" {
				f.panels[i].notes = append(f.panels[i].notes, note{s.name + ": " + s.fit, s.style.line.Color})
			}
		}
	}
}

// quality draws a figure for each workload with a panel for each task.
func (m *maker) quality(name, title, caption string, panelOf func(*maker, *view.Point) (panel, string)) {
	groups := group(m.v.Points, func(p *view.Point) (string, bool) { return p.Workload, !p.CostOnly })
	if len(groups) == 0 {
		m.skip(name, "no cell has trained weights, so there is no quality to show")
	}
	for i, g := range groups {
		file := name + "-" + slug(g.title)
		if i >= maxFigures {
			m.skip(file, "only the figures of the first %d workloads are drawn", maxFigures)
			continue
		}
		var panels []panel
		reason := ""
		for _, p := range g.points {
			pn, why := panelOf(m, p)
			if why != "" {
				reason = why
				continue
			}
			panels = append(panels, pn)
		}
		m.add(&Figure{Name: file, Title: title + ": " + view.Clean(g.title), Caption: caption}, panels, reason)
	}
}

const stepsCaption = "Exact match of the instances; bars and the band around AR (which has no denoising steps) are 95% Wilson intervals."

// steps is the panel of exact match against the mean number of denoising steps.
func (m *maker) steps(p *view.Point) (panel, string) {
	list := collect(m.families, p2(p), (*view.Row).Family, func(_ *view.Point, r *view.Row) (point, bool) {
		e := r.Values[view.Exact]
		n, ok := r.Steps()
		if e == nil || !ok || n <= 0 {
			return point{}, false
		}
		return point{x: n, y: e.Value, yi: e.CI}, true
	})
	if !anyCurve(list) {
		return panel{}, "no decoder has a quality at two or more numbers of denoising steps"
	}
	values := xValues(list)
	for i, x := range values { // means need not be whole, labels are
		values[i] = math.Round(x)
	}
	nameFamilies(list, p)
	if r := p.Baseline(); r != nil && r.Values[view.Exact] != nil {
		e := r.Values[view.Exact]
		list = append([]*series{{name: view.Clean(r.Name), style: m.families.byName[r.Family()], level: true, points: []point{{y: e.Value, yi: e.CI}}}}, list...)
	}
	list, notes := uncrowd(list)
	spread(list, numberSpread)
	return panel{title: view.Clean(p.Task()), series: list, notes: notes,
		x: axis{title: "denoising steps per answer", log: true, values: values},
		y: percent}, ""
}

func p2(p *view.Point) []*view.Point { return []*view.Point{p} }

// nameFamilies replaces the keys of families by the labels of their rows.
func nameFamilies(list []*series, p *view.Point) {
	names := map[string]string{}
	for _, r := range p.Rows {
		names[r.Family()] = r.FamilyName()
	}
	for _, s := range list {
		s.name = view.Clean(names[s.name])
	}
}

// collect makes one series for each key from the usable rows, ordered by x.
func collect(st *styles, ps []*view.Point, key func(*view.Row) string, at func(*view.Point, *view.Row) (point, bool)) []*series {
	byKey := map[string]*series{}
	var list []*series
	for _, p := range ps {
		for _, r := range p.Rows {
			if !r.Usable() {
				continue
			}
			q, ok := at(p, r)
			if !ok {
				continue
			}
			k := key(r)
			s := byKey[k]
			if s == nil {
				s = &series{name: k, style: st.byName[k], joined: true}
				byKey[k] = s
				list = append(list, s)
			}
			s.points = append(s.points, q)
		}
	}
	for _, s := range list {
		slices.SortStableFunc(s.points, func(a, b point) int { return cmp.Compare(a.x, b.x) })
	}
	return list
}

type pointGroup struct {
	title  string
	points []*view.Point
}

// group gathers points under the same title, in order of first appearance.
func group(ps []*view.Point, title func(*view.Point) (string, bool)) []*pointGroup {
	at := map[string]*pointGroup{}
	var out []*pointGroup
	for _, p := range ps {
		t, ok := title(p)
		if !ok {
			continue
		}
		g := at[t]
		if g == nil {
			g = &pointGroup{title: t}
			at[t] = g
			out = append(out, g)
		}
		g.points = append(g.points, p)
	}
	return out
}

// anyCurve tells whether one of the series has two different x.
func anyCurve(list []*series) bool {
	return slices.ContainsFunc(list, func(s *series) bool { return len(xValues([]*series{s})) > 1 })
}

// xValues lists the different x of all series in order.
func xValues(list []*series) []float64 {
	var xs []float64
	for _, s := range list {
		for _, p := range s.points {
			xs = append(xs, p.x)
		}
	}
	slices.Sort(xs)
	return slices.Compact(xs)
}

// positive drops an interval that a logarithmic axis cannot show.
func positive(iv *stats.Interval) *stats.Interval {
	if iv == nil || iv.Low <= 0 {
		return nil
	}
	return iv
}

// axisTitle names a metric in full, with its unit.
func axisTitle(m view.Metric) string {
	switch m {
	case view.E2E:
		return "latency, e2e (ms)"
	case view.NFE:
		return "forward passes, NFE"
	case view.FLOPs:
		return "MFLOP per useful token"
	}
	return m.Definition().Unit
}

// slug makes a file name out of a workload's name.
func slug(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(s))
	return strings.Trim(s[:min(len(s), 60)], "-")
}
