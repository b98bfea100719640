package main

import (
	"fmt"
	"slices"

	"dllmbench/engines"
	"dllmbench/harness/exit"
	"dllmbench/harness/gate"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/reports/folder"
	"dllmbench/reports/html"
	"dllmbench/reports/summary"
	"dllmbench/reports/view"
)

// compareCmd compares runs, or the engines of one run.
type compareCmd struct {
	Runs      []string `arg:"" name:"run" help:"Folders of runs, or results files; the first is the reference. One only with --by engine."`
	By        string   `enum:"run,engine" default:"run" help:"Compare runs, or the engines inside one run."`
	Reference string   `placeholder:"ENGINE" help:"With --by engine: the engine to compare with, by its label; by default the first that writes from left to right, or else the first one."`
	Metric    []string `default:"e2e,exact_match" help:"What to compare beside exact counters: e2e, ttft, ttfc, exact_match."`
	Match     []string `placeholder:"WHAT" help:"With --by engine: compare settings of engines that are equal in tokens, nfe, flops, time or quality too; by default what the run's scenario says."`
	Alpha     float64  `range:"above 0 to 0.5" default:"0.05" help:"Family-wise error rate over all comparisons."`
	Noise     percent  `range:"0% to 1000%" default:"2%" help:"Differences in time below this are noise."`
	reportFlags
	acceptFlag
	FailOnRegression bool `help:"Exit with 10 if counters changed or something got worse, with 5 or 4 if no verdict is possible."`
}

func (*compareCmd) Help() string {
	return `Counters and outputs must be equal. Timings and solved instances get a ratio with interval, p and a verdict.
Two runs were not measured side by side, so drift of the machine looks like a difference: as a gate, use
dllmbench check --against. Runs of two machines are compared in e2e ratio: whether a decoder takes as many times as
long as the reference of its place on both; no time of one machine meets one of the other. The exit code is 0 whatever was found, unless --fail-on-regression makes a gate of it.

Examples:

    dllmbench compare results/before results/after
    dllmbench compare results/before results/after --html compare.html
    dllmbench compare results/mine --by engine
    dllmbench compare results/mine --by engine --reference block --format md`
}

// Run compares.
func (c *compareCmd) Run(con *console) error {
	outputs, err := c.outputs()
	if err != nil {
		return err
	}
	if err := c.checkRuns(); err != nil {
		return err
	}
	question, err := gate.Ask(c.Metric)
	if err != nil {
		return exit.Errorf(exit.Usage, "--metric: %w", err)
	}
	if err := c.acceptFlag.check(); err != nil {
		return err
	}
	var files []*result.File
	var sides []html.Side
	for _, path := range c.Runs {
		f, err := folder.Read(path)
		if err != nil {
			return err
		}
		files, sides = append(files, f), append(sides, html.Side{Name: path, Env: &f.Header.Env, Run: f})
	}
	policy := gate.DefaultPolicy()
	policy.MaxNoise = 0 // engines differ by more than noise; the band holds it anyway
	policy.Alpha, policy.Noise, policy.Accept = c.Alpha, float64(c.Noise), c.Accept
	var report *gate.Report
	if c.By == "engine" {
		if report, err = gate.ReportEngines(c.Runs[0], files[0], c.Reference, question, policy); err != nil {
			return exit.With(exit.Usage, err)
		}
		for _, use := range view.New(files[0]).Untrained() {
			report.Notes = append(report.Notes, fmt.Sprintf("%s untrained use: %s.", view.UntrainedMark, use))
		}
		report.Notes = append(report.Notes, c.matched(files[0])...)
	} else {
		report = gate.ReportRuns(c.Runs, files, question, policy)
	}
	report.Informs = !c.FailOnRegression
	if err := c.write(con, outputs, report, sides); err != nil || !c.FailOnRegression {
		return err
	}
	return report.Err()
}

// checkRuns refuses runs and words of --match that cannot be compared.
func (c *compareCmd) checkRuns() error {
	switch n := len(c.Runs); {
	case c.By == "engine" && n != 1:
		return exit.Errorf(exit.Usage, "--by engine compares the engines inside one run; %d were given", n)
	case c.By == "run" && n < 2:
		return exit.Errorf(exit.Usage, "give two runs or more, or --by engine to compare the engines inside one")
	case c.By == "run" && len(c.Match) > 0:
		return exit.Errorf(exit.Usage, "--match compares engines inside one run: give --by engine too")
	}
	for _, word := range c.Match {
		if !slices.Contains(result.Matchings(), word) {
			return exit.With(exit.Usage, engines.UnknownName("matching", word, result.Matchings()))
		}
	}
	return nil
}

// matched are the comparisons at equal cost or quality, in words.
func (c *compareCmd) matched(f *result.File) []string {
	m := f.Header.Match
	if len(c.Match) > 0 {
		m = &result.Match{By: c.Match, Factor: scenario.DefaultFactor, Points: scenario.DefaultPoints}
	}
	if m == nil {
		return nil
	}
	var notes []string
	for _, s := range summary.MatchedBy(view.New(f), *m) {
		for _, line := range s.Lines {
			notes = append(notes, s.Title+": "+line)
		}
	}
	return notes
}
