package cells

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// Ladder writes exact match along the ladders as Markdown: one table a workload
// and set of weights, one line a rung, one column a decoder, each with its 95%
// interval. Titles name weights, splits and the like where a run has several.
func Ladder(w io.Writer, v *view.View) error {
	title := func(p *view.Point) string { return p.Workload + strings.Replace(p.Extra(), ", ", " on ", 1) }
	for _, points := range view.Groups(v.Trained(), title) {
		if err := titled(w, title(points[0]), ladder(points)); err != nil {
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

// ladder is the table of tasks that differ in rung and length alone.
func ladder(points []*view.Point) *table.Table {
	var names []string // decoders in the order of first appearance
	for _, p := range points {
		for _, r := range p.Rows {
			names = lists.With(names, r.Name)
		}
	}
	t := table.New(1, append([]string{"rung", "budget tokens", "n", "chance %"}, names...)...)
	for _, p := range points {
		chance, n := view.Unknown, 0
		if p.Chance.Known {
			chance = strconv.FormatFloat(100*p.Chance.Value, 'g', 2, 64)
		}
		line := make([]any, 4+len(names))
		for _, r := range p.Rows {
			n = max(n, r.Instances)
			if r.Usable() {
				line[4+slices.Index(names, r.Name)] = view.Percent(r.Values[view.Exact])
			}
		}
		line[0], line[1], line[2], line[3] = p.Rung, p.Budget, n, chance
		t.Add(line...)
	}
	return t
}
