package main

import (
	"fmt"
	"io"
	"math"
	"path/filepath"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/trace"
	"dllmbench/internal/exit"
	"dllmbench/reports/view"
	"dllmbench/workloads/latin"

	"github.com/jedib0t/go-pretty/v6/table"
)

// spreadCmd compares samples with the uniform distribution they should follow.
type spreadCmd struct {
	Dir  string `arg:"" help:"Folder of a run with squares from scratch."`
	JSON bool   `help:"Print JSON instead of a table."`
}

// Help shows how the command is used.
func (*spreadCmd) Help() string {
	return `A decoder that writes a square from scratch should write each of the 576 Latin squares (or the 288
sudokus) equally often. This command measures how far its samples are from that:

  valid      share of samples that are a square of the family
  TV         total variation from the uniform distribution, 0 (equal) to 1 (disjoint); wrong answers count
  floor      what as many true samples are expected to have
  limit      what true samples exceed in less than 5% of cases: only a TV above it speaks against a decoder
  classes    the same for squares that differ only in the names of their numbers, which needs fewer samples

Every instance counts once, by its first repetition.

Examples:

    dllmbench run scenarios/spread.yaml --out results/spread
    dllmbench spread results/spread`
}

// spreadRow is the measured spread of one cell.
type spreadRow struct {
	Cell         string       `json:"cell"`
	Decoder      string       `json:"decoder"`
	Rung         string       `json:"rung"`
	Samples      int          `json:"samples"`
	Valid        trace.Number `json:"valid"`
	TV           trace.Number `json:"tv"`
	Floor        trace.Number `json:"floor"`
	Limit        trace.Number `json:"limit"`
	ClassesTV    trace.Number `json:"classes_tv"`
	ClassesFloor trace.Number `json:"classes_floor"`
	ClassesLimit trace.Number `json:"classes_limit"`
}

// Run prints one row for each cell on squares from scratch.
func (c *spreadCmd) Run(con *console) error {
	file, err := result.ReadFile(filepath.Join(c.Dir, resultsFile))
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	rows := spreads(file)
	if len(rows) == 0 {
		return exit.Errorf(exit.Insufficient, "%s has no usable samples of squares from scratch (workload latin, rungs scratch-latin-4 and scratch-sudoku-4)", c.Dir)
	}
	if c.JSON {
		return writeJSON(con.stdout, rows)
	}
	return writeSpreads(con.stdout, rows)
}

// spreads measures the cells of a run that write squares from scratch.
func spreads(file *result.File) []spreadRow {
	task := latin.New()
	families := map[string]*latin.Family{}
	for i, r := range task.Rungs() {
		if f := task.Family(i); f != nil {
			families[r.Name] = f
		}
	}
	samples := map[string][]string{}
	seen := map[[2]string]bool{}
	for _, q := range file.Requests {
		key := [2]string{q.Cell, q.Instance}
		if place.Usable(&q) && !seen[key] {
			seen[key] = true
			samples[q.Cell] = append(samples[q.Cell], q.Output)
		}
	}
	var rows []spreadRow
	for _, cell := range file.Header.Cells {
		family := families[cell.Rung]
		if cell.Workload != task.Name() || family == nil || len(samples[cell.ID]) == 0 {
			continue
		}
		d := family.TotalVariation(samples[cell.ID])
		rows = append(rows, spreadRow{cell.ID, view.DecoderName(cell), cell.Rung, d.Samples, trace.Number(d.Valid), trace.Number(d.TV), trace.Number(d.Floor),
			trace.Number(d.Limit), trace.Number(d.Classes.TV), trace.Number(d.Classes.Floor), trace.Number(d.Classes.Limit)})
	}
	return rows
}

func writeSpreads(w io.Writer, rows []spreadRow) error {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.AppendHeader(table.Row{"rung", "decoder", "n", "valid", "TV", "floor", "limit", "TV of classes", "floor", "limit"})
	number := func(n trace.Number) string {
		if math.IsNaN(float64(n)) {
			return view.Unknown
		}
		return fmt.Sprintf("%.3f", float64(n))
	}
	for _, r := range rows {
		t.AppendRow(table.Row{view.Clean(r.Rung), view.Clean(r.Decoder), r.Samples, number(r.Valid), number(r.TV), number(r.Floor), number(r.Limit),
			number(r.ClassesTV), number(r.ClassesFloor), number(r.ClassesLimit)})
	}
	_, err := fmt.Fprintln(w, t.Render())
	return err
}
