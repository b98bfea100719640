package table

import (
	"fmt"
	"io"
	"strings"

	pretty "github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"dllmbench/reports/view"
)

// Decoders writes what each preset of a run is, and what it did, as Markdown:
// one table a task, one line a decoder.
func Decoders(w io.Writer, v *view.View) error {
	for _, p := range v.Points {
		if p.CostOnly {
			continue
		}
		t := pretty.NewWriter()
		t.AppendHeader(pretty.Row{"decoder", "engine / preset", "cache", "revises", "NFE", "MFLOP/token", "exact (%)", "e2e (ms)", "source"})
		t.SetColumnConfigs([]pretty.ColumnConfig{{Number: 5, Align: text.AlignRight}, {Number: 6, Align: text.AlignRight},
			{Number: 7, Align: text.AlignRight}, {Number: 8, Align: text.AlignRight}})
		n, untrained := 0, []string{}
		for _, r := range p.Rows {
			n = max(n, r.Instances)
			revises, mark := "", ""
			if r.Cell.Revises {
				revises = "yes"
			}
			if len(r.Untrained) > 0 {
				mark = " ᵘ"
				untrained = append(untrained, view.Clean(r.Name)+": "+view.Clean(strings.Join(r.Untrained, "; "))+".")
			}
			value := func(m view.Metric) string {
				if !r.Usable() {
					return "–"
				}
				if m == view.Exact {
					return view.Percent(r.Values[m])
				}
				return m.Text(r.Values[m])
			}
			t.AppendRow(pretty.Row{view.Clean(r.Name) + mark, r.Cell.Engine + " / " + r.Cell.Preset, r.Cell.Cache, revises,
				value(view.NFE), value(view.FLOPs), value(view.Exact), value(view.E2E), view.Clean(r.Cell.Source)})
		}
		if _, err := fmt.Fprintf(w, "### %s, %d instances\n\n%s\n\n", view.Clean(p.Task()), n, t.RenderMarkdown()); err != nil {
			return err
		}
		for _, line := range untrained {
			if _, err := fmt.Fprintf(w, "ᵘ %s\n\n", line); err != nil {
				return err
			}
		}
	}
	return nil
}
