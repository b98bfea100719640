package main

import (
	"fmt"

	"dllmbench/harness/exit"

	"github.com/alecthomas/kong"
)

// helpCmd shows what --help shows.
type helpCmd struct {
	Command []string `arg:"" optional:"" help:"The command, such as run or baseline save; by default all of them."`
}

// Run prints the help of the command.
func (c *helpCmd) Run(parsed *kong.Context) error {
	about, err := kong.Trace(parsed.Kong, c.Command)
	if err == nil && about.Error != nil {
		err = about.Error
	}
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	return about.PrintUsage(false)
}

// versionCmd prints what --version prints.
type versionCmd struct{}

// Run prints the version.
func (*versionCmd) Run(con *console) error {
	_, err := fmt.Fprintln(con.stdout, version())
	return err
}
