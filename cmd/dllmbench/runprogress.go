package main

import (
	"fmt"

	"dllmbench/harness"
	"dllmbench/reports/view"
)

// stepOf is what a display shows of the state of a run: the group of cells that
// is running, a part for each of its cells.
func stepOf(p harness.Progress) progressStep {
	step := progressStep{done: p.VisitsDone, total: p.Visits, elapsed: p.Elapsed, left: p.Left, now: "done"}
	if p.Phase == "done" {
		return step
	}
	task, phase := view.TaskName(p.Cell), ""
	if p.Phase != "measure" {
		phase = ", " + p.Phase
	}
	step.now = view.DecoderName(p.Cell) + ", " + task + phase
	step.task = fmt.Sprintf("%s (group %d of %d%s)", task, p.Group, p.Groups, phase)
	for _, t := range p.Turns {
		step.parts = append(step.parts, progressPart{
			name: view.DecoderName(t.Cell), detail: t.Cell.Engine + " / " + t.Cell.Preset,
			done: t.VisitsDone, total: t.Visits, left: t.Left, rate: t.TokensPerSec, running: t.Cell.ID == p.Cell.ID,
		})
	}
	return step
}
