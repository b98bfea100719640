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
	View  func(io.Writer, *view.View) error // writes the same from a view; nil where that is not enough
}

// RunFormats lists the formats of a run.
func RunFormats() []RunFormat {
	viewed := func(name, doc string, write func(io.Writer, *view.View) error) RunFormat {
		return RunFormat{name, doc, func(w io.Writer, f *result.File) error { return write(w, view.New(f)) }, write}
	}
	return []RunFormat{
		viewed("csv", "one line a cell", table.CSV),
		viewed("json", "one object a cell", table.JSON),
		viewed("md", "Markdown tables", table.Markdown),
		viewed("junit", "JUnit XML: a case for each cell", junit.Run),
		{"gobench", "Go benchmark text, for benchstat", RunGoBench, nil},
		viewed("bmf", "Bencher Metric Format", RunBMF),
		viewed("gha", "JSON of github-action-benchmark, customSmallerIsBetter", RunGHA),
	}
}
