package table

import (
	"slices"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/text"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

const gap = 2 // spaces between columns

// column is one column of the printed table.
type column struct {
	title string
	cell  func(*view.Point, *view.Row) string
	name  string   // of the metric, "" for other columns
	with  []string // metrics without which this one is not shown
}

// principal are the groups of the main table.
var principal = []result.Group{result.Quality, result.Speed, result.Cost}

// columns lists the columns of some groups in the order of their importance: a
// table takes as many as fit. Violations stand beside coherence too.
func columns(groups ...result.Group) []column {
	list := []column{
		{title: "decoder", cell: func(_ *view.Point, r *view.Row) string { return marked(r) }},
		{title: "n", cell: func(_ *view.Point, r *view.Row) string { return sample(r) }},
	}
	for _, d := range result.Metrics() {
		if !slices.Contains(groups, d.Group) && (d.Name != string(view.Violations) || !slices.Contains(groups, result.Coherence)) {
			continue
		}
		m, write := view.Metric(d.Name), func(_ view.Metric, e *stats.Estimate) string { return view.Value(e) }
		switch m {
		case view.Exact, view.E2E:
			write = view.Metric.Text // with its interval
		case view.CoherenceBackward, view.CoherenceAhead, view.CrossEntropy:
			write = func(_ view.Metric, e *stats.Estimate) string { return view.WithInterval(e) }
		}
		list = append(list, column{title: view.Heading(d), name: d.Name, with: d.With,
			cell: func(_ *view.Point, r *view.Row) string { return write(m, shown(r, m)) }})
		if m == view.E2E {
			list = append(list, column{title: "vs AR", cell: versus})
		}
	}
	return list
}

// fit chooses the columns of the groups that have a value and fit the width. A
// metric with partners takes them along, or stays out.
func fit(points []*view.Point, width int, groups ...result.Group) []column {
	var known []column
	needs := map[string]int{} // width of a metric that has a value
	var chosen []column
	left := width - 1 // the first column is indented
	for _, c := range columns(groups...) {
		need, has := measure(c, points)
		if !has {
			continue
		}
		known = append(known, c)
		needs[c.title] = need + gap
	}
	for _, c := range known {
		set, whole := together(c, known, chosen)
		need := 0
		for _, member := range set {
			need += needs[member.title]
		}
		switch {
		case len(set) == 0 || !whole: // it is there already, or a partner is unknown
			continue
		case need > left:
			return chosen
		}
		left -= need
		chosen = append(chosen, set...)
	}
	return chosen
}

// short is a name of at most nameWidth characters: what is cut out is the middle,
// because decoders of one label differ at the end.
func short(name string) string {
	all := []rune(view.Clean(name))
	if len(all) <= nameWidth {
		return string(all)
	}
	head := nameWidth / 3
	return string(all[:head]) + "…" + string(all[len(all)-(nameWidth-head-1):])
}

// marked is the name with the mark of decoders below the floor of quality.
func marked(r *view.Row) string {
	if r.BelowFloor {
		return short(r.Name) + " " + view.BelowMark
	}
	return short(r.Name)
}

// measure is the width of a column, and whether any of its cells is known.
func measure(c column, points []*view.Point) (width int, known bool) {
	width = utf8.RuneCountInString(c.title)
	for _, p := range points {
		for _, r := range p.Rows {
			s := c.cell(p, r)
			width = max(width, text.StringWidthWithoutEscSequences(s))
			known = known || s != view.Unknown
		}
	}
	return width, known
}

// together lists what has to be chosen for a column to be shown: itself and its
// partners, without those that are chosen. It is not whole if one is unknown.
func together(c column, known, chosen []column) (set []column, whole bool) {
	in := func(list []column, name string) bool {
		return slices.ContainsFunc(list, func(o column) bool { return o.name == name })
	}
	if c.name != "" && in(chosen, c.name) {
		return nil, true
	}
	set = []column{c}
	for _, name := range c.with {
		at := slices.IndexFunc(known, func(o column) bool { return o.name == name })
		if at < 0 {
			return nil, false
		}
		if !in(chosen, name) {
			set = append(set, known[at])
		}
	}
	return set, true
}
