package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"dllmbench/engines/model/builtin"
	"dllmbench/engines/userfile"
	"dllmbench/harness/exit"
	"dllmbench/reports/terminal"
)

// initCmd writes a scenario to start from.
type initCmd struct {
	File  string `arg:"" optional:"" default:"scenarios.yaml" help:"File to write; scenarios.yaml if left out, - for standard output."`
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
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if c.Force {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := userfile.OpenFile(c.File, flags, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return exit.Errorf(exit.Usage, "%s is there already: overwrite it with --force or name another file", c.File)
	} else if err != nil {
		return exit.With(exit.Usage, err)
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return exit.With(exit.Usage, err)
	}
	fmt.Fprintf(con.stderr, "wrote %s; look at it, then: dllmbench validate %s, dllmbench run %s\n", c.File, terminal.Command(c.File), terminal.Command(c.File))
	return nil
}
