package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dllmbench/harness/result"
)

// TestMetricsPage compares the tables of docs/metrics.md with the registry. When
// it fails, copy what it prints between the marks.
func TestMetricsPage(t *testing.T) {
	const begin, end = "<!-- dllmbench metrics: begin -->\n", "<!-- dllmbench metrics: end -->\n"
	path := filepath.Join("..", "..", "docs", "metrics.md")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(data), begin)
	got, _, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no lines %q and %q", path, begin, end)
	}
	if want := metricsTables(); got != want {
		t.Errorf("%s is not what the registry says; it is\n%s", path, want)
	}
}

// metricsTables has one table a group.
func metricsTables() string {
	var b strings.Builder
	cell := func(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
	for _, g := range result.Groups() {
		fmt.Fprintf(&b, "### %s\n\n| metric | unit | better | definition | source |\n|---|---|---|---|---|\n", g.Title())
		for _, m := range result.Registry() {
			if m.Group != g {
				continue
			}
			doc := m.Doc
			if m.From != "" {
				doc = fmt.Sprintf("(`dllmbench %s`) %s", m.From, doc)
			}
			if len(m.With) > 0 {
				doc += " *Never without* `" + strings.Join(m.With, "`, `") + "`."
			}
			fmt.Fprintf(&b, "| `%s` (%s) | %s | %s | %s | %s |\n", m.Name, cell(m.Title), cell(m.Unit), m.Better, cell(doc), cell(m.Source))
		}
		b.WriteString("\n")
	}
	return b.String()
}
