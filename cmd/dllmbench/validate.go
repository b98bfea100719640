package main

import (
	"fmt"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/harness/lists"
)

// validateCmd checks a scenario without running it.
type validateCmd struct {
	scenarioFile `embed:""`
}

func (*validateCmd) Help() string {
	return `Reports every mistake with its line. The exit code is 2 if there is any.

Examples:

    dllmbench validate
    dllmbench validate my-scenario.yaml`
}

// Run reports all mistakes, or the size of the scenario.
func (c *validateCmd) Run(con *console) error {
	plan, _, err := c.open(con, setup.Sketch)
	if err != nil {
		return err
	}
	con.tell(plan, plan.Scenario.Wanted())
	most := ""
	if plan.Sketched() {
		most = "at most "
	}
	fmt.Fprintf(con.stdout, "%s is valid: %s, %s%s\n", plan.Scenario.File, lists.Count(len(plan.Cells()), "cell"), most, lists.Count(plan.Requests(1), "timed request"))
	return nil
}
