package cells

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// Ladder writes exact match along the ladders as Markdown: one table a workload
// and set of weights, one line a rung, one column a decoder, each with its 95%
// interval.
func Ladder(w io.Writer, v *view.View) error {
	for _, l := range ladders(v) {
		if err := titled(w, l.title, l.table()); err != nil {
			return err
		}
	}
	return nil
}

// titled writes a table with its heading as Markdown.
func titled(w io.Writer, title string, t *table.Table) error {
	_, err := fmt.Fprintf(w, "### %s\n\n%s\n", view.Clean(title), t.Markdown())
	return err
}

// ladder is what one table shows.
type ladder struct {
	title  string
	points []*view.Point
	names  []string // decoders in the order of first appearance
}

// ladders puts the tasks of a workload together that differ in rung and length
// alone. Titles name weights, splits and the like where a run has several.
func ladders(v *view.View) []*ladder {
	var list []*ladder
	of := map[string]*ladder{}
	for _, p := range v.Points {
		if p.CostOnly {
			continue
		}
		title := p.Workload + strings.Replace(p.Extra(), ", ", " on ", 1)
		l := of[title]
		if l == nil {
			l = &ladder{title: title}
			of[title], list = l, append(list, l)
		}
		l.points = append(l.points, p)
		for _, r := range p.Rows {
			if !slices.Contains(l.names, r.Name) {
				l.names = append(l.names, r.Name)
			}
		}
	}
	return list
}

func (l *ladder) table() *table.Table {
	t := table.New(1, append([]string{"rung", "budget tokens", "n", "chance %"}, l.names...)...)
	for _, p := range l.points {
		chance, n := view.Unknown, 0
		if p.Chance.Known {
			chance = strconv.FormatFloat(100*p.Chance.Value, 'g', 2, 64)
		}
		line := make([]any, 4+len(l.names))
		for _, r := range p.Rows {
			n = max(n, r.Instances)
			if r.Usable() {
				line[4+slices.Index(l.names, r.Name)] = view.Percent(r.Values[view.Exact])
			}
		}
		line[0], line[1], line[2], line[3] = p.Rung, p.Budget, n, chance
		t.Add(line...)
	}
	return t
}
