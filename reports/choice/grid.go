package choice

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// grid are the cells of a choice.
type grid struct {
	*Choice
	view          *view.View
	rows, columns [][]string // names on the axes
	at            map[[2]int]place
}

// place is a cell in its point.
type place struct {
	*view.Point
	row *view.Row
}

// grid finds the cells of a choice in a run.
func (c *Choice) grid(v *view.View) (*grid, error) {
	g := &grid{Choice: c, view: v, at: map[[2]int]place{}}
	shown, err := c.shown(v)
	if err != nil {
		return nil, err
	}
	for _, p := range shown {
		index(&g.rows, c.Rows, p)
		index(&g.columns, c.Columns, p)
	}
	arrange(c.Rows, g.rows, shown)
	arrange(c.Columns, g.columns, shown)
	for _, p := range shown {
		at := [2]int{index(&g.rows, c.Rows, p), index(&g.columns, c.Columns, p)}
		if other, taken := g.at[at]; taken {
			return nil, fmt.Errorf("%q: %s on %s and %s on %s would stand in one place%s", c.Text,
				view.Clean(other.row.Name), view.Clean(other.Task()), view.Clean(p.row.Name), view.Clean(p.Task()), c.telling(other, p))
		}
		g.at[at] = p
	}
	for i := range g.columns {
		for k := range g.Values {
			if g.known(i, k) {
				return g, nil
			}
		}
	}
	return nil, fmt.Errorf("%q: the run knows none of these numbers", c.Text)
}

// repeats reports whether a number is that of all settings of a decoder and stands in a row above.
func (g *grid) repeats(row, column, value int) bool {
	p, there := g.at[[2]int{row, column}]
	if g.Values[value].Compare != aup || !there {
		return false
	}
	for i := range row {
		q, above := g.at[[2]int{i, column}]
		if above && q.row.Usable() && q.row.Decoder() == p.row.Decoder() && q.Workload == p.Workload && q.Rung == p.Rung {
			return true
		}
	}
	return false
}

// index is the place of a cell among names, to which it is added.
func index(list *[][]string, axes []Axis, p place) int {
	var names []string
	for _, a := range axes {
		names = append(names, axisOf(a.Name).of(p.Point, p.row))
	}
	i := slices.IndexFunc(*list, func(other []string) bool { return slices.Equal(other, names) })
	if i < 0 {
		i = len(*list)
		*list = append(*list, names)
	}
	return i
}

