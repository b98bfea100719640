package reports

import (
	"os"
	"testing"

	"dllmbench/reports/internal/fixture"
)

func TestShow(t *testing.T) {
	dir := os.Getenv("SHOW")
	if dir == "" {
		t.Skip()
	}
	files, err := Write(dir, fixture.New(fixture.Default))
	t.Log(files, err)
}

// BenchmarkWrite renders about 10,000 cells of 100 requests each.
func BenchmarkWrite(b *testing.B) {
	shape := fixture.Shape{Steps: []int{4, 8, 16}, Instances: 50, Repeats: 2}
	for i := range 1430 {
		shape.Tasks = append(shape.Tasks, fixture.Task{Workload: "sudoku", Rung: "holes-" + string(rune('a'+i%26)), Budget: 8 + i/26, AR: 0.5, Parallel: 0.4})
	}
	run := fixture.New(shape)
	b.ResetTimer()
	for b.Loop() {
		if _, err := Write(b.TempDir(), run); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(run.Header.Cells)), "cells")
	b.ReportMetric(float64(len(run.Requests)), "requests")
}
