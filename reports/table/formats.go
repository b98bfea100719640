package table

import (
	"io"

	"dllmbench/reports/view"
)

// Format is a way to write the final table of a run.
type Format struct {
	Name  string
	Doc   string
	Write func(w io.Writer, v *view.View, width int) error
}

// Formats lists the formats of the final table, the usual one first. Only that
// one depends on the width, in columns.
func Formats() []Format {
	whole := func(write func(io.Writer, *view.View) error) func(io.Writer, *view.View, int) error {
		return func(w io.Writer, v *view.View, _ int) error { return write(w, v) }
	}
	return []Format{
		{"table", "aligned columns, as many as fit the terminal", Write},
		{"md", "Markdown, all columns", whole(Markdown)},
		{"csv", "a line for each cell: values, intervals; unknown is empty", whole(CSV)},
		{"json", "an object for each cell: values, units, intervals, n; unknown is null", whole(JSON)},
		{"jsonl", "the same objects, one on a line", whole(JSONL)},
		{"html", "a page of its own, all columns, without scripts", whole(HTML)},
	}
}
