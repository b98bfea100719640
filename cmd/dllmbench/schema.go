package main

import (
	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines/atomicfile"
	"dllmbench/harness/exit"
	"dllmbench/harness/scenario"
)

//go:generate go run . schema --out ../../docs/scenario.schema.json

// schemaCmd prints the JSON Schema of scenario files.
type schemaCmd struct {
	Out string `placeholder:"FILE" help:"Write it to this file instead of standard output."`
}

func (*schemaCmd) Help() string {
	return `Editors that support JSON Schema use it to complete and check scenario files. It finds wrong keys, types and names;
dllmbench validate finds every mistake.

Examples:

    dllmbench schema --out scenario.schema.json
    # yaml-language-server: $schema=scenario.schema.json     (first line of a scenario)`
}

// Run prints the schema.
func (c *schemaCmd) Run(con *console) error {
	data := scenario.Schema(setup.Catalog())
	if c.Out == "" {
		_, err := con.stdout.Write(data)
		return err
	}
	return exit.With(exit.Usage, atomicfile.Write(c.Out, data))
}
