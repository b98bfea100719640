package main

import (
	"os"

	"dllmbench/cmd/dllmbench/internal/catalog"
	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/harness/measure"
	"dllmbench/reports/table"
	"dllmbench/reports/terminal"
)

// envCmd shows the record of machine and binary that every result file carries.
type envCmd struct {
	JSON bool `help:"Print the record as it stands in results.jsonl."`

	codeFlags `embed:""`
}

func (*envCmd) Help() string {
	return "Examples:\n\n    dllmbench env\n    dllmbench env --json\n    dllmbench env --allow-code-execution"
}

// Run prints the environment.
func (c *envCmd) Run(con *console) error {
	energy := measure.NewEnergy(os.DirFS("/"))
	env := setup.Environment(con.now, energy)
	python, err := c.runner(con)
	if err != nil {
		return err
	}
	if python != nil {
		env.Python = python.Says()
	}
	if c.JSON {
		return table.Object(con.stdout, env)
	}
	return terminal.WriteFacts(con.stdout, catalog.Environment(env))
}
