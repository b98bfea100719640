package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dllmbench/harness/exit"
	"dllmbench/harness/result"
	"dllmbench/reports"
	"dllmbench/reports/folder"
	"dllmbench/reports/view"
)

// Above 4,000 cells the curves and the variety of texts are derived of the first
// cells alone, and this is said; --full derives all.
func TestReportOfManyCells(t *testing.T) {
	dir := t.TempDir()
	large := largeRun{points: 161, decoders: 25, instances: 1, repeats: 1, outputs: []result.Output{}}
	if _, err := large.write(filepath.Join(dir, folder.Results)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		args  []string
		known int // cells whose entropy is known
	}{{"usual", nil, 600}, {"full", []string{"--full"}, 4025}} {
		var stdout, stderr bytes.Buffer
		code := run(context.Background(), append([]string{"report", dir, "--format", "csv"}, c.args...), strings.NewReader(""), &stdout, &stderr)
		if code != exit.OK {
			t.Fatalf("%s: exit code %d: %s", c.name, code, stderr.String())
		}
		rows, err := csv.NewReader(&stdout).ReadAll()
		if err != nil || len(rows) != 4026 {
			t.Fatalf("%s: %d lines (%v)", c.name, len(rows), err)
		}
		words, passes := slices.Index(rows[0], "entropy_1_nats"), slices.Index(rows[0], "nfe")
		if words < 0 || passes < 0 {
			t.Fatalf("no such columns in %q", rows[0])
		}
		for i, row := range rows[1:] {
			if (row[words] != "") != (i < c.known) || row[passes] == "" {
				t.Fatalf("%s: cell %d has the entropy %q and %q passes", c.name, i, row[words], row[passes])
			}
		}
		if said := strings.Contains(stderr.String(), "first 600 cells"); said != (c.known == 600) {
			t.Errorf("%s: standard error has %q", c.name, stderr.String())
		}
	}
}

// An output for other programs has the numbers of a run whose requests stay on
// disk; one that needs the requests has them read.
func TestOutputsFromDisk(t *testing.T) {
	large := largeRun{points: 2, decoders: 3, instances: 6, repeats: 2, outputs: []result.Output{{Format: "csv", Path: "cells.csv"}, {Format: "json", Path: "cells.json"}}}
	file, disk := bothWays(t, large)
	var tables [2][2]string
	for i, run := range []reports.Run{{File: file}, disk} {
		dir := t.TempDir()
		if _, err := reports.Write(dir, run); err != nil {
			t.Fatal(err)
		}
		for k, name := range []string{"cells.csv", "cells.json"} {
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			tables[i][k] = string(data)
		}
	}
	if tables[0] != tables[1] || !strings.Contains(tables[0][0], ",valid,") {
		t.Errorf("from memory:\n%s\nfrom disk:\n%s", tables[0][0], tables[1][0])
	}

	path := filepath.Join(t.TempDir(), folder.Results)
	large.outputs = []result.Output{{Format: "gobench", Path: "gobench.txt"}}
	if _, err := large.write(path); err != nil {
		t.Fatal(err)
	}
	if run, _, err := folder.Indexed(path, view.Detail{}); err != nil || run.View != nil {
		t.Errorf("gobench is written from a view without requests (%v)", err)
	}
}
