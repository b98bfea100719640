// Package answers lists what decoders wrote, so that outputs can be joined with
// other data and judged by other programs.
package answers

import (
	"io"
	"iter"

	"dllmbench/harness/result"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// Answer is what a decoder wrote for an instance: once for each sample, in the first
// repetition of it.
type Answer struct {
	Cell     string   `json:"cell"` // id
	Decoder  string   `json:"decoder"`
	Task     string   `json:"task"`
	Instance string   `json:"instance"`
	Item     string   `json:"item"`   // its name in the file of tasks; "" for a procedural one
	Sample   int      `json:"sample"` // which of the cell's samples, from 0
	Status   string   `json:"status"` // success, truncated (the budget was used up), timeout, oom, error or incomplete
	Prompt   string   `json:"prompt"` // "" when the run did not keep it
	Output   string   `json:"output"`
	Exact    *bool    `json:"exact"`
	Partial  *float64 `json:"partial"`
	Unscored string   `json:"unscored"` // why nothing judged it
}

// Of lists the answers of a run in the order of its records. Cells of cost have none.
func Of(f *result.File) iter.Seq[Answer] {
	cells := map[string]result.Cell{}
	for _, c := range f.Header.Cells {
		cells[c.ID] = c
	}
	return func(yield func(Answer) bool) {
		type sample struct {
			cell, instance string
			number         int
		}
		seen := map[sample]bool{}
		for _, q := range f.Requests {
			c, known := cells[q.Cell]
			key := sample{q.Cell, q.Instance, q.Sample}
			if !known || c.CostOnly || seen[key] {
				continue
			}
			seen[key] = true
			if !yield(Answer{
				Cell: q.Cell, Decoder: view.DecoderName(c), Task: view.TaskName(c), Instance: q.Instance, Item: q.Item, Sample: q.Sample,
				Status: q.Status, Prompt: f.Instances[q.Instance].Prompt, Output: q.Output, Exact: q.Exact, Partial: q.Partial, Unscored: q.Unscored,
			}) {
				return
			}
		}
	}
}

// Formats lists the ways to write answers, one object or line each.
func Formats() table.Formats[*result.File] {
	written := func(name string, write func(io.Writer, iter.Seq[Answer]) error) table.Format[*result.File] {
		return table.Format[*result.File]{Name: name, Write: func(w io.Writer, f *result.File) error { return write(w, Of(f)) }}
	}
	return table.Formats[*result.File]{written("csv", table.CSV[Answer]), written("json", table.JSON[Answer]), written("jsonl", table.JSONL[Answer])}
}
