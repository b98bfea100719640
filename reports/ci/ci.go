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
	}
}
