package main

import (
	"cmp"
	"fmt"
	"math/bits"
	"os"
	"path/filepath"
	"time"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines/library"
	"dllmbench/engines/rating"
	"dllmbench/engines/weights"
	"dllmbench/harness"
	"dllmbench/harness/exit"
	"dllmbench/harness/load"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/shard"
	"dllmbench/reports/cells"
	"dllmbench/reports/table"
	"dllmbench/reports/terminal"
)

// runCmd measures a scenario and renders the report.
type runCmd struct {
	scenarioFile `embed:""`
	Out          string        `placeholder:"DIR" help:"Folder for the results; by default a new one below results/."`
	Resume       bool          `help:"Continue the run in the folder given with --out."`
	Trace        int           `range:"0 to 10000" placeholder:"N" default:"-1" help:"Trace this many instances of each cell, instead of the scenario's number; 0 for none."`
	DryRun       bool          `help:"Send and decode nothing: print the most that endpoints would be asked, in requests, tokens and money."`
	Strict       bool          `help:"Fail with exit code 4 if a cell or its timings are invalid."`
	Isolate      bool          `help:"Decode each cell in its own process: peak memory is measured per cell, and an engine that hangs is killed."`
	MaxMemory    int           `range:"0 to 1073741824" placeholder:"MIB" help:"With --isolate: limit of the resident memory of such a process, in MiB."`
	Shard        string        `placeholder:"I/N" help:"Run only part I of N; auto takes both from a Slurm array job, auto/N the part from a Kubernetes job. The merge command joins the parts."`
	Jobs         int           `range:"1 to 1024" placeholder:"N" default:"1" help:"Have N pinned processes of this machine do the run at once. All its times are void; counters, outputs and quality are not."`
	Beside       int           `hidden:"" range:"0 to 1024" help:"Workers of --jobs that run at the same time."`
	Load         string        `placeholder:"HOW" help:"Send requests as a load: poisson:RATE or constant:RATE (a second), bursts:RATE:SIZE, ramp:FROM:TO, concurrency:CLIENTS, single_stream, offline, or sweep for 1, 2, 4, … clients until that brings no more; latency then counts from the moment a request came."`
	Goodput      string        `placeholder:"LIMITS" help:"Count requests within limits, such as ttft:200ms,tpot:20ms,e2e:2s,exact (or partial:0.8)."`
	Threads      int           `range:"0 to 1024" placeholder:"N" help:"Worker threads of every cell, instead of the scenario's."`
	Budget       time.Duration `range:"1us to 720h" placeholder:"TIME" help:"Scale repetitions (and instances, once repetitions are 1) to about this time, such as 10m, and report the remaining statistical power."`
	Judge        string        `placeholder:"WEIGHTS" help:"Also compute the likelihood of every output under these weights: builtin:NAME or a checkpoint (folder or .gguf file)."`
	Progress     string        `enum:"auto,plain,none" default:"auto" help:"Progress on stderr: auto (a live view on a terminal, else a line every few seconds), plain or none."`

	codeFlags `embed:""`
	tableFormat

	format   table.Format[cells.Run] // of the flag
	arrivals *load.Process           // of --load; nil without
	good     *result.Goodput         // of --goodput; nil without
	fitted   map[string]string       // metadata about --budget
	whole    *result.Shard           // of a run of which this is a part
	work     map[string]float64      // of a batch by cell id
	fresh    string                  // the new folder that takes the place of Out, unless there is one already
	sweep    int                     // most clients of a sweep; 0 for none
	machine  *harness.Options        // what reads this machine; nil to make it
	advanced func()                  // is called when the run advances; may be nil
	base     string                  // folder of the sweep that this is a level of; "" for none
}

func (*runCmd) Help() string {
	return `Writes results.jsonl, and from it report.html, summary.md and plots/. Ctrl-C keeps finished requests; to continue, run
the same command with --resume and --out.

Formats of the final table:

` + cells.Formats().Help() + `
Examples:

    dllmbench run
    dllmbench run --quick
    dllmbench run --quick --format json > quick.json
    dllmbench run my-scenario.yaml --budget 10m
    dllmbench run my-scenario.yaml --set measurement.repeats=6
    dllmbench run my-scenario.yaml --out results/mine
    dllmbench run my-scenario.yaml --out results/mine --resume`
}

