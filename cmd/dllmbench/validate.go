package main

import (
	"fmt"
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
	plan, _, err := c.open()
	if err != nil {
		return err
	}
	con.tell(plan, plan.Scenario.Wanted())
	requests := 0
	for _, g := range plan.Groups {
		requests += len(g.Items) * len(g.Cells) * g.Runs()
	}
	fmt.Fprintf(con.stdout, "%s is valid: %d cells, %d timed requests\n", plan.Scenario.File, len(plan.Cells()), requests)
	return nil
}
