package main

import (
	"dllmbench/harness/exit"
	"dllmbench/reports/folder"
	"dllmbench/reports/traced"
	"dllmbench/workloads/all"
)

// spreadCmd compares samples with the uniform distribution they should follow.
type spreadCmd struct {
	Dir string `arg:"" help:"Folder of a run with squares from scratch."`
	jsonFlag
}

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

// Run prints one row for each cell on squares from scratch.
func (c *spreadCmd) Run(con *console) error {
	file, err := folder.Read(c.Dir)
	if err != nil {
		return err
	}
	rows := traced.Spreads(file, all.Workloads())
	if len(rows) == 0 {
		return exit.Errorf(exit.Insufficient, "%s has no usable samples of a task that asks for any one of many right answers, such as squares from scratch; scenarios/spread.yaml runs some", c.Dir)
	}
	return printRows(con, c.jsonFlag, rows)
}
