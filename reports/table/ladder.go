package table

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	pretty "github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"dllmbench/reports/view"
)

// Ladder writes exact match along the ladders as Markdown: one table a
// workload, one line a rung, one column a decoder, each with its 95% interval.
func Ladder(w io.Writer, v *view.View) error {
	workload := ""
	var t pretty.Writer
	var names []string
	flush := func() error {
		if t == nil {
			return nil
		}
		_, err := fmt.Fprintf(w, "### %s\n\n%s\n\n", view.Clean(workload), t.RenderMarkdown())
		return err
	}
	for i, p := range v.Points {
		if p.CostOnly {
			continue
		}
		if t == nil || p.Workload != workload {
			if err := flush(); err != nil {
				return err
			}
			workload, t, names = p.Workload, pretty.NewWriter(), ladderNames(v.Points[i:], p.Workload)
			head := pretty.Row{"rung", "budget (tokens)", "n", "chance (%)"}
			columns := []pretty.ColumnConfig{{Number: 2, Align: text.AlignRight}, {Number: 3, Align: text.AlignRight}, {Number: 4, Align: text.AlignRight}}
			for j, name := range names {
				head = append(head, name)
				columns = append(columns, pretty.ColumnConfig{Number: 5 + j, Align: text.AlignRight})
			}
			t.AppendHeader(head)
			t.SetColumnConfigs(columns)
		}
		chance, n := "–", 0
		if p.Chance != nil {
			chance = strconv.FormatFloat(100**p.Chance, 'g', 2, 64)
		}
		line := make(pretty.Row, 4+len(names))
		for j := range names {
			line[4+j] = "–"
		}
		for _, r := range p.Rows {
			n = max(n, r.Instances)
			if r.Usable() {
				line[4+slices.Index(names, r.Name)] = view.Percent(r.Values[view.Exact])
			}
		}
		line[0], line[1], line[2], line[3] = view.Clean(p.Rung), p.Budget, n, chance
		t.AppendRow(line)
	}
	return flush()
}

// ladderNames lists the decoders of a workload in order of first appearance.
func ladderNames(points []*view.Point, workload string) []string {
	var names []string
	for _, p := range points {
		for _, r := range p.Rows {
			if p.Workload == workload && !p.CostOnly && !slices.Contains(names, r.Name) {
				names = append(names, r.Name)
			}
		}
	}
	return names
}
