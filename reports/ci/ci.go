// Package ci writes what a comparison or a check found, and the numbers of a
// run, in the formats that people and machines of continuous integration read.
// There is one file for each format, and [Formats] lists them.
//
// Every format gets untrusted text (labels of a scenario, messages of an
// engine) escaped in its own way.
package ci

import (
	"io"

	"dllmbench/harness/gate"
	"dllmbench/harness/result"
	"dllmbench/reports/junit"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// Format is a way to write a report.
type Format struct {
	Name  string
	Doc   string // who reads it
	Write func(io.Writer, *gate.Report) error
}

// Formats lists the formats of a report, the default first.
func Formats() []Format {
	return []Format{
		{"table", "for a terminal", Table},
		{"md", "Markdown, for a comment on a merge request or the summary of a step", Markdown},
		{"csv", "one line a finding", CSV},
		{"json", "everything", JSON},
		{"junit", "JUnit XML, for the test pages of CI systems", junit.Report},
		{"github", "workflow commands, which GitHub shows as annotations", GitHub},
		{"gobench", "Go benchmark text, for benchstat -col side", GoBench},
		{"bmf", "Bencher Metric Format", BMF},
		{"gha", "JSON of github-action-benchmark, customSmallerIsBetter", GHA},
	}
}

// RunFormat is a way to write the numbers of a run.
type RunFormat struct {
	Name  string
	Doc   string
	Write func(io.Writer, *result.File) error
}

// RunFormats lists the formats of a run.
func RunFormats() []RunFormat {
	viewed := func(write func(io.Writer, *view.View) error) func(io.Writer, *result.File) error {
		return func(w io.Writer, f *result.File) error { return write(w, view.New(f)) }
	}
	return []RunFormat{
		{"csv", "one line a cell", viewed(table.CSV)},
		{"json", "one object a cell", viewed(table.JSON)},
		{"md", "Markdown tables", viewed(table.Markdown)},
		{"junit", "JUnit XML: a case for each cell", viewed(junit.Run)},
		{"gobench", "Go benchmark text, for benchstat", RunGoBench},
		{"bmf", "Bencher Metric Format", viewed(RunBMF)},
		{"gha", "JSON of github-action-benchmark, customSmallerIsBetter", viewed(RunGHA)},
	}
}