// shown are the cells that are chosen, in the order of the run.
func (c *Choice) shown(v *view.View) ([]place, error) {
	var list []place
	for _, p := range v.Points {
		for _, r := range p.Rows {
			if r.State != view.NotRun {
				list = append(list, place{p, r})
			}
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("the run has no usable cell for a table")
	}
	for _, a := range slices.Concat(c.Rows, c.Columns) {
		for _, name := range a.Only {
			if !slices.ContainsFunc(list, func(p place) bool { return slices.Contains(a.names(p), name) }) {
				var names []string
				for _, p := range list {
					for _, known := range a.names(p) {
						if known = view.Clean(known); known != "" && !slices.Contains(names, known) {
							names = append(names, known)
						}
					}
				}
				return nil, engines.UnknownName(a.Name+" of this run", name, names)
			}
		}
	}
	for _, v := range c.Values {
		var rules []string
		for _, p := range list {
			for _, a := range p.row.Aspects {
				rules = lists.With(rules, a.Name)
			}
		}
		if v.Rule != "" && !slices.Contains(rules, v.Rule) {
			return nil, engines.UnknownName("extraction rule of this run", v.Rule, rules)
		}
	}
	return lists.Keep(list, func(p place) bool {
		return !slices.ContainsFunc(slices.Concat(c.Rows, c.Columns), func(a Axis) bool { return a.Only != nil && a.rank(p) < 0 })
	}), nil
}

// names are those by which a cell can be chosen on an axis.
func (a Axis) names(p place) []string {
	kind := axisOf(a.Name)
	return append([]string{kind.of(p.Point, p.row)}, kind.also(p.Point, p.row)...)
}

// rank is the place of a cell in what is chosen of the axis; -1 where it is not.
func (a Axis) rank(p place) int {
	return slices.IndexFunc(a.Only, func(name string) bool { return slices.Contains(a.names(p), name) })
}

// arrange puts names into the order that is chosen, one axis after the other; where none is,
// an axis has the order of the run.
func arrange(axes []Axis, list [][]string, shown []place) {
	ranks := make([]map[string]int, len(axes))
	for i, a := range axes {
		ranks[i] = map[string]int{}
		for k, p := range shown {
			name := axisOf(a.Name).of(p.Point, p.row)
			if _, seen := ranks[i][name]; !seen {
				ranks[i][name] = a.rank(p)*len(shown) + k
			}
		}
	}
	slices.SortFunc(list, func(a, b []string) int {
		for i := range axes {
			if order := cmp.Compare(ranks[i][a[i]], ranks[i][b[i]]); order != 0 {
				return order
			}
		}
		return 0
	})
}

// telling names an axis that would tell two cells apart, if need be the whole task.
func (c *Choice) telling(p, q place) string {
	list := axes()
	slices.SortStableFunc(list, func(a, b axis) int { return cmp.Compare(strings.Count(a.name, "task"), strings.Count(b.name, "task")) })
	for _, a := range list {
		used := slices.ContainsFunc(slices.Concat(c.Rows, c.Columns), func(own Axis) bool { return own.Name == a.name })
		if x, y := a.of(p.Point, p.row), a.of(q.Point, q.row); !used && x != y {
			return fmt.Sprintf(": add the axis %s", a.name)
		}
	}
	return ""
}

// value is a number of a cell; nil where it is unknown.
func (g *grid) value(row, column, value int) *stats.Estimate {
	p, there := g.at[[2]int{row, column}]
	if !there || !p.row.Usable() {
		return nil
	}
	v := g.Values[value]
	if v.Rule != "" {
		i := slices.IndexFunc(p.row.Aspects, func(a view.Aspect) bool { return a.Name == v.Rule })
		if i < 0 {
			return nil
		}
		return &p.row.Aspects[i].Estimate
	}
	switch v.Compare {
	case speedUp:
		if p.row == p.Reference && p.row.Values[view.E2E] != nil {
			return &stats.Estimate{Value: 1}
		}
		return p.Against[p.row].Speed
	case points:
		return p.Against[p.row].Exact
	case aup:
		return p.row.Parallelism(g.view, p.Point)
	default:
		return p.row.Values[v.Metric]
	}
}

// best reports whether a number is shown to be better than every other one of its task in the table.
func (g *grid) best(row, column, value int) bool {
	better := g.Values[value].paired()
	p, there := g.at[[2]int{row, column}]
	if better == nil || !there || g.value(row, column, value) == nil {
		return false
	}
	rivals := 0
	for at, q := range g.at {
		if at == [2]int{row, column} || q.Point != p.Point || g.value(at[0], at[1], value) == nil {
			continue
		}
		if rivals++; !better(g.view, p.Point, p.row, q.row) {
			return false
		}
	}
	return rivals > 0
}

// paired is what shows that a row is better than another by this value; nil where no
// paired test does. An oracle and a row that does not solve more than chance win nothing.
func (x Value) paired() func(v *view.View, p *view.Point, a, b *view.Row) bool {
	switch {
	case x.Metric == view.Exact || x.Compare == points:
		return func(v *view.View, p *view.Point, a, b *view.Row) bool {
			side, known := v.Compare(b, a).SolvesMore()
			return known && side > 0 && a.Eligible() && p.Competent(a)
		}
	case x.Metric == view.E2E || x.Metric == view.Throughput || x.Compare == speedUp:
		return func(v *view.View, p *view.Point, a, b *view.Row) bool {
			side, known := view.Side(v.Compare(b, a).Speed)
			return known && side > 0 && a.Eligible() && p.Competent(a) && !a.BelowFloor
		}
	}
	return nil
}

// title is that of a column.
func (g *grid) title(value int) string {
	v := g.Values[value]
	if v.Rule != "" {
		return view.Clean(v.Rule) + " %"
	}
	switch v.Compare {
	case speedUp:
		short, _ := g.view.Versus()
		return "× " + short
	case points:
		short, _ := g.view.Versus()
		return "points over " + short
	case aup:
		return "AUP"
	default:
		return view.Heading(v.Metric.Definition())
	}
}

// said says what the columns are, and when a number is bold, for a caption.
func (g *grid) said(interval string, marks bool) string {
	_, words := g.view.Versus()
	var parts []string
	bold := false
	for i, v := range g.Values {
		bold = bold || v.paired() != nil
		if v.Rule != "" {
			parts = append(parts, g.title(i)+": solved by this extraction rule")
			continue
		}
		switch v.Compare {
		case speedUp:
			parts = append(parts, fmt.Sprintf("%s: times as fast as %s on the same instances", g.title(i), words))
		case points:
			parts = append(parts, fmt.Sprintf("%s: difference in solved instances to %s, in percentage points", g.title(i), words))
		case aup:
			parts = append(parts, "AUP: accuracy under parallelism of all settings of the decoder, in its first row, in % × tokens per pass")
		default:
			parts = append(parts, meaning(v.Metric.Definition()))
		}
	}
	text := strings.Join(parts, "; ") + "."
	if n := g.instances(); n != "" {
		text += " " + n
	}
	switch interval {
	case none:
	case plusMinus:
		text += " ± is the longer half of the 95% interval."
	default:
		text += " Brackets hold 95% intervals."
	}
	if bold && marks {
		text += fmt.Sprintf(" Bold: shown to be better than every other of the same task (exact McNemar test for solved instances, the whole interval of the paired ratio beyond %.0f%% for speed), 95%% for each comparison, without correction for their number.", 100*view.SpeedMargin)
	}
	return text + g.view.LengthNote()
}

// meaning is the first sentence on a metric.
func meaning(d result.Metric) string {
	doc, _, _ := strings.Cut(d.Doc, ". ")
	doc, _, _ = strings.Cut(doc, "; ")
	if doc[0] < 0x80 && doc[1] >= 'a' && doc[1] <= 'z' { // neither a sign nor an abbreviation
		doc = strings.ToLower(doc[:1]) + doc[1:]
	}
	return d.Title + ": " + strings.TrimSuffix(doc, ".")
}

// instances says how many there are of a cell.
func (g *grid) instances() string {
	low, high := 0, 0
	for at, p := range g.at {
		shown := false
		for k := range g.Values {
			shown = shown || g.value(at[0], at[1], k) != nil
		}
		if n := p.row.Instances; shown && n > 0 {
			if high = max(high, n); low == 0 || n < low {
				low = n
			}
		}
	}
	switch {
	case high == 0:
		return ""
	case low == high:
		return fmt.Sprintf("n = %d.", high)
	}
	return fmt.Sprintf("n = %d to %d.", low, high)
}
