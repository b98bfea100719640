package cells

import (
	"fmt"
	"io"
	"slices"

	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// Sharing writes as Markdown what decoders solve on the run's first weights and
// on those of controls: one table for all workloads, one line a decoder, then
// one table a decoder, one line a workload.
func Sharing(w io.Writer, v *view.View) error {
	list := slices.DeleteFunc(v.Sharing(), func(s view.Sharing) bool { return s.Rung != "" })
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "No decoder ran with the same options on the same instances on two sets of weights.")
		return err
	}
	begin := func(texts int, heads ...string) *table.Table {
		return table.New(texts, append(heads, "n", "shared %", "control %", "shared − control points", "p")...)
	}
	whole := begin(2, "decoder", "control")
	var parts []*table.Table
	for _, s := range list {
		t, heads := whole, []any{s.Decoder, s.Control}
		if s.Workload == "" {
			part := begin(1, "workload", "rungs")
			part.Title = fmt.Sprintf("%s on %s and %s", s.Decoder, s.Shared, s.Control)
			parts = append(parts, part)
		} else {
			t, heads = parts[len(parts)-1], []any{s.Workload, s.Rungs}
		}
		t.Add(append(heads, s.N, fmt.Sprintf("%.0f", s.SharedExact), fmt.Sprintf("%.0f", s.ControlExact), view.Percent(s.Difference), fmt.Sprintf("%.2g", s.P))...)
	}
	if _, err := fmt.Fprintf(w, "%s\nEach line of a workload is about all of its rungs; `dllmbench export --format sharing` has a line for each rung, too.\n\n", whole.Markdown()); err != nil {
		return err
	}
	for _, t := range parts {
		if err := titled(w, t.Title, t); err != nil {
			return err
		}
	}
	return nil
}

// SharingCSV writes the same for all workloads, for each one and for each rung.
func SharingCSV(w io.Writer, v *view.View) error { return table.CSV(w, slices.Values(v.Sharing())) }
