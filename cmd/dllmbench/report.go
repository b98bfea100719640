package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"dllmbench/harness/exit"
	"dllmbench/reports"
	"dllmbench/reports/cells"
	"dllmbench/reports/folder"
	"dllmbench/reports/insert"
	"dllmbench/reports/table"
	"dllmbench/reports/terminal"
	"dllmbench/reports/verdicts"
	"dllmbench/reports/view"
)

// reportCmd renders a run again.
type reportCmd struct {
	tableFormat
	Dir    string   `arg:"" help:"Folder of a run, with its results.jsonl."`
	Table  string   `enum:"full,ladder,decoders,sharing,coherence" default:"full" help:"What --insert writes: the full table, exact match along the ladders of the workloads (ladder), what each preset is and did (decoders), what decoders solve on shared weights and on those of controls (sharing), or what texts keep and how they vary (coherence)."`
	Beside []string `placeholder:"DIR" sep:"none" help:"Folder of a run of the same cells under another load, for figures of latency and goodput against the load. May be repeated."`
	Claims string   `placeholder:"FILE" help:"Also write the verdicts on the scenario's claims with all their evidence as a Markdown page, and their figures into a folder beside it."`
	Insert string   `placeholder:"FILE" help:"Also put the table into a Markdown file, between the lines ${insertBegin} and ${insertEnd}, or those that name the table (report sharing: begin)."`
	Full   bool     `help:"Derive curves of coherence and the variety of texts for all cells, also above ${detailAbove}: else they are derived there for the first ${detailRows} only."`
}

// Help shows how the command is used.
func (*reportCmd) Help() string {
	return `Everything is made from results.jsonl alone; any machine will do.

Formats of the final table:

` + cells.Formats().Help() + `
Examples:

    dllmbench report results/mine
    dllmbench report results/mine --format csv > mine.csv
    dllmbench report results/mine --insert README.md
    dllmbench report results/ladder --table ladder --insert docs/model-card.md
    dllmbench report results/interference --table sharing --insert docs/model-card.md
    dllmbench report results/coherence --table coherence --insert docs/coherence.md
    dllmbench report results/decoders --table decoders --insert docs/decoders.md
    dllmbench report results/claims --claims docs/claims.md
    dllmbench report results/load5 --beside results/load20 --beside results/load80`
}

// Run renders the report beside the results.
func (c *reportCmd) Run(con *console) error {
	format, err := c.chosen()
	if err != nil {
		return err
	}
	detail := view.PageDetail()
	if c.Full {
		detail = view.Detail{}
	}
	return renderFolder(con, c.Dir, format, detail, func(run reports.Run) error { return c.also(con, run) }, c.Beside...)
}

// also writes what was asked for beside the report.
func (c *reportCmd) also(con *console, run reports.Run) error {
	if c.Claims != "" {
		switch {
		case len(run.Verdicts) == 0:
			return exit.Errorf(exit.Insufficient, "%s names no claims: the scenario needs the key claims", c.Dir)
		case filepath.Ext(c.Claims) == "":
			return exit.Errorf(exit.Usage, "--claims %s: the name of the page needs an ending, for example .md", c.Claims)
		}
		if err := reports.Claims(c.Claims, run, con.save); err != nil {
			return err
		}
	}
	if c.Insert == "" {
		return nil
	}
	return insert.Change(c.Insert, func(text []byte) ([]byte, error) { return insert.Table(text, run.View, c.Table) })
}

// renderFolder makes page, plots and summary from the results in a folder and
// prints the table; in its usual format the summary in words follows. Then it may
// do more with the run, if then is not nil. The folders beside it hold the same
// cells under other loads.
func renderFolder(con *console, dir string, format table.Format[cells.Run], detail view.Detail, then func(reports.Run) error, beside ...string) error {
	defer folder.Heap(filepath.Join(dir, folder.Results))()
	run, done, err := folder.Open(dir, detail)
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	defer done()
	if run.Beside, err = folder.Beside(&run.View.Header, dir, beside); err != nil {
		return err
	}
	width := terminal.Width(con.stdout)
	if err := reports.Prepare(&run, func() error { return format.Write(con.stdout, cells.Run{View: run.View, Width: width}) }); err != nil {
		return exit.With(exit.Execution, err)
	}
	if format.Name == cells.Formats()[0].Name {
		if err := printWords(con, run, width); err != nil {
			return exit.With(exit.Execution, err)
		}
	} else if s := run.View.Bounds(); s != "" {
		fmt.Fprintln(con.stderr, s)
	}
	written, err := reports.Write(dir, run)
	tellFiles(con, written)
	if err == nil {
		err = run.View.Err()
	}
	if err != nil || then == nil {
		return exit.With(exit.Execution, err)
	}
	return then(run)
}

// tellFiles names the files of a report in one line, its figures by their number.
func tellFiles(con *console, paths []string) {
	var names []string
	figures, folder := 0, ""
	for _, path := range paths {
		if filepath.Ext(path) == ".png" {
			figures, folder = figures+1, filepath.Dir(path)
		} else {
			names = append(names, path)
		}
	}
	switch {
	case figures == 1:
		names = append(names, "1 figure in "+folder)
	case figures > 1:
		names = append(names, fmt.Sprintf("%d figures in %s", figures, folder))
	}
	if len(names) > 0 {
		fmt.Fprintln(con.stderr, "wrote "+strings.Join(names, ", "))
	}
}

// printWords prints what follows the table: what had no room in it, the summary
// and the verdicts on claims.
func printWords(con *console, run reports.Run, width int) error {
	fmt.Fprintln(con.stdout, cells.Omitted(run.View, width))
	if err := run.Summary.Text(con.stdout, width); err != nil {
		return err
	}
	return verdicts.Text(con.stdout, run.Verdicts, width)
}
