package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"
)

// expandCmd shows the exact cells of a scenario.
type expandCmd struct {
	scenarioFile `embed:""`
	JSON         bool `help:"Print one JSON object a line, as the cells stand in results.jsonl."`
}

// Help shows how the command is used.
func (*expandCmd) Help() string {
	return `A cell's id is a hash of everything that decides what it computes: equal ids, equal work.

Examples:

    dllmbench expand
    dllmbench expand my-scenario.yaml --json`
}

// Run prints the cells in the order in which they run.
func (c *expandCmd) Run(con *console) error {
	s, err := c.parse()
	if err != nil {
		return err
	}
	plan, err := expand(s, &library{})
	if err != nil {
		return err
	}
	tellNotes(con, plan)
	if c.JSON {
		enc := json.NewEncoder(con.stdout)
		for _, cell := range plan.Cells() {
			if err := enc.Encode(cell); err != nil {
				return err
			}
		}
		return nil
	}
	t := tabwriter.NewWriter(con.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "id\tengine\tpreset\tvaried\tweights\ttask\tbudget\tbatch\tthreads\tinstances")
	for _, g := range plan.Groups {
		for _, cell := range g.Cells {
			task := cell.Workload + " " + cell.Rung
			if cell.PromptLen != nil {
				task = fmt.Sprintf("cost only, prompt of %d", *cell.PromptLen)
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\n", cell.ID, cell.Label, cell.Preset, cell.Variant,
				cell.Weights, task, cell.Budget, cell.Batch, cell.Threads, len(g.Items))
		}
	}
	return t.Flush()
}
