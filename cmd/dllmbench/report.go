package main

import (
	"path/filepath"

	"dllmbench/harness/exit"
	"dllmbench/reports"
	"dllmbench/reports/cells"
	"dllmbench/reports/folder"
	"dllmbench/reports/insert"
	"dllmbench/reports/table"
	"dllmbench/reports/terminal"
	"dllmbench/reports/view"
)

// reportCmd renders a run again.
type reportCmd struct {
	tableFormat
	Dir    string   `arg:"" help:"Folder of a run, with its results.jsonl."`
	Table  string   `enum:"full,ladder,decoders,sharing,coherence,crossing" default:"full" help:"What --insert writes: the full table, exact match along the ladders of the workloads (ladder), what each preset is and did (decoders), what decoders solve on shared weights and on those of controls (sharing), what texts keep and how they vary (coherence), or from how many tokens a pass on diffusion is faster (crossing)."`
	Beside []string `placeholder:"DIR" sep:"none" help:"Folder of a run of the same cells under another load, for figures of latency and goodput against the load. May be repeated."`
	Claims string   `file:"out" placeholder:"FILE" help:"Also write the verdicts on the scenario's claims with all their evidence as a Markdown page, and their figures into a folder beside it."`
	Insert string   `file:"out" placeholder:"FILE" help:"Also put the table into a Markdown file, between the lines ${insertBegin} and ${insertEnd}, or those that name the table (report sharing: begin)."`
	Full   bool     `help:"Derive curves of coherence and the variety of texts for all cells, also above ${detailAbove}: else they are derived there for the first ${detailRows} only."`
}

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
    dllmbench report results/cost-real --table crossing --insert README.md
    dllmbench report results/claims --claims docs/claims.md
    dllmbench report results/load5 --beside results/load20 --beside results/load80`
}

// Run renders the report beside the results.
func (c *reportCmd) Run(con *console) error {
	format, err := c.chosen()
	if err != nil {
		return err
	}
	r := con.rendering(format)
	r.Beside, r.Then = c.Beside, func(run reports.Run) error { return c.also(con, run) }
	if c.Full {
		r.Detail = view.Detail{}
	}
	release, err := con.lock(c.Dir)
	if exit.Code(err) == exit.Usage {
		return err
	}
	if err == nil { // a folder that cannot be written may still hold a run
		defer release()
	}
	return r.Render(c.Dir)
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

// rendering renders on the console, in the detail of the page.
func (con *console) rendering(format table.Format[cells.Run]) folder.Rendering {
	return folder.Rendering{Format: format, Detail: view.PageDetail(), Width: terminal.Width(con.stdout), Out: con.stdout, Log: con.stderr}
}
