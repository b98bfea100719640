package main

import (
	_ "embed"
	"fmt"
	"io"
	"os"
	"strings"

	"dllmbench/engines/model/builtin"
	"dllmbench/harness/exit"
	"dllmbench/reports/terminal"
)

// initCmd writes a scenario to start from.
type initCmd struct {
	File  string `file:"out" arg:"" optional:"" default:"scenarios.yaml" help:"File to write; scenarios.yaml if left out, - for standard output."`
	Force bool   `help:"Overwrite an existing file."`
}

func (*initCmd) Help() string {
	return `The file compares three decoders on two tasks, runs in a few seconds and has a comment for every part.

Examples:

    dllmbench init my-scenario.yaml
    dllmbench run my-scenario.yaml`
}

// template is the scenario that init writes, with BUILTIN for the name of the weights.
//
//go:embed init.yaml
var template string

// Run writes the file.
func (c *initCmd) Run(con *console) error {
	text := strings.ReplaceAll(template, "BUILTIN", builtin.Names()[0])
	if c.File == "-" {
		_, err := fmt.Fprint(con.stdout, text)
		return err
	}
	if _, err := os.Lstat(c.File); err == nil && !c.Force {
		return exit.Errorf(exit.Usage, "%s is there already: overwrite it with --force or name another file", c.File)
	}
	err := con.put(c.File, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(con.stderr, "wrote %s; look at it, then: dllmbench validate %s, dllmbench run %s\n", c.File, terminal.Command(c.File), terminal.Command(c.File))
	return nil
}
