package reports

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
)

var small = fixture.Shape{
	Tasks: []fixture.Task{{Workload: "sudoku", Rung: "holes-4", Budget: 16, AR: 0.4, Parallel: 0.6}},
	Steps: []int{4, 16}, Instances: 8, Repeats: 2, Lengths: []int{32, 64}, Blocks: 6,
}

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "run")
	files, err := Write(dir, Run{File: fixture.New(small)})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range files {
		info, err := os.Stat(path)
		if err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", path, err)
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, filepath.ToSlash(rel))
	}
	for _, want := range []string{"report.html", "summary.md", "plots/latency-length-cost.png", "plots/quality-steps-sudoku.png", "plots/quality-latency-sudoku.png"} {
		if !slices.Contains(names, want) {
			t.Errorf("no %s among %v", want, names)
		}
	}

	// Rendering again gives the same bytes, and removes our old figures only.
	first, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(dir, "plots", "mine.png")
	if err := os.WriteFile(own, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(dir, Run{File: fixture.New(small)}); err != nil {
		t.Fatal(err)
	}
	again, err := os.ReadFile(files[0])
	if err != nil || string(first) != string(again) {
		t.Errorf("the same records gave another page (%v)", err)
	}
	if _, err := Write(dir, Run{File: &result.File{}}); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "plots", "*"))
	if err != nil || len(left) != 1 || left[0] != own {
		t.Errorf("left in plots: %v, %v", left, err)
	}
	if hidden, _ := filepath.Glob(filepath.Join(dir, "*.tmp-*")); len(hidden) > 0 {
		t.Errorf("temporary files left: %v", hidden)
	}
}

func TestWriteFails(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "report.html", "x"), 0o755); err != nil {
		t.Fatal(err)
	}
	files, err := Write(dir, Run{File: &result.File{}})
	if err == nil || !strings.Contains(err.Error(), "report.html") || len(files) != 0 {
		t.Errorf("files %v, error %v", files, err)
	}
	if hidden, _ := filepath.Glob(filepath.Join(dir, "*.tmp-*")); len(hidden) > 0 {
		t.Errorf("temporary files left: %v", hidden)
	}
}

// BenchmarkWrite renders 10,010 cells of 100 requests each.
func BenchmarkWrite(b *testing.B) {
	shape := fixture.Shape{Steps: []int{4, 8, 16}, Instances: 50, Repeats: 2}
	for i := range 1430 {
		shape.Tasks = append(shape.Tasks, fixture.Task{Workload: "sudoku", Rung: fmt.Sprintf("holes-%d", i), Budget: 8 + i%60, AR: 0.5, Parallel: 0.4})
	}
	run := fixture.New(shape)
	dir := b.TempDir()
	for b.Loop() {
		if _, err := Write(dir, Run{File: run}); err != nil {
			b.Fatal(err)
		}
	}
}
