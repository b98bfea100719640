package main

import (
	"slices"

	"dllmbench/engines"
	"dllmbench/harness/exit"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/reports/summary"
	"dllmbench/reports/view"
)

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