// Run measures, renders and says in words what came out.
func (c *runCmd) Run(con *console) error {
	if c.Resume && c.Out == "" {
		return exit.Errorf(exit.Usage, "--resume continues the run in a folder: say which one with --out")
	}
	var err error
	if c.format, err = c.chosen(); err != nil {
		return err
	}
	if con.python, err = c.runner(con); err != nil {
		return err
	}
	var change []func(*scenario.Scenario) []string
	if c.Threads > 0 {
		change = append(change, func(s *scenario.Scenario) []string { return s.WithThreads(c.Threads) })
	}
	s, err := c.parse(con, change...)
	if err != nil {
		return err
	}
	if c.Trace >= 0 {
		s.SetTrace(c.Trace)
	}
	if c.Budget > 0 && c.Shard != "" {
		return exit.Errorf(exit.Usage, "--budget fits a run to one machine and --shard divides it among several: give one of them")
	}
	if c.MaxMemory > 0 && !c.Isolate {
		return exit.Errorf(exit.Usage, "--max-memory is a number of MiB and needs --isolate")
	}
	if err := c.loads(s); err != nil {
		return err
	}
	models := &library.Shelf{}
	plan, err := con.expand(s, models, setup.Expand)
	if err != nil {
		return err
	}
	con.tell(plan, nil)
	if done, err := c.bill(con, plan); done || err != nil {
		return err
	}
	if c.fitted, err = c.fit(con, plan, models); err != nil {
		return err
	}
	if c.work, err = setup.Counter(models, con.now).Work(con.ctx, plan); err != nil {
		return setup.Planned(err)
	}
	if c.Budget == 0 && !c.Resume && c.arrivals == nil && !c.scales() {
		if err := c.foretell(con, plan, models); err != nil {
			return err
		}
	}
	if c.Jobs > 1 {
		return c.runJobs(con, plan)
	}
	plan, suffix, err := c.share(plan)
	if err != nil {
		return err
	}
	c.fresh = filepath.Join("results", s.Name+"-"+con.now().Format("20060102-150405")+suffix)
	if c.sweep > 0 {
		return c.levels(con, plan, models)
	}
	return c.measure(con, plan, models)
}

// bill looks at what endpoints are asked before they are. It is done where nothing is to be
// run, and fails where their limits do not suffice.
func (c *runCmd) bill(con *console, plan *scenario.Plan) (done bool, err error) {
	list, err := setup.Bills(plan, c.ends, max(1, bits.Len(uint(c.sweep))), c.arrivals)
	if err != nil {
		return true, exit.With(exit.Setup, err)
	}
	if c.DryRun {
		fmt.Fprintln(con.stderr, "the most that endpoints are asked; bytes stand for the tokens of prompts, each of which has one at least")
		err = setup.WriteBills(con.stdout, list)
	}
	for _, b := range list {
		if why := b.Over(); why != "" && err == nil {
			err = exit.Errorf(exit.Usage, "%s; nothing was sent", why)
		}
	}
	return c.DryRun, err
}

// loads takes load and goodput from the flags, else from the scenario.
func (c *runCmd) loads(s *scenario.Scenario) (err error) {
	if c.good, err = load.ParseGoodput(c.Goodput); err != nil {
		return exit.With(exit.Usage, err)
	}
	if c.good == nil {
		c.good = s.Goodput
	}
	c.arrivals = s.Load
	most, sweeps, err := load.ParseSweep(c.Load)
	switch {
	case err != nil:
		return exit.With(exit.Usage, err)
	case sweeps && c.Shard != "":
		return exit.Errorf(exit.Usage, "--load sweep ends by what it measures, and --shard divides it among several: give one of them")
	case sweeps:
		c.sweep, c.arrivals = most, &load.Process{Kind: "concurrency", Clients: 1}
	case c.Load != "":
		p, err := load.Parse(c.Load, load.SweepForm)
		if err != nil {
			return exit.With(exit.Usage, err)
		}
		c.arrivals = &p
	}
	if c.arrivals != nil && s.Stops() {
		return exit.Errorf(exit.Usage, "until ends cells by their instances, which a load sends by a rhythm of its own: leave out one of them")
	}
	if c.arrivals != nil && c.Budget > 0 {
		return exit.Errorf(exit.Usage, "--budget fits repetitions to decoding one batch after another, which a load does not do: leave out one of them")
	}
	return nil
}

// judge loads the judge of a run: the one of the flag, else that of the scenario;
// nil if neither names one.
func (c *runCmd) judge(con *console, plan *scenario.Plan, models *library.Shelf) (name string, j *rating.Judge, err error) {
	named := plan.Scenario.Judge
	if c.Judge != "" {
		named = namedWeights(c.Judge)
	}
	if named == (weights.Name{}) {
		return "", nil, nil
	}
	w, err := setup.Text(models, named)
	if err != nil {
		return "", nil, fmt.Errorf("the judge %w", err)
	}
	spec := w.Model.Spec()
	for _, why := range spec.UntrainedCausal() {
		fmt.Fprintf(con.stderr, "note: the judge %s is used untrained: %s\n", terminal.Visible(named.String()), why)
	}
	return named.String(), rating.NewJudge(w, 1), nil
}

// share keeps the part of the plan that --shard asks for.
func (c *runCmd) share(plan *scenario.Plan) (own *scenario.Plan, suffix string, err error) {
	if c.Shard == "" {
		return plan, "", nil
	}
	part, err := shard.Parse(c.Shard, os.Getenv)
	if err != nil {
		return nil, "", exit.With(exit.Usage, err)
	}
	workers := part.Count
	if c.arrivals != nil { // a group is one session
		workers = 1
	}
	units := shard.Units(plan, c.work, workers)
	mine := shard.Assign(units, part.Count)[part.Index]
	c.whole = shard.Describe(plan, units, mine, part)
	return shard.Take(plan, mine), fmt.Sprintf("-part-%d-of-%d", part.Index+1, part.Count), nil
}

// again is the command line that continues the run.
func (c *runCmd) again(args []string) string {
	if c.Beside > 0 { // which the run that started it says
		return "run --jobs with --resume"
	}
	if !c.Resume {
		args = append([]string{"--resume"}, args...)
	}
	if c.fresh != "" {
		args = append([]string{"--out", cmp.Or(c.base, c.Out)}, args...)
	}
	return "dllmbench run " + terminal.Command(args...)
}
