// Package ci writes what a comparison or a check found, and the numbers of a
// run, in the formats that people and machines of continuous integration read.
//
// Every format gets untrusted text (labels of a scenario, messages of an
// engine) escaped in its own way.
package ci

import (
	"io"

	"dllmbench/harness/gate"
	"dllmbench/reports/cells"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// Formats lists the formats of a report.
func Formats() table.Formats[*gate.Report] {
	return table.Formats[*gate.Report]{
		{Name: "table", Doc: "for a terminal", Write: Table},
		{Name: "md", Doc: "Markdown, for a comment on a merge request or the summary of a step", Write: Markdown},
		{Name: "csv", Doc: "one line a finding", Write: CSV},
		{Name: "json", Doc: "everything", Write: JSON},
		{Name: "junit", Doc: "JUnit XML, for the test pages of CI systems", Write: JUnit},
		{Name: "github", Doc: "workflow commands, which GitHub shows as annotations", Write: GitHub},
		{Name: "gobench", Doc: "Go benchmark text, for benchstat -col side", Write: GoBench},
		{Name: "bmf", Doc: "Bencher Metric Format", Write: func(w io.Writer, r *gate.Report) error { return bmf(w, ofReport(r)) }},
		{Name: "gha", Doc: "JSON of github-action-benchmark, customSmallerIsBetter", Write: func(w io.Writer, r *gate.Report) error { return gha(w, ofReport(r), r.Env.CPU) }},
	}
}

// NeedsRequests is the format of [RunFormats] that needs all requests of a run,
// in [cells.Run.File]; the others are made from its view.
const NeedsRequests = "gobench"

// RunFormats lists the formats of the numbers of a run.
func RunFormats() table.Formats[cells.Run] {
	viewed := func(name, doc string, write func(io.Writer, *view.View) error) table.Format[cells.Run] {
		return table.Format[cells.Run]{Name: name, Doc: doc, Write: func(w io.Writer, r cells.Run) error { return write(w, r.View) }}
	}
	return table.Formats[cells.Run]{
		viewed("csv", "one line a cell", cells.CSV),
		viewed("json", "one object a cell", cells.JSON),
		viewed("md", "Markdown tables", cells.Markdown),
		viewed("latex", "LaTeX: exact match and speed by decoder and task", cells.LaTeX),
		viewed("junit", "JUnit XML: a case for each cell", RunJUnit),
		{Name: NeedsRequests, Doc: "Go benchmark text, for benchstat", Write: func(w io.Writer, r cells.Run) error { return RunGoBench(w, r.File) }},
		viewed("bmf", "Bencher Metric Format", func(w io.Writer, v *view.View) error { return bmf(w, ofRun(v)) }),
		viewed("gha", "JSON of github-action-benchmark, customSmallerIsBetter", func(w io.Writer, v *view.View) error { return gha(w, ofRun(v), v.Header.Env.CPU) }),
		viewed("sharing", "CSV: what decoders solve on shared weights and on those of controls, a line for each rung", cells.SharingCSV),
	}
}
