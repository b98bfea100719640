package view

import (
	"testing"

	"dllmbench/harness/result"
)

// TestPointsKeepApart: half-written answers are a task of their own, by their
// number of errors, and so is the same task on other weights or of another split;
// names say which.
func TestPointsKeepApart(t *testing.T) {
	none, three := 0, 3
	cell := func(id, weights string, planted *int) result.Cell {
		return result.Cell{ID: id, Engine: "diffusion", Label: id, Weights: weights, Workload: "lists", Rung: "sort-4", Budget: 5, Batch: 1, Planted: planted}
	}
	file := &result.File{}
	file.Header.Cells = []result.Cell{
		cell("a", "builtin:v1", nil), cell("b", "builtin:v1", &none), cell("c", "builtin:v1", &three), cell("d", "builtin:v1", nil), cell("e", "builtin:v1-ar", nil),
	}
	v := New(file)
	want := map[string]int{
		"lists sort-4, 5 tokens, builtin:v1":                         2,
		"lists sort-4, 5 tokens, half written, 0 errors, builtin:v1": 1,
		"lists sort-4, 5 tokens, half written, 3 errors, builtin:v1": 1,
		"lists sort-4, 5 tokens, builtin:v1-ar":                      1,
	}
	if len(v.Points) != len(want) {
		t.Errorf("%d tasks, want %d", len(v.Points), len(want))
	}
	for _, p := range v.Points {
		if len(p.Rows) != want[p.Task()] {
			t.Errorf("%s has %d decoders, want %d", p.Task(), len(p.Rows), want[p.Task()])
		}
	}
	file.Header.Cells = []result.Cell{cell("a", "builtin:v1", nil), cell("b", "builtin:v1", nil)}
	file.Header.Cells[0].Split, file.Header.Cells[1].Split = "test", "validation"
	if v := New(file); len(v.Points) != 2 || v.Points[1].Task() != "lists sort-4, 5 tokens, validation split" {
		t.Errorf("two splits are %d tasks, the last %s", len(v.Points), v.Points[len(v.Points)-1].Task())
	}
	file.Header.Cells = file.Header.Cells[:1]
	if got := New(file).Points[0].Task(); got != "lists sort-4, 5 tokens" {
		t.Errorf("one set of weights is named: %s", got)
	}
}
