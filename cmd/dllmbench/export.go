package main

import (
	"io"
	"os"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/reports/ci"
)

// exportCmd writes the numbers of a run for other programs.
type exportCmd struct {
	Folder string `arg:"" name:"run" help:"Folder of a run, or its results file."`
	Format string `default:"csv" placeholder:"FORMAT" help:"How to write it: ${runFormats}."`
	Out    string `placeholder:"FILE" help:"Where to write it; without it standard output."`
}

// Help shows how the command is used.
func (*exportCmd) Help() string {
	var b strings.Builder
	b.WriteString("Formats:\n\n")
	for _, f := range ci.RunFormats() {
		b.WriteString("    " + f.Name + strings.Repeat(" ", 9-len(f.Name)) + f.Doc + "\n")
	}
	return b.String() + `
Examples:

    dllmbench export results/mine > mine.csv
    dllmbench export results/mine --format gobench --out new.txt && benchstat old.txt new.txt`
}

// runFormatNames lists the formats of a run for help texts.
func runFormatNames() []string {
	var names []string
	for _, f := range ci.RunFormats() {
		names = append(names, f.Name)
	}
	return names
}

// Run exports.
func (c *exportCmd) Run(con *console) error {
	i := slices.IndexFunc(ci.RunFormats(), func(f ci.RunFormat) bool { return f.Name == c.Format })
	if i < 0 {
		return withCode(exitUsage, engines.UnknownName("format", c.Format, runFormatNames()))
	}
	f, err := readResults(c.Folder)
	if err != nil {
		return err
	}
	var out io.Writer = con.stdout
	if c.Out != "" {
		file, err := os.Create(c.Out)
		if err != nil {
			return withCode(exitUsage, err)
		}
		defer file.Close()
		out = file
	}
	return withCode(exitExecution, ci.RunFormats()[i].Write(out, f))
}
