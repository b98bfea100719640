package main

import (
	"io"
	"path/filepath"
	"slices"

	"dllmbench/engines"
	"dllmbench/harness/exit"
	"dllmbench/reports"
	"dllmbench/reports/cells"
	"dllmbench/reports/choice"
	"dllmbench/reports/folder"
	"dllmbench/reports/insert"
	"dllmbench/reports/methods"
	"dllmbench/reports/plot"
	"dllmbench/reports/table"
	"dllmbench/reports/terminal"
	"dllmbench/reports/view"
)

// reportCmd renders a run again.
type reportCmd struct {
	tableFormat
	Dir      string   `arg:"" help:"Folder of a run, with its results.jsonl."`
	Table    string   `default:"full" placeholder:"TABLE" help:"What is printed instead of the full table, or what --insert writes: a choice of rows, columns and numbers (ROWS×COLUMNS: METRICS), or by its name the full table, exact match along the ladders of the workloads (ladder), what each preset is and did (decoders), what decoders solve on shared weights and on those of controls (sharing), what texts keep and how they vary (coherence), from how many tokens a pass on diffusion is faster (crossing), or accuracy under parallelism with the settings that no other beats in quality, tokens per pass and time (parallelism)."`
	Interval string   `default:"brackets" enum:"${intervals}" help:"How a choice of --table shows uncertainty: 54 [35, 72], 54 ± 19 (the longer half), or 54."`
	Caption  string   `placeholder:"TEXT" help:"Caption of a choice of --table in LaTeX; one that says what the columns are if left out."`
	Label    string   `placeholder:"LABEL" help:"Its label; tab: and the name of the scenario if left out."`
	Beside   []string `placeholder:"DIR" sep:"none" help:"Folder of a run of the same cells under another load, for figures of latency and goodput against the load. May be repeated."`
	Claims   string   `file:"out" placeholder:"FILE" help:"Also write the verdicts on the scenario's claims with all their evidence as a Markdown page, and their figures into a folder beside it."`
	Insert   string   `file:"out" placeholder:"FILE" help:"Also put the table into a Markdown file, between the lines {insertBegin} and {insertEnd}, or those that name the table (report sharing: begin); a choice of --table into a LaTeX file, too, between the same behind a %."`
	Methods  bool     `help:"Also write how the run was made into its folder, in words: methods.md, methods.tex, and references.bib with the decoders, models and tasks that were run."`
	Figures  []string `enum:"png,svg,pdf" placeholder:"FORMAT,..." help:"Also write the figures as png, svg or pdf files, into a folder for each."`
	Style    string   `enum:"screen,paper,paper-wide" default:"screen" help:"Figures of --figures (pdf, if it is not given) are for a screen, or for one column (paper, 3.25 in) or both columns (paper-wide, 6.75 in) of a paper: serif, thin lines, and what is said of them in captions.md and captions.tex beside them."`
	Full     bool     `help:"Derive curves of coherence and the variety of texts for all cells, also above {detailAbove}: else they are derived there for the first {detailRows} only."`

	choice *choice.Choice // of Table; nil for a table with a name
}

func (*reportCmd) Help() string {
	return `Everything is made from results.jsonl alone; any machine will do.

Formats of the final table:

` + cells.Formats().Help() + `
A choice names axes (decoder, task, workload, rung, tokens, batch, threads, weights, precision), each with the values that
are wanted in parentheses, and metrics by name or title (dllmbench list metrics), speed-up or points, which compare with
the reference of the task, or aup, of all settings of the decoder together. × may be written as x between spaces. Formats are table, md, csv and latex. Bold is what is shown
to be better than every other of its task.

Examples:

    dllmbench report results/mine
    dllmbench report results/mine --format csv > mine.csv
    dllmbench report results/mine --style paper --figures pdf,svg
    dllmbench report results/mine --insert README.md
    dllmbench report results/ladder --table ladder --insert docs/model-card.md
    dllmbench report results/interference --table sharing --insert docs/model-card.md
    dllmbench report results/coherence --table coherence --insert docs/coherence.md
    dllmbench report results/decoders --table decoders --insert docs/decoders.md
    dllmbench report results/cost-real --table crossing --insert README.md
    dllmbench report results/mine --table 'decoder×task: exact, speed-up' --format latex > table.tex
    dllmbench report results/mine --table 'task(sort-4) x decoder(ar, block): exact, nfe' --format md
    dllmbench report results/mine --methods
    dllmbench report results/claims --claims docs/claims.md
    dllmbench report results/load5 --beside results/load20 --beside results/load80`
}

// Run renders the report beside the results.
func (c *reportCmd) Run(con *console) error {
	if choice.Is(c.Table) {
		var err error
		if c.choice, err = choice.Parse(c.Table); err != nil {
			return exit.Errorf(exit.Usage, "--table: %w", err)
		}
	} else if c.Caption != "" || c.Label != "" || c.Interval != choice.Intervals()[0] {
		return exit.Errorf(exit.Usage, "--caption, --label and --interval are those of a choice of --table: name one, for example --table %q", choice.Default)
	} else if !slices.Contains(insert.Kinds(), c.Table) {
		return exit.Errorf(exit.Usage, "--table: %w; or a choice as %q", engines.UnknownName("table", c.Table, insert.Kinds()), choice.Default)
	}
	format, err := c.chosen()
	if err != nil {
		return err
	}
	r := con.rendering(format)
	if c.Style != plot.Screen.Name && c.Figures == nil {
		c.Figures = []string{"pdf"}
	}
	r.Further = reports.Figures(c.Figures, c.Style)
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

// chosen is how the table is printed.
func (c *reportCmd) chosen() (table.Format[cells.Run], error) {
	switch {
	case c.choice != nil:
	case c.Table == insert.Full || c.Insert != "":
		return c.tableFormat.chosen()
	case c.Format != "table" && c.Format != "md":
		return table.Format[cells.Run]{}, exit.Errorf(exit.Usage, "--format %s: the table %s is Markdown; leave --format out", c.Format, c.Table)
	default:
		return table.Format[cells.Run]{Name: c.Table, Write: func(w io.Writer, r cells.Run) error { return insert.Write(w, r.View, c.Table) }}, nil
	}
	f, err := choice.Find(c.Format)
	return table.Format[cells.Run]{Name: "choice", Write: func(w io.Writer, r cells.Run) error { return exit.With(exit.Usage, f.Write(w, c.of(r.View))) }}, exit.With(exit.Usage, err)
}

// of is the choice of a run.
func (c *reportCmd) of(v *view.View) choice.Run {
	return choice.Run{Choice: c.choice, View: v, Interval: c.Interval, Caption: c.Caption, Label: c.Label}
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
	if c.Methods {
		for _, f := range methods.Files() {
			if err := con.save(filepath.Join(c.Dir, f.Path), func(w io.Writer) error { return f.Write(w, run.View) }); err != nil {
				return err
			}
		}
	}
	if c.Insert == "" {
		return nil
	}
	return insert.Change(c.Insert, func(text []byte) ([]byte, error) {
		if c.choice != nil {
			return insert.Chosen(text, c.of(run.View))
		}
		return insert.Table(text, run.View, c.Table)
	})
}

// rendering renders on the console, in the detail of the page.
func (con *console) rendering(format table.Format[cells.Run]) folder.Rendering {
	return folder.Rendering{Format: format, Detail: view.PageDetail(), Width: terminal.Width(con.stdout), Out: con.stdout, Log: con.stderr}
}
