package main

import (
	"fmt"
	"path/filepath"

	"dllmbench/harness/result"
	"dllmbench/reports/summary"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// reportCmd renders a run again.
type reportCmd struct {
	Dir string `arg:"" type:"path" help:"Folder of a run, with its results.jsonl."`
}

// Help shows how the command is used.
func (*reportCmd) Help() string {
	return `Everything is made from results.jsonl alone, also on another machine.

Examples:

    dllmbench report results/mine`
}

// Run renders the report beside the results.
func (c *reportCmd) Run(con *console) error { return renderFolder(con, c.Dir) }

// tableWidth is the width of tables and text in columns.
const tableWidth = 120

// renderFolder makes page, plots and summary from the results in a folder and
// prints the table and the summary.
func renderFolder(con *console, dir string) error {
	file, err := result.ReadFile(filepath.Join(dir, resultsFile))
	if err != nil {
		return withCode(exitSetup, err)
	}
	v := view.New(file)
	if err := table.Write(con.stdout, v, tableWidth); err != nil {
		return err
	}
	fmt.Fprintln(con.stdout)
	if err := summary.Make(v).Text(con.stdout, tableWidth); err != nil {
		return err
	}
	return nil
}
