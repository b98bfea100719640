package main

import (
	"fmt"

	"dllmbench/harness"
	"dllmbench/reports/terminal"
	"dllmbench/reports/view"
)

// stepOf is what a display shows of the state of a run: the group of cells that
// is running, a part for each of its cells.
func stepOf(p harness.Progress) terminal.Step {
	step := terminal.Step{Done: p.VisitsDone, Total: p.Visits, Elapsed: p.Elapsed, Left: p.Left, Now: "done"}
	if p.Phase == "done" {
		return step
	}
	task, phase := view.TaskName(p.Cell), ""
	if p.Phase != "measure" {
		phase = ", " + p.Phase
	}
	step.Now = view.DecoderName(p.Cell) + ", " + task + phase
	step.Task = fmt.Sprintf("%s (group %d of %d%s)", task, p.Group, p.Groups, phase)
	for _, t := range p.Turns {
		step.Parts = append(step.Parts, terminal.Part{
			Name: view.DecoderName(t.Cell), Detail: t.Cell.Engine + " / " + t.Cell.Preset,
			Done: t.VisitsDone, Total: t.Visits, Left: t.Left, Rate: t.TokensPerSec, Running: t.Cell.ID == p.Cell.ID,
		})
	}
	return step
}
