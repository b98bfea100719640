package main

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/internal/exit"
	"dllmbench/reports/ci"
	"dllmbench/reports/disagree"
	"dllmbench/reports/view"
)

// exportCmd writes the numbers of a run for other programs.
type exportCmd struct {
	Folder string `arg:"" name:"run" help:"Folder of a run, or its results file."`
	Format string `default:"csv" placeholder:"FORMAT" help:"How to write it: ${runFormats}."`
	Out    string `placeholder:"FILE" help:"Where to write it; without it standard output."`

	Disagree string `placeholder:"A,B" help:"Write the instances that one of two decoders answers exactly and the other does not, as csv, json or jsonl. A and B are names from the table (\"diffusion steps=4\") or engines."`
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
    dllmbench export results/mine --format gobench --out new.txt && benchstat old.txt new.txt
    dllmbench export results/mine --disagree autoregressive,diffusion --format jsonl`
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
	if c.Disagree != "" {
		return c.disagreements(con)
	}
	i := slices.IndexFunc(ci.RunFormats(), func(f ci.RunFormat) bool { return f.Name == c.Format })
	if i < 0 {
		return exit.With(exit.Usage, engines.UnknownName("format", c.Format, runFormatNames()))
	}
	f, err := readResults(c.Folder)
	if err != nil {
		return err
	}
	return c.write(con, func(out io.Writer) error { return ci.RunFormats()[i].Write(out, f) })
}

// write writes to the file of --out, or to standard output.
func (c *exportCmd) write(con *console, to func(io.Writer) error) error {
	if c.Out == "" {
		return exit.With(exit.Execution, to(con.stdout))
	}
	file, err := os.Create(c.Out)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	return exit.With(exit.Execution, errors.Join(to(file), file.Close()))
}

// disagreements writes where two decoders disagree.
func (c *exportCmd) disagreements(con *console) error {
	a, b, two := strings.Cut(c.Disagree, ",")
	if a, b = strings.TrimSpace(a), strings.TrimSpace(b); !two || a == "" || b == "" {
		return exit.Errorf(exit.Usage, "--disagree %s: two decoders are needed, for example --disagree autoregressive,diffusion", c.Disagree)
	}
	writers := map[string]func(io.Writer, []disagree.Case) error{"csv": disagree.CSV, "json": disagree.JSON, "jsonl": disagree.JSONL}
	write, ok := writers[c.Format]
	if !ok {
		return exit.Errorf(exit.Usage, "--format %s: disagreements can be csv, json or jsonl", c.Format)
	}
	f, err := readResults(c.Folder)
	if err != nil {
		return err
	}
	cases, err := disagree.Between(view.New(f), a, b)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	return c.write(con, func(out io.Writer) error { return write(out, cases) })
}
