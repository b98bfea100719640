package html

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/view"
)

// TestChartNames: a decoder that sweeps an option is one curve of the interactive figures,
// as it is of the others, and its points do not say twice what it is called.
func TestChartNames(t *testing.T) {
	run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4, 16}, Instances: 6, Repeats: 1})
	for i := range run.Header.Cells {
		if c := &run.Header.Cells[i]; c.Engine == "block" {
			share := float64(i) / 10
			c.Label, c.Options, c.Variant = "threshold", map[string]any{"threshold": share}, fmt.Sprintf("threshold=%v", share)
		}
	}
	if got, want := chartsOf(view.New(run)).Names, []string{"ar", "diffusion steps=4", "diffusion", "diffusion steps=16", "threshold=0.3", "threshold", "threshold=0.4"}; !slices.Equal(got, want) {
		t.Errorf("names %q, want %q", got, want)
	}
}

// TestAloneColumn: a page on which nothing is compared has no column for it.
func TestAloneColumn(t *testing.T) {
	for label, want := range map[string]bool{"autoregressive": false, "": true} {
		run := fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4}, Instances: 6, Repeats: 1})
		if label != "" {
			run.Header.Cells = slices.DeleteFunc(run.Header.Cells, func(c result.Cell) bool { return c.Engine != label })
		}
		page := render(t, run)
		if strings.Contains(page, "vs AR<") != want || strings.Contains(page, "“vs ") != want || !strings.Contains(cellsOf(page), "n counts instances") {
			t.Errorf("only %q: the column of comparisons is there: %v", label, !want)
		}
	}
}
