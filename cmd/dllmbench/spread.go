package main

import (
	"slices"

	"dllmbench/harness/exit"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/trace"
	"dllmbench/reports/folder"
	"dllmbench/reports/view"
	"dllmbench/workloads"
	"dllmbench/workloads/all"
)

// spreadCmd compares samples with the uniform distribution they should follow.
type spreadCmd struct {
	Dir string `arg:"" help:"Folder of a run with squares from scratch."`
	jsonFlag
}

// Help shows how the command is used.
func (*spreadCmd) Help() string {
	return `A decoder that writes a square from scratch should write each of the 576 Latin squares (or the 288 sudokus) equally
often. This command measures the distance of its samples from the uniform distribution:

  valid      share of samples that are a square of the family
  TV         total variation from the uniform distribution, 0 (equal) to 1 (disjoint); wrong answers count
  floor      expected TV of as many uniform samples
  limit      95th percentile of the TV of uniform samples: only a TV above it is evidence against a decoder
  classes    the same for squares that differ only in the names of their numbers, which needs fewer samples

Each instance counts once, with its first repetition.

Examples:

    dllmbench run scenarios/spread.yaml --out results/spread
    dllmbench spread results/spread`
}

// spreadRow is the measured spread of one cell.
type spreadRow struct {
	Cell         string       `json:"cell"` // id
	Rung         string       `json:"rung" title:"rung"`
	Decoder      string       `json:"decoder" title:"decoder"`
	Samples      int          `json:"samples" title:"n"`                                    // different instances
	Valid        trace.Number `json:"valid" title:"valid" format:"%.3f"`                    // share that is a square of the family
	TV           trace.Number `json:"tv" title:"TV" format:"%.3f"`                          // total variation from the uniform distribution, 0 to 1
	Floor        trace.Number `json:"floor" title:"floor" format:"%.3f"`                    // expected TV of as many true samples
	Limit        trace.Number `json:"limit" title:"limit" format:"%.3f"`                    // TV that true samples exceed in less than 5% of cases
	ClassesTV    trace.Number `json:"classes_tv" title:"TV of classes" format:"%.3f"`       // TV of classes of squares that differ only in the names of numbers
	ClassesFloor trace.Number `json:"classes_floor" title:"floor of classes" format:"%.3f"` // expected TV of true classes
	ClassesLimit trace.Number `json:"classes_limit" title:"limit of classes" format:"%.3f"` // as limit, of classes
}

// Run prints one row for each cell on squares from scratch.
func (c *spreadCmd) Run(con *console) error {
	file, err := folder.Read(c.Dir)
	if err != nil {
		return err
	}
	rows := spreads(file)
	if len(rows) == 0 {
		return exit.Errorf(exit.Insufficient, "%s has no usable samples of a task that asks for any one of many right answers, such as squares from scratch; scenarios/spread.yaml runs some", c.Dir)
	}
	return printRows(con, c.jsonFlag, rows)
}

// spreads measures the cells of a run that write one of many right answers.
func spreads(file *result.File) []spreadRow {
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
	tasks := all.Workloads()
	for _, cell := range file.Header.Cells {
		d, ok := deviation(tasks, cell, samples[cell.ID])
		if !ok || d.Samples == 0 {
			continue
		}
		rows = append(rows, spreadRow{cell.ID, cell.Rung, view.DecoderName(cell), d.Samples, trace.Number(d.Valid), trace.Number(d.TV), trace.Number(d.Floor),
			trace.Number(d.Limit), trace.Number(d.Classes.TV), trace.Number(d.Classes.Floor), trace.Number(d.Classes.Limit)})
	}
	return rows
}

// deviation asks the workload of a cell how far samples are from uniform; false
// if it has one right answer.
func deviation(tasks []workloads.Workload, cell result.Cell, samples []string) (workloads.Deviation, bool) {
	for _, w := range tasks {
		u, ok := w.(workloads.Uniform)
		if !ok || w.Name() != cell.Workload {
			continue
		}
		rung := slices.IndexFunc(w.Rungs(), func(r workloads.Rung) bool { return r.Name == cell.Rung })
		if rung >= 0 {
			return u.Deviation(rung, samples)
		}
	}
	return workloads.Deviation{}, false
}
