package main

import (
	"io"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/harness/scenario"
)

//go:generate go run . schema --out ../../docs/scenario.schema.json

// schemaCmd prints the JSON Schema of scenario files.
type schemaCmd struct {
	Out string `file:"out" placeholder:"FILE" help:"Write it to this file instead of standard output."`
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
	write := func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}
	if c.Out == "" {
		return write(con.stdout)
	}
	return con.put(c.Out, write)
}
