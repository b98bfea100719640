package main

import (
	"fmt"

	"dllmbench/harness/exit"
	"dllmbench/harness/foreign"
	"dllmbench/reports/cells"
	"dllmbench/reports/folder"
	"dllmbench/reports/terminal"
	"dllmbench/reports/view"
)

// importCmd reads what other programs measured.
type importCmd struct {
	Files  []string `arg:"" name:"file" help:"Files of other programs, packed with gzip or not. Each stays apart from the others."`
	Format string   `placeholder:"FORMAT" help:"What wrote them: {foreignFormats}; by default what the content says."`
	Label  string   `placeholder:"NAME" help:"Name of what was measured; by default the model, or the program, that a file names."`
	Out    string   `placeholder:"DIR" help:"Write results into a folder, for report and export."`
	Table  string   `name:"table" default:"table" placeholder:"FORMAT" help:"How to print the table: {tableFormats}."`
}

func (*importCmd) Help() string {
	text := "Formats:\n\n"
	for _, f := range foreign.Formats() {
		text += fmt.Sprintf("    %-12s %s\n", f.Name, f.Doc)
	}
	return text + `
Only single requests are read; medians and rates are made again from them. Numbers keep their origin and are
never compared with those of this program, nor with those of another file. What a file does not say is unknown.

Examples:

    dllmbench import profile_export.jsonl
    dllmbench import benchmarks.json --out results/guidellm && dllmbench report results/guidellm`
}

// Run imports.
func (c *importCmd) Run(con *console) error {
	as, err := format(cells.Formats(), c.Table)
	if err != nil {
		return err
	}
	var list []*foreign.Import
	for _, path := range c.Files {
		f, err := foreign.Read(path, c.Format, c.Label, con.now())
		if err != nil {
			return exit.With(exit.Usage, err)
		}
		list = append(list, f)
	}
	all, err := foreign.Join(list)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	if c.Out != "" {
		w, err := folder.Create(c.Out, all.Header, all.Metrics, "choose another folder", all.Records()...)
		if err == nil {
			err = exit.With(exit.Execution, w.Close())
		}
		if err != nil {
			return err
		}
	}
	return exit.With(exit.Execution, as.Write(con.stdout, cells.Run{View: view.New(&all.File), File: &all.File, Width: terminal.Width(con.stdout)}))
}
