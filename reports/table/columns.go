package table

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

const gap = 2 // spaces between columns

// The most and the fewest characters of a decoder's name that a table shows.
const (
	nameWidth    = 28
	minNameWidth = 12
)

// column is one column of the printed table.
type column struct {
	title string
	unit  string // that the title does not say; "" when it does
	cell  func(*view.Point, *view.Row) string
	name  string   // of the metric, "" for other columns
	with  []string // metrics without which this one is not shown

	interval  bool // cells are "value [low, high]" where an interval is known
	low, high int  // width of these ends, so that they stand below each other
}

// principal are the groups of the main table.
var principal = []result.Group{result.Quality, result.Speed, result.Cost}

// intervals says how the columns are written that show an interval beside the
// value; all other metrics show the value alone.
var intervals = map[view.Metric]func(*stats.Estimate) string{
	view.Exact: view.Percent, view.E2E: view.WithInterval,
	view.CoherenceBackward: view.WithInterval, view.CoherenceAhead: view.WithInterval, view.CrossEntropy: view.WithInterval,
}

// columns lists the columns of some groups in the order of their importance,
// which is the order of [result.Metrics]: a table takes as many as fit.
// Violations stand beside coherence too. Names have at most limit characters.
func columns(limit int, groups ...result.Group) []column {
	list := []column{
		{title: "decoder", cell: func(_ *view.Point, r *view.Row) string { return marked(r, limit) }},
		{title: "n", cell: func(_ *view.Point, r *view.Row) string { return sample(r) }},
	}
	for _, d := range result.Metrics() {
		if !slices.Contains(groups, d.Group) && (d.Name != string(view.Violations) || !slices.Contains(groups, result.Coherence)) {
			continue
		}
		m := view.Metric(d.Name)
		write, interval := intervals[m]
		if !interval {
			write = view.Value
		}
		c := column{title: view.Heading(d), name: d.Name, with: d.With, interval: interval,
			cell: func(_ *view.Point, r *view.Row) string { return write(shown(r, m)) }}
		if c.title == d.Title {
			c.unit = d.Unit
		}
		list = append(list, c)
		if m == view.E2E {
			list = append(list, column{title: "vs AR", unit: "times as fast", cell: versus})
		}
	}
	return list
}

// layout is the choice of columns for a width.
type layout struct {
	shown   []column
	omitted []column // known, without room
	from    []int    // width of the table at which each omitted column comes in
}

// fit chooses the columns of the groups that have a value and fit the width. A
// metric with partners takes them along, or stays out. Names give way, down to
// minNameWidth, until the two most important metrics fit.
func fit(points []*view.Point, width int, groups ...result.Group) layout {
	known := measured(points, nameWidth, groups...)
	if extra := essential(known) - width; extra > 0 {
		known = measured(points, max(minNameWidth, min(nameWidth, known[0].width)-extra), groups...)
	}
	var l layout
	used := 1 - gap // the first column is indented, and the last one is followed by nothing
	var chosen []column
	for _, c := range known {
		set, whole := together(c, known, chosen)
		if len(set) == 0 || !whole { // it is there already, or a partner is unknown
			continue
		}
		for _, member := range set {
			used += member.width + gap
		}
		for _, member := range set {
			chosen = append(chosen, member.column)
			if used <= width {
				l.shown = append(l.shown, member.column)
				continue
			}
			l.omitted, l.from = append(l.omitted, member.column), append(l.from, used)
		}
	}
	return l
}

// sized is a column with its width.
type sized struct {
	column
	width int
}

// measured lists the columns that have a value.
func measured(points []*view.Point, limit int, groups ...result.Group) []sized {
	var known []sized
	has := map[string]bool{}
	for _, p := range points {
		for _, r := range p.Rows {
			for m := range r.Values {
				has[string(m)] = true
			}
		}
	}
	for _, c := range columns(limit, groups...) {
		if c.name != "" && !has[c.name] {
			continue // quicker than to write a column of dashes
		}
		if width, has := measure(&c, points); has {
			known = append(known, sized{c, width})
		}
	}
	return known
}

// essential is the width of a table with two metrics.
func essential(known []sized) int {
	width := 1 - gap
	for _, c := range known[:min(len(known), 4)] {
		width += c.width + gap
	}
	return width
}

// short is a name of at most nameWidth characters.
func short(name string) string { return shortened(name, nameWidth) }

// shortened is a name of at most limit characters: what is cut out is the
// middle, because decoders of one label differ at the end.
func shortened(name string, limit int) string {
	all := []rune(view.Clean(name))
	if len(all) <= limit {
		return string(all)
	}
	head := limit / 3
	return string(all[:head]) + "…" + string(all[len(all)-(limit-head-1):])
}

// marked is the name with the mark of decoders below the floor of quality.
func marked(r *view.Row, limit int) string {
	if r.BelowFloor {
		return shortened(r.Name, limit-2) + " " + view.BelowMark
	}
	return shortened(r.Name, limit)
}

// measure is the width of a column, and whether any of its cells is known. It
// notes the widths of the ends of intervals.
func measure(c *column, points []*view.Point) (width int, known bool) {
	value := 0
	for _, p := range points {
		for _, r := range p.Rows {
			s := c.cell(p, r)
			known = known || s != view.Unknown
			v, low, high, whole := c.split(s)
			value = max(value, text.StringWidthWithoutEscSequences(v))
			if whole {
				c.low, c.high = max(c.low, len([]rune(low))), max(c.high, len([]rune(high)))
			}
		}
	}
	return max(value+c.tail(), text.StringWidthWithoutEscSequences(c.title)), known
}

// tail is the width of what stands after the values of a column.
func (c *column) tail() int {
	if c.high == 0 {
		return 0
	}
	return len(" [") + c.low + len(", ") + c.high + len("]")
}

// aligned pads an interval, so that the values and the ends of a column that is
// flush right stand below each other.
func (c *column) aligned(s string) string {
	value, low, high, whole := c.split(s)
	if !whole {
		return s + strings.Repeat(" ", c.tail())
	}
	return fmt.Sprintf("%s [%*s, %*s]", value, c.low, low, c.high, high)
}

// split takes "value [low, high]" apart; whole is false without an interval.
func (c *column) split(s string) (value, low, high string, whole bool) {
	if !c.interval {
		return s, "", "", false
	}
	value, ends, found := strings.Cut(s, " [")
	low, high, both := strings.Cut(strings.TrimSuffix(ends, "]"), ", ")
	if !found || !both {
		return s, "", "", false
	}
	return value, low, high, true
}

// together lists what has to be chosen for a column to be shown: itself and its
// partners, without those that are chosen. It is not whole if one is unknown.
func together(c sized, known []sized, chosen []column) (set []sized, whole bool) {
	in := func(list []column, name string) bool {
		return slices.ContainsFunc(list, func(o column) bool { return o.name == name })
	}
	if c.name != "" && in(chosen, c.name) {
		return nil, true
	}
	set = []sized{c}
	for _, name := range c.with {
		at := slices.IndexFunc(known, func(o sized) bool { return o.name == name })
		if at < 0 {
			return nil, false
		}
		if !in(chosen, name) {
			set = append(set, known[at])
		}
	}
	return set, true
}
