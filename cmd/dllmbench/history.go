package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"dllmbench/engines"
	"dllmbench/harness/exit"
	"dllmbench/harness/result"
	"dllmbench/reports/folder"
	"dllmbench/reports/history"
	"dllmbench/reports/html"
	"dllmbench/reports/plot"
	"dllmbench/reports/terminal"
)

// historyCmd shows many runs over time.
type historyCmd struct {
	Folders []string `arg:"" name:"folder" help:"Folders of runs, or folders that hold such folders."`
	Metric  []string `default:"e2e,exact_match,nfe,flops_per_token" help:"Metrics to follow; see dllmbench list metrics."`
	Format  string   `enum:"table,csv" default:"table" help:"How to write it to standard output: table, or csv with every value of every run."`
	Out     string   `file:"out" placeholder:"FILE" help:"Also write a page that opens offline."`
	Plots   string   `placeholder:"FOLDER" help:"Also write the figures as PNG and SVG into this folder."`
	Order   string   `enum:"start,commit" default:"start" help:"Order runs by their start, or by the date of their commit where it is recorded."`
	// The least alpha is what the number of permutations behind a mark can reach.
	Alpha float64 `range:"0.001 to 0.5" default:"0.01" help:"Probability of any mark in a series of timings without a change."`
}

func (*historyCmd) Help() string {
	return `Shows each metric of each cell from run to run and marks changes of level. Timings are compared within one machine
only; changes are found by a test (E-divisive) that needs 10 runs at α = 0.01. Counters and scores are deterministic, so
every difference is marked. Values of invalid cells are shown but not used.

Examples:

    dllmbench history results
    dllmbench history results --metric e2e,tokens_per_s --out history.html
    dllmbench history results/nightly-* --order commit --format csv > history.csv`
}

// Run shows the history.
func (c *historyCmd) Run(con *console) error {
	var names []string
	for _, d := range result.Metrics() {
		names = append(names, d.Name)
	}
	for _, m := range c.Metric {
		if !slices.Contains(names, m) {
			return exit.With(exit.Usage, engines.UnknownName("metric", m, names))
		}
	}
	b := history.New(history.Options{Metrics: c.Metric, Alpha: c.Alpha, ByCommit: c.Order == "commit"})
	err := folder.Each(con.ctx, c.Folders, b.Add, func(err error) { fmt.Fprintf(con.stderr, "dllmbench: left out: %s\n", terminal.Visible(err.Error())) })
	if err != nil {
		return err
	}
	h := b.History()
	if c.Out != "" {
		if err := con.save(c.Out, func(w io.Writer) error { return html.WriteHistory(w, h) }); err != nil {
			return err
		}
	}
	if c.Plots != "" {
		if err := con.drawTrends(c.Plots, h); err != nil {
			return err
		}
	}
	write := h.Table
	if c.Format == "csv" {
		write = h.CSV
	}
	return exit.With(exit.Execution, write(con.stdout))
}

// drawTrends writes the figures of a history.
func (con *console) drawTrends(folder string, h *history.History) error {
	for _, f := range plot.Trends(h) {
		path := filepath.Join(folder, f.Name)
		if err := con.save(path+".png", f.PNG); err != nil {
			return err
		}
		if err := con.put(path+".svg", f.WriteSVG); err != nil {
			return err
		}
	}
	return nil
}
