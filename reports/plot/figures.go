package plot

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/harness/trace"
	"dllmbench/reports/guard"
	"dllmbench/reports/view"
)

// A figure of more panels than its layout has room for goes on in further ones.
// maxPanels is the most of all of them, in runs of very many cells it is that of one
// figure; maxFigures is the most figures of a kind. What is beyond is reported as skipped.
const (
	maxPanels  = 30
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
	quality := func(name, title, caption, reason string, panelOf func(*maker, *view.Point) (panel, bool)) kind {
		return one(name, func(m *maker) {
			trained := lists.Keep(m.v.Points, func(p *view.Point) bool { return !p.CostOnly })
			m.eachSubject(name, title, caption, trained, reason, "no cell has trained weights, so there is no quality to show", func(points []*view.Point) []panel {
				return panelsOf(points, func(p *view.Point) (panel, bool) { return panelOf(m, p) })
			})
		})
	}
	tradeoff := func(name, title, caption string, cost view.Metric) kind {
		return quality(name, title, caption+frontierWords+betterWords[cost.Definition().Better], "no usable cell has both a quality and "+axisTitle(cost),
			func(m *maker, p *view.Point) (panel, bool) { return m.pareto(p, cost) })
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
		quality("quality-steps", "Quality against denoising steps",
			"Exact match of the instances; bars and the band around AR (which has no denoising steps) are 95% Wilson intervals.",
			"no decoder has a quality at two or more numbers of denoising steps",
			func(m *maker, p *view.Point) (panel, bool) { return m.stepCurves(p, view.Exact) }),
		tradeoff("quality-latency", "Quality against latency", "Exact match against the median time of an answer", view.E2E),
		tradeoff("quality-flops", "Quality against arithmetic", "Exact match against floating-point operations per useful token", view.FLOPs),
		tradeoff("quality-tpf", "Quality against tokens per pass", "Exact match against useful tokens per forward pass", view.TPF),
		one("quality-precision", (*maker).precision),
		one("aup", (*maker).parallelism),
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

// Figures makes the figures of a view and of the traces of its cells in a layout, and
// lists those that were skipped, with the reason. A panic goes on as a failure that
// names the figure.
func Figures(v *view.View, traces []trace.Trace, l Layout) ([]*Figure, []Skipped) {
	m := &maker{
		v: v, layout: l, byCell: map[string][]*trace.Trace{},
		names:    newStyles(v, func(r *view.Row) string { return r.Name }),
		families: newStyles(v, (*view.Row).Family),
	}
	for name, st := range newStyles(v, (*view.Row).Decoder) { // of curves by another option
		m.families[name] = st
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
	layout          Layout
	byCell          map[string][]*trace.Trace
	names, families styles
	figures         []*Figure
	skipped         []Skipped
}

func (m *maker) skip(name, format string, args ...any) {
	m.skipped = append(m.skipped, Skipped{name, fmt.Sprintf(format, args...)})
}

// most is the most panels of a figure and those that it goes on in.
func (m *maker) most() int {
	if len(m.v.Rows) > view.ShownRows {
		return m.layout.panels
	}
	return maxPanels
}

// add adds a figure of panels, in several where they are many, or says why there is
// none.
func (m *maker) add(f *Figure, panels []panel, reason string) {
	if len(panels) == 0 {
		m.skip(f.Name, "%s", reason)
		return
	}
	if most := m.most(); len(panels) > most {
		m.skip(f.Name, "only the first %d of %d panels are drawn", most, len(panels))
		panels = panels[:most]
	}
	if all, drawn := thin(panels); drawn < all {
		m.skip(f.Name, "%d of %d points are drawn, every few of each series: a panel has room for %d", drawn, all, maxPoints)
	}
	for _, p := range panels {
		if p.finish != nil {
			p.finish()
		}
	}
	even := 1
	if len(panels) > 1 && panels[0].title == panels[1].title { // quality and time of one task, say
		even = 2
	}
	f.layout, f.panels = m.layout, panels
	f.share()
	f.finish()
	most := m.layout.panels / even * even
	parts := (len(panels) + most - 1) / most // with about as many panels each
	size := ((len(panels)+parts-1)/parts + even - 1) / even * even
	part := 1
	for some := range slices.Chunk(f.panels, size) {
		own := *f
		if own.panels = some; part > 1 {
			own.Name, own.Title, own.GoesOn = fmt.Sprintf("%s-%d", f.Name, part), f.Title+", continued", true
		}
		if bands(some) {
			own.Caption += bandWords
		}
		part++
		m.figures = append(m.figures, &own)
	}
}

// share says once, in the title of the figure, what the titles of its panels would
// repeat: its subject, or what they all begin with.
func (f *Figure) share() {
	begin := ""
	if i := strings.LastIndex(f.Title, ": "); i >= 0 && f.begins(f.Title[i+2:]+" ") {
		begin = f.Title[i+2:] + " "
	} else if len(f.panels) > 1 {
		parts := strings.SplitAfter(f.panels[0].title, ", ")
		for i := 1; i < len(parts); i++ {
			begin = strings.Join(parts[:i], "")
			if !f.begins(begin) {
				begin = strings.Join(parts[:i-1], "")
				break
			}
		}
		if begin != "" {
			f.Title += joint(f.Title) + strings.TrimSuffix(begin, ", ")
		}
	}
	if begin != "" && f.begins(begin) {
		for i := range f.panels {
			f.panels[i].title = strings.TrimPrefix(f.panels[i].title, begin)
		}
	}
	if same := f.panels[0].title; len(f.panels) > 1 && same != "" && !slices.ContainsFunc(f.panels, func(p panel) bool { return p.title != same }) {
		f.Title += joint(f.Title) + same
		for i := range f.panels {
			f.panels[i].title = ""
		}
	}
}

// joint stands between a title and what is added to it.
func joint(title string) string {
	if strings.Contains(title, ": ") {
		return ", "
	}
	return ": "
}

// begins reports whether the title of every panel begins with a text, and says more.
func (f *Figure) begins(text string) bool {
	return !slices.ContainsFunc(f.panels, func(p panel) bool { return !strings.HasPrefix(p.title, text) || p.title == text })
}

// finish decides how series are told apart.
func (f *Figure) finish() {
	apart(f.panels)
	for _, p := range f.panels {
		lines := lists.Keep(p.series, func(s *series) bool { return s.labelled() && (s.joined || s.level) && !s.bare })
		f.wide = f.wide || len(lines) >= manySeries && !f.keyed
	}
	f.wide = f.wide && !f.look().printed() // a column has no room for names at the ends of lines
	f.look().fine(f.panels)
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

// eachSubject draws a figure for each workload and each cost-only model of the
// points; one without panels is skipped with the reason, if there is one. Where no
// figure is drawn or skipped, none says why.
func (m *maker) eachSubject(name, title, caption string, points []*view.Point, reason, none string, of func([]*view.Point) []panel) {
	n := 0
	for _, g := range lists.Split(points, subject) {
		panels := of(g.Of)
		if len(panels) == 0 && reason == "" {
			continue
		}
		file := name + "-" + slug(g.Key)
		if n++; n > maxFigures {
			m.skip(file, "only the figures of the first %d workloads are drawn", maxFigures)
			continue
		}
		m.add(&Figure{Name: file, Title: title + ": " + view.Clean(g.Key), Caption: caption}, panels, reason)
	}
	if n == 0 && none != "" {
		m.skip(name, "%s", none)
	}
}

// panelsOf makes the panels of what has one.
func panelsOf[T any](list []T, panelOf func(T) (panel, bool)) []panel {
	var panels []panel
	for _, x := range list {
		if pn, ok := panelOf(x); ok {
			panels = append(panels, pn)
		}
	}
	return panels
}

// richest are the tasks of a run. Where there are more than a figure draws, those
// with the most kinds of decoder come first, because a task of one kind compares
// nothing; tasks with as many stay in the run's order.
func (m *maker) richest() []*view.Point {
	if len(m.v.Points) <= m.layout.panels {
		return m.v.Points
	}
	kinds := func(p *view.Point) int { return len(lists.Split(rowsWith(p), engineOf)) }
	return slices.SortedStableFunc(slices.Values(m.v.Points), func(a, b *view.Point) int { return cmp.Compare(kinds(b), kinds(a)) })
}

// rowsWith are the usable rows of a point that have all these metrics.
func rowsWith(p *view.Point, metrics ...view.Metric) []*view.Row {
	return lists.Keep(p.Rows, func(r *view.Row) bool {
		return r.Usable() && !slices.ContainsFunc(metrics, func(m view.Metric) bool { return r.Values[m] == nil })
	})
}

func engineOf(r *view.Row) string { return r.Look }

// rowNames are the names of rows for an axis, the first on top.
func rowNames(rows []*view.Row, most int) []string {
	names := make([]string, len(rows))
	for i, r := range rows {
		names[len(rows)-1-i] = cutName(view.Clean(r.Name), most)
	}
	return names
}

// cutName shortens a name that is used as a label of an axis to so many letters,
// in its middle: variants of a decoder differ at the end.
func cutName(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	head := (most - 1) / 2
	return string(r[:head]) + "…" + string(r[len(r)-(most-1-head):])
}

// subject is the workload, or the cost-only model with its prompt.
func subject(p *view.Point) string {
	if p.CostOnly {
		return strings.TrimPrefix(p.Subject(), "cost only, ")
	}
	return p.Workload
}

// pointGroup is what stands in one panel, under its title.
type pointGroup = lists.Part[string, *view.Point]

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
