package main

import (
	"errors"
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
	Alpha     float64  `default:"0.05" help:"Family-wise error rate over all comparisons."`
	Noise     percent  `default:"2%" help:"Differences in time below this are noise."`
	reportFlags
	acceptFlag
	FailOnRegression bool `help:"Exit with 10 if counters changed or something got worse, with 5 or 4 if no verdict is possible."`
}

func (*compareCmd) Help() string {
	return `Counters and outputs must be equal. Timings and solved instances get a ratio with interval, p and a verdict.
Two runs were not measured side by side, so drift of the machine looks like a difference: as a gate, use
dllmbench check --against.

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
	if err := c.checkMatch(); err != nil {
		return err
	}
	if err := checkAlpha(c.Alpha); err != nil {
		return err
	}
	question, err := gate.Ask(c.Metric)
	if err != nil {
		return exit.Errorf(exit.Usage, "--metric: %w", err)
	}
	if err := c.acceptFlag.check(); err != nil {
		return err
	}
	files, err := c.read()
	if err != nil {
		return err
	}
	policy := gate.DefaultPolicy()
	policy.MaxNoise = 0 // engines differ by more than noise; the band holds it anyway
	policy.Alpha, policy.Noise, policy.Accept = c.Alpha, float64(c.Noise), c.Accept
	var report *gate.Report
	if c.By == "engine" {
		if report, err = gate.ReportEngines(c.Runs[0], files[0], c.Reference, question, policy); err != nil {
			return exit.With(exit.Usage, err)
		}
		report.Notes = append(report.Notes, c.matched(files[0])...)
	} else {
		report = gate.ReportRuns(c.Runs, files, question, policy)
	}
	var sides []html.Side
	for i, f := range files {
		sides = append(sides, html.Side{Name: c.Runs[i], Env: &f.Header.Env, Run: f})
	}
	if err := c.write(con, outputs, report, sides); err != nil || !c.FailOnRegression {
		return err
	}
	return verdictError(report)
}

// read opens the results.
func (c *compareCmd) read() ([]*result.File, error) {
	switch n := len(c.Runs); {
	case c.By == "engine" && n != 1:
		return nil, exit.Errorf(exit.Usage, "--by engine compares the engines inside one run; %d were given", n)
	case c.By == "run" && n < 2:
		return nil, exit.Errorf(exit.Usage, "give two runs or more, or --by engine to compare the engines inside one")
	}
	var list []*result.File
	for _, path := range c.Runs {
		f, err := folder.Read(path)
		if err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, nil
}

// verdictError turns a report into an error with the exit code that it calls
// for: a line for each verdict that fails, of which the strongest code wins.
func verdictError(r *gate.Report) error {
	codes := map[gate.Verdict]int{
		gate.Invalid: exit.Execution, gate.NotComparable: exit.Insufficient, gate.Insufficient: exit.Insufficient,
		gate.Changed: exit.Regression, gate.Regressed: exit.Regression,
	}
	var errs []error
	failing := r.Failing()
	for _, v := range gate.Verdicts() {
		i := slices.IndexFunc(failing, func(f gate.Finding) bool { return f.Verdict == v })
		if i < 0 {
			continue
		}
		more := ""
		if n := r.Count(v); n > 1 {
			more = fmt.Sprintf(" (the first of %d)", n)
		}
		errs = append(errs, exit.Errorf(codes[v], "%s: %s%s", v, failing[i].Sentence, more))
	}
	for _, l := range r.Missed() {
		errs = append(errs, exit.Errorf(exit.Threshold, "threshold missed: %s", l.Sentence))
	}
	return errors.Join(errs...)
}

// checkMatch refuses words of --match that say nothing.
func (c *compareCmd) checkMatch() error {
	if c.By == "run" && len(c.Match) > 0 {
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
