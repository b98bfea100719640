package main

import (
	"fmt"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines/library"
	"dllmbench/harness/lists"
)

// largeWeights is the number of parameters from which on validate does not read them:
// some seconds and as much memory for each billion.
const largeWeights = 1e9

// validateCmd checks a scenario without running it.
type validateCmd struct {
	scenarioFile `embed:""`
	Probe        bool `help:"Also ask each server of the scenario once, and start each of its programs, as a run does before it begins."`
}

func (*validateCmd) Help() string {
	return `Reports every mistake with its line. The exit code is 2 if there is any, and 3 if --probe finds that an endpoint does not
answer.

Examples:

    dllmbench validate
    dllmbench validate my-scenario.yaml
    dllmbench validate my-scenario.yaml --probe`
}

// Run reports all mistakes, or the size of the scenario.
func (c *validateCmd) Run(con *console) error {
	s, err := c.parse(con)
	if err != nil {
		return err
	}
	plan, err := con.expand(s, &library.Shelf{Heads: largeWeights}, setup.Sketch)
	if err != nil {
		return err
	}
	con.tell(plan, plan.Scenario.Wanted())
	for _, cell := range plan.Cells() {
		if cell.Params >= largeWeights && !cell.CostOnly {
			fmt.Fprintln(con.stderr, "note: files of large weights were checked but for their numbers, which a run reads")
			break
		}
	}
	if c.Probe {
		list, err := setup.Probed(con.ctx, plan)
		if err != nil {
			return err
		}
		con.probed(list)
	}
	most := ""
	if plan.Sketched() {
		most = "at most "
	}
	fmt.Fprintf(con.stdout, "%s is valid: %s, %s%s\n", plan.Scenario.File, lists.Count(len(plan.Cells()), "cell"), most, lists.Count(plan.Requests(1), "timed request"))
	return nil
}
