package main

import (
	"fmt"
	"os"

	"dllmbench/engines/library"
	"dllmbench/engines/rating"
	"dllmbench/engines/weights"
	"dllmbench/harness"
	"dllmbench/harness/exit"
	"dllmbench/harness/load"
	"dllmbench/harness/scenario"
	"dllmbench/harness/shard"
)

// loads takes load and goodput from the flags, else from the scenario.
func (c *runCmd) loads(s *scenario.Scenario) (err error) {
	if c.good, err = load.ParseGoodput(c.Goodput); err != nil {
		return exit.With(exit.Usage, err)
	}
	if c.good == nil {
		c.good = s.Goodput
	}
	c.arrivals = s.Load
	if c.Load != "" {
		p, err := load.Parse(c.Load)
		if err != nil {
			return exit.With(exit.Usage, err)
		}
		c.arrivals = &p
	}
	if c.arrivals != nil && c.Budget > 0 {
		return exit.Errorf(exit.Usage, "--budget fits repetitions to decoding one batch after another, which a load does not do: leave out one of them")
	}
	return nil
}

// judge loads the judge of a run: the one of the flag, else that of the scenario;
// nil if neither names one.
func (c *runCmd) judge(plan *scenario.Plan, models *library.Shelf) (name string, j *rating.Judge, err error) {
	named := plan.Scenario.Judge
	if c.Judge != "" {
		named = namedWeights(c.Judge)
	}
	if named == (weights.Name{}) {
		return "", nil, nil
	}
	w, err := models.Open(named)
	if err != nil {
		return "", nil, exit.With(exit.Setup, err)
	}
	if w.Codec == nil {
		return "", nil, exit.Errorf(exit.Usage, "the judge %s has random weights without a tokenizer; allowed is builtin:NAME or a checkpoint folder", named)
	}
	return named.String(), rating.NewJudge(w, 1), nil
}

// share keeps the part of the plan that --shard asks for.
func (c *runCmd) share(plan *scenario.Plan) (own *scenario.Plan, suffix string, err error) {
	if c.Shard == "" {
		return plan, "", nil
	}
	if c.Budget > 0 {
		return nil, "", exit.Errorf(exit.Usage, "--budget fits a run to one machine and --shard divides it among several: give one of them")
	}
	part, err := shard.Parse(c.Shard, os.Getenv)
	if err != nil {
		return nil, "", exit.With(exit.Usage, err)
	}
	own, c.whole = harness.Share(plan, part, c.work)
	return own, fmt.Sprintf("-part-%d-of-%d", part.Index+1, part.Count), nil
}

// arguments are those that decide what is measured, as on the command line.
func (c *runCmd) arguments() string {
	text := c.scenarioFile.arguments()
	for _, flag := range []struct {
		given bool
		text  string
	}{
		{c.Trace >= 0, fmt.Sprintf("--trace %d", c.Trace)},
		{c.Judge != "", "--judge " + c.Judge},
		{c.Isolate, "--isolate"},
		{c.Load != "", "--load " + c.Load},
		{c.Goodput != "", "--goodput " + c.Goodput},
		{c.Shard != "", "--shard " + c.Shard},
		{c.MaxMemory > 0, fmt.Sprintf("--max-memory %d", c.MaxMemory)},
		{c.Threads > 0, fmt.Sprintf("--threads %d", c.Threads)},
		{c.Budget > 0, fmt.Sprintf("--budget %v", c.Budget)},
	} {
		if flag.given {
			text += " " + flag.text
		}
	}
	return text
}
