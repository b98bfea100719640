package table

import (
	"fmt"
	"io"

	pretty "github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"dllmbench/reports/view"
)

// Sharing writes as Markdown what decoders solve on the run's first weights and
// on those of controls: one table for all workloads, one line a decoder, then
// one table a decoder, one line a workload or rung.
func Sharing(w io.Writer, v *view.View) error {
	list := v.Sharing()
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "No decoder ran with the same options on the same instances on two sets of weights.")
		return err
	}
	whole := sharingTable("decoder", "control")
	for _, s := range list {
		if s.Workload == "" {
			whole.AppendRow(append(pretty.Row{view.Clean(s.Decoder), view.Clean(s.Control)}, sharingCells(s)...))
		}
	}
	if _, err := fmt.Fprintf(w, "%s\n", whole.RenderMarkdown()); err != nil {
		return err
	}
	for i, s := range list {
		if s.Workload != "" {
			continue
		}
		t := sharingTable("workload", "rung")
		for _, part := range list[i+1:] {
			if part.Workload == "" {
				break
			}
			rung := part.Rung
			if rung == "" {
				rung = "all"
			}
			t.AppendRow(append(pretty.Row{view.Clean(part.Workload), view.Clean(rung)}, sharingCells(part)...))
		}
		if _, err := fmt.Fprintf(w, "\n### %s on %s and %s\n\n%s\n", view.Clean(s.Decoder), view.Clean(s.Shared), view.Clean(s.Control), t.RenderMarkdown()); err != nil {
			return err
		}
	}
	return nil
}

func sharingTable(first, second string) pretty.Writer {
	t := pretty.NewWriter()
	t.AppendHeader(pretty.Row{first, second, "n", "shared (%)", "control (%)", "shared − control (points)", "p"})
	var columns []pretty.ColumnConfig
	for i := range 5 {
		columns = append(columns, pretty.ColumnConfig{Number: 3 + i, Align: text.AlignRight})
	}
	t.SetColumnConfigs(columns)
	return t
}

func sharingCells(s *view.Sharing) pretty.Row {
	return pretty.Row{s.N, fmt.Sprintf("%.0f", s.SharedExact), fmt.Sprintf("%.0f", s.ControlExact), view.Percent(s.Difference), fmt.Sprintf("%.2g", s.P)}
}
