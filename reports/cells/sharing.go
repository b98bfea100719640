package cells

import (
	"cmp"
	"fmt"
	"io"

	"dllmbench/reports/table"
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
	begin := func(first, second string) *table.Table {
		return table.New(2, first, second, "n", "shared %", "control %", "shared − control points", "p")
	}
	whole := begin("decoder", "control")
	var parts []*table.Table
	for _, s := range list {
		t, first, second := whole, s.Decoder, s.Control
		if s.Workload == "" {
			part := begin("workload", "rung")
			part.Title = fmt.Sprintf("%s on %s and %s", s.Decoder, s.Shared, s.Control)
			parts = append(parts, part)
		} else {
			t, first, second = parts[len(parts)-1], s.Workload, cmp.Or(s.Rung, "all")
		}
		t.Add(first, second, s.N, fmt.Sprintf("%.0f", s.SharedExact), fmt.Sprintf("%.0f", s.ControlExact), view.Percent(s.Difference), fmt.Sprintf("%.2g", s.P))
	}
	if _, err := io.WriteString(w, whole.Markdown()+"\n"); err != nil {
		return err
	}
	for _, t := range parts {
		if err := titled(w, t.Title, t); err != nil {
			return err
		}
	}
	return nil
}
