package summary

import (
	"strings"
	"testing"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

func TestParallelismByTask(t *testing.T) {
	row := func(label string, tpf, exact float64) *view.Row {
		return &view.Row{Cell: result.Cell{Label: label}, State: view.Valid,
			Values: map[view.Metric]*stats.Estimate{view.TPF: {Value: tpf}, view.Exact: {Value: exact}}}
	}
	w := &writer{v: &view.View{Points: []*view.Point{{Place: place.Place{Workload: "lists", Rung: "sort-4", Budget: 6},
		Rows: []*view.Row{row("diffusion", 1, 80), row("block", 1, 80), row("block", 2, 80), row("diffusion", 3, 80), row("ar", 1, 70)}}}}}
	lines := w.parallelism()
	if len(lines) != 2 || !strings.Contains(lines[0], "is not shown") || !strings.HasPrefix(lines[1], "lists sort-4, 6 tokens: AUP diffusion 240 (2 settings), block 160 (2 settings)") {
		t.Errorf("%q", lines)
	}
}
