package reports

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/reports/internal/fixture"
)

// TestOutputs: a run that names its outputs gets those and no others.
func TestOutputs(t *testing.T) {
	f := fixture.New(fixture.Shape{Tasks: small.Tasks, Steps: []int{4}, Instances: 3, Repeats: 1})
	f.Header.Match = &result.Match{By: []string{result.MatchTokens}, Factor: 1.25, Points: 5}
	for _, format := range Formats() {
		if format.Name == Records {
			continue
		}
		t.Run(format.Name, func(t *testing.T) {
			dir := t.TempDir()
			f.Header.Outputs = []result.Output{{Format: format.Name, Path: "deep/er/" + format.Path}}
			files, err := Write(dir, Run{File: f})
			if err != nil || len(files) == 0 {
				t.Fatalf("wrote %v: %v", files, err)
			}
			for _, path := range files {
				data, err := os.ReadFile(path)
				if rel, _ := filepath.Rel(dir, path); err != nil || len(data) < 40 || !strings.HasPrefix(filepath.ToSlash(rel), "deep/er/") {
					t.Errorf("%s: %d bytes, %v", path, len(data), err)
				}
			}
			if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
				t.Errorf("beside it stand %v (%v)", entries, err)
			}
		})
	}
	if !slices.ContainsFunc(Formats(), func(f Format) bool { return f.Name == "latex" && f.Path == "table.tex" }) {
		t.Error("a run cannot name latex among its outputs")
	}
	dir := filepath.Join(t.TempDir(), "run")
	f.Header.Outputs = []result.Output{}
	if files, err := Write(dir, Run{File: f}); err != nil || files != nil {
		t.Errorf("a run that wants its records alone got %v (%v)", files, err)
	}
}

// TestOutputsStayInside: a results file of somebody else leads nowhere outside.
func TestOutputsStayInside(t *testing.T) {
	f := fixture.New(small)
	for _, o := range []result.Output{{Format: "md", Path: "../x.md"}, {Format: "md", Path: "/x.md"}, {Format: "md", Path: "results.jsonl"}, {Format: "exe", Path: "x"}, {Format: Records, Path: "x"}} {
		f.Header.Outputs = []result.Output{o}
		dir := t.TempDir()
		if files, err := Write(dir, Run{File: f}); err == nil {
			t.Errorf("%+v was written as %v", o, files)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 0 {
			t.Errorf("%+v left %v", o, entries)
		}
	}
}
