package traced

import (
	"fmt"
	"math"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/workloads"
	"dllmbench/workloads/latin"
)

// TestSpreads: a cell that writes one square over and over is as far from
// uniform as can be, one that writes the generator's squares is within the
// limit, and repetitions of an instance count once.
func TestSpreads(t *testing.T) {
	task := latin.New()
	rung := -1
	for i, r := range task.Rungs() {
		if r.Name == "scratch-latin-4" {
			rung = i
		}
	}
	var file result.File
	for _, id := range []string{"same", "true", "other"} {
		file.Header.Cells = append(file.Header.Cells, result.Cell{ID: id, Label: id, Workload: "latin", Rung: "scratch-latin-4"})
	}
	file.Header.Cells[2].Rung = "4x4-holes-4"
	first := task.Generate(workloads.Test, rung, 0).Answer
	for i := range 2000 {
		name := fmt.Sprint(i)
		file.Requests = append(file.Requests,
			result.Request{Cell: "same", Instance: name, Status: "success", Output: first},
			result.Request{Cell: "same", Instance: name, Status: "success", Repetition: 1, Output: "x"},
			result.Request{Cell: "true", Instance: name, Status: "success", Output: task.Generate(workloads.Test, rung, i).Answer},
			result.Request{Cell: "true", Instance: name + "b", Status: "error"},
			result.Request{Cell: "other", Instance: name, Status: "success", Output: first})
	}
	rows := Spreads(&file, []workloads.Workload{task})
	if len(rows) != 2 {
		t.Fatalf("%d rows, want the two cells from scratch: %+v", len(rows), rows)
	}
	same, uniform := rows[0], rows[1]
	if same.Samples != 2000 || same.Valid != 1 || math.Abs(float64(same.TV)-575.0/576) > 1e-9 {
		t.Errorf("one square only: %+v", same)
	}
	if uniform.Samples != 2000 || uniform.TV > uniform.Limit || uniform.ClassesTV > uniform.ClassesLimit || uniform.TV < uniform.Floor/2 {
		t.Errorf("the generator's own squares: %+v", uniform)
	}
}
