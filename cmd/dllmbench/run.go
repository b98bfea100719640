package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"time"

	"dllmbench/engines/model"
	"dllmbench/harness"
	"dllmbench/harness/claims"
	"dllmbench/harness/load"
	"dllmbench/harness/measure"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/shard"
	"dllmbench/harness/worker"
)

// runCmd measures a scenario and renders the report.
type runCmd struct {
	scenarioFile `embed:""`
	Out          string        `placeholder:"DIR" help:"Folder for the results; without it a new one below results/."`
	Resume       bool          `help:"Continue the run in the folder of --out."`
	Trace        int           `placeholder:"N" default:"-1" help:"Trace this many instances of each cell, instead of the scenario's number; 0 for none."`
	Strict       bool          `help:"Fail with exit code 4 when a cell, or its times, are invalid."`
	Isolate      bool          `help:"Decode each cell in a process of its own: its peak memory is its own, and an engine that does not return is ended."`
	MaxMemory    int64         `placeholder:"MIB" help:"With --isolate, the most resident memory of such a process in MiB."`
	Shard        string        `placeholder:"I/N" help:"Run only part I of N; auto takes both from a Slurm array job, auto/N the part from a Kubernetes job. The merge command joins the parts."`
	Load         string        `placeholder:"HOW" help:"Send requests as a load: poisson:RATE (a second), concurrency:CLIENTS, single_stream or offline; latency then counts from the moment a request came."`
	Goodput      string        `placeholder:"LIMITS" help:"Count requests within limits, such as ttft:200ms,tpot:20ms,e2e:2s,exact (or partial:0.8)."`
	Threads      int           `placeholder:"N" help:"Worker threads of every cell, instead of the scenario's."`
	Budget       time.Duration `placeholder:"TIME" help:"Fit repetitions, and where they are 1 instances, to about this time (10m), and say what power is left."`
	Judge        string        `placeholder:"WEIGHTS" help:"Rate every output by its likelihood under these weights: builtin:NAME or a checkpoint folder."`
	Progress     string        `enum:"auto,plain,none" default:"auto" help:"Progress on stderr: auto (a bar on a terminal), plain or none."`

	arrivals *load.Process     // of --load; nil without
	good     *result.Goodput   // of --goodput; nil without
	fitted   map[string]string // metadata about --budget
	whole    *result.Shard     // of a run of which this is a part
}

// Help shows how the command is used.
func (*runCmd) Help() string {
	return `The folder receives results.jsonl, from which everything else is made, report.html, summary.md and
plots/. Ctrl-C keeps what is finished; run the same command again with --resume and --out.

Examples:

    dllmbench run
    dllmbench run --quick
    dllmbench run my-scenario.yaml --budget 10m
    dllmbench run my-scenario.yaml --set measurement.repeats=6
    dllmbench run my-scenario.yaml --out results/mine
    dllmbench run my-scenario.yaml --out results/mine --resume`
}

// maxTraces is the most instances of a cell that --trace takes.
const maxTraces = 10000

// resultsFile is the name of the results in a run's folder.
const resultsFile = "results.jsonl"

// Run measures, renders and says in words what came out.
func (c *runCmd) Run(con *console) error {
	if c.Resume && c.Out == "" {
		return failf(exitUsage, "--resume continues the run in a folder: say which one with --out")
	}
	s, err := c.parse()
	if err != nil {
		return err
	}
	if c.Threads < 0 || c.Threads > 1024 {
		return failf(exitUsage, "--threads is %d, allowed is 1 to 1024", c.Threads)
	} else if c.Threads > 0 {
		s.Measurement.Threads = []int{c.Threads}
	}
	if c.MaxMemory < 0 || c.MaxMemory > 0 && !c.Isolate {
		return failf(exitUsage, "--max-memory is a number of MiB and needs --isolate")
	}
	if err := c.loads(s); err != nil {
		return err
	}
	if c.Trace > maxTraces || c.Trace < -1 {
		return failf(exitUsage, "--trace is %d, allowed is 0 to %d", c.Trace, maxTraces)
	} else if c.Trace >= 0 {
		s.SetTrace(c.Trace)
	}
	models := &library{}
	plan, err := expand(s, models)
	if err != nil {
		return err
	}
	tellNotes(con, plan)
	if c.fitted, err = c.fit(con, plan, models); err != nil {
		return err
	}
	if err := harness.CheckLoad(plan, c.arrivals); err != nil {
		return withCode(exitUsage, err)
	}
	plan, suffix, err := c.share(plan)
	if err != nil {
		return err
	}
	if c.Out == "" {
		c.Out = freshFolder(filepath.Join("results", s.Name+"-"+con.now().Format("20060102-150405")+suffix))
	}
	return c.measure(con, plan, models)
}

// loads takes load and goodput from the flags, else from the scenario.
func (c *runCmd) loads(s *scenario.Scenario) (err error) {
	if c.good, err = parseGoodput(c.Goodput); err != nil {
		return err
	}
	if c.good == nil {
		c.good = s.Goodput
	}
	c.arrivals = s.Load
	if c.Load != "" {
		p, err := load.Parse(c.Load)
		if err != nil {
			return withCode(exitUsage, err)
		}
		c.arrivals = &p
	}
	if c.arrivals != nil && c.Budget > 0 {
		return failf(exitUsage, "--budget fits repetitions to decoding one batch after another, which a load does not do: leave out one of them")
	}
	return nil
}

// share keeps the part of the plan that --shard asks for.
func (c *runCmd) share(plan *scenario.Plan) (own *scenario.Plan, suffix string, err error) {
	if c.Shard == "" {
		return plan, "", nil
	}
	if c.Budget > 0 {
		return nil, "", failf(exitUsage, "--budget fits a run to one machine and --shard divides it among several: give one of them")
	}
	part, err := shard.Parse(c.Shard, os.Getenv)
	if err != nil {
		return nil, "", withCode(exitUsage, err)
	}
	own, c.whole = harness.Share(plan, part)
	return own, fmt.Sprintf("-part-%d-of-%d", part.Index+1, part.Count), nil
}

// freshFolder returns a path that does not exist yet: base, or base with a number.
func freshFolder(base string) string {
	path := base
	for n := 2; ; n++ {
		if _, err := os.Stat(path); err != nil {
			return path
		}
		path = fmt.Sprintf("%s-%d", base, n)
	}
}

// measure runs what is left of the plan and renders what is there.
func (c *runCmd) measure(con *console, plan *scenario.Plan, models *library) error {
	referee, err := openJudge(c.Judge, plan.Scenario.Judge, models, 1)
	if err != nil {
		return err
	}
	defer referee.Close()
	out, old, err := c.open(con, plan, referee)
	if err != nil {
		return err
	}
	fmt.Fprintf(con.stderr, "%s: %d cells, results in %s\n", plan.Scenario.File, len(plan.Cells()), c.Out)
	tracing, err := openTraces(c.Out, plan.Traces())
	if err != nil {
		return withCode(exitExecution, err)
	}
	defer tracing.Close()
	show := newDisplay(c.Progress, con.stderr)
	opt := machineOptions(con)
	opt.Build, opt.Tracing, opt.Judge = builder(models), tracing.harness(), referee.harness()
	opt.Session.Isolated, opt.Arrivals = c.Isolate, c.arrivals
	if c.Isolate {
		opt.BuildTraced, opt.Build = opt.Build, isolated(worker.Limits{Memory: c.MaxMemory << 20})
	}
	opt.Progress = func(p harness.Progress) {
		show.update(progressStep{p.VisitsDone, p.Visits, p.Elapsed, p.Left, cellTitle(p)})
	}
	done, runErr := harness.Run(con.ctx, plan, out, old, opt)
	show.finish()
	if err := out.Close(); runErr == nil {
		runErr = err
	}
	var setup *harness.SetupError
	switch {
	case errors.Is(runErr, harness.ErrInterrupted):
		return failf(exitInterrupted, "interrupted; %d finished requests are kept. To continue: dllmbench run%s --resume --out %s",
			done.Requests, c.arguments(), c.Out)
	case errors.As(runErr, &setup):
		return withCode(exitSetup, runErr)
	case errors.As(runErr, new(*harness.StuckError)):
		return withCode(exitExecution, runErr)
	case runErr != nil: // the results cannot be written
		return withCode(exitExecution, runErr)
	}
	if _, err := renderFolder(con, c.Out); err != nil {
		return err
	}
	return c.verdict(con, done)
}

// verdict turns failed requests and invalid cells into warnings and errors.
func (c *runCmd) verdict(con *console, done harness.Summary) error {
	var errs []error
	if n := done.Failed + done.TimedOut; n > 0 {
		errs = append(errs, failf(exitExecution, "%d of %d requests failed (%d of them ran out of time); see their records in %s",
			n, done.Requests, done.TimedOut, filepath.Join(c.Out, resultsFile)))
	}
	for _, v := range done.Invalid {
		if c.Strict {
			errs = append(errs, failf(exitExecution, "cell %s is invalid: %q", v.Cell, v.Reasons))
		} else {
			fmt.Fprintf(con.stderr, "warning: cell %s is invalid: %q\n", v.Cell, v.Reasons)
		}
	}
	for _, v := range done.Untimed {
		if c.Strict {
			errs = append(errs, failf(exitExecution, "the times of cell %s are invalid: %q", v.Cell, v.Timing))
		} else {
			fmt.Fprintf(con.stderr, "warning: the times of cell %s are invalid and not used: %q\n", v.Cell, v.Timing)
		}
	}
	return errors.Join(errs...)
}

// open makes the folder and its results file, or opens those to be continued.
func (c *runCmd) open(con *console, plan *scenario.Plan, referee *judge) (*result.Writer, *result.File, error) {
	metadata := map[string]string{}
	maps.Copy(metadata, c.fitted)
	if c.shortened() {
		metadata[claims.QuickKey] = "few instances and repetitions"
	}
	header := harness.Header(plan, measure.Environment(model.KernelVariant(), model.ProductBits()), con.now(), metadata)
	header.Shard, header.Goodput = c.whole, c.good
	if c.arrivals != nil {
		header.Load = c.arrivals.String()
	}
	if referee != nil {
		header.Judge, header.JudgeDigest = referee.name, referee.weights.model.Digest()
	}
	path := filepath.Join(c.Out, resultsFile)
	if c.Resume {
		w, old, err := result.Resume(path, header)
		var damaged *result.SyntaxError
		if errors.Is(err, fs.ErrNotExist) || errors.As(err, &damaged) {
			return nil, nil, withCode(exitSetup, err)
		}
		if err == nil && old.Torn {
			fmt.Fprintf(con.stderr, "%s: the last line had no end, as an interrupted run leaves it, and was cut off\n", path)
		}
		return w, old, withCode(exitUsage, err)
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return nil, nil, withCode(exitUsage, err)
	}
	w, err := result.Create(path, header, metrics())
	if errors.Is(err, fs.ErrExist) {
		return nil, nil, failf(exitUsage, "%s holds results already: continue them with --resume or choose another --out", c.Out)
	}
	if errors.Is(err, fs.ErrPermission) {
		return nil, nil, withCode(exitUsage, err)
	}
	return w, nil, withCode(exitExecution, err)
}

// arguments are those that decide what is measured, as on the command line.
func (c *runCmd) arguments() string {
	text := c.scenarioFile.arguments()
	if c.Trace >= 0 {
		text += fmt.Sprintf(" --trace %d", c.Trace)
	}
	if c.Judge != "" {
		text += " --judge " + c.Judge
	}
	if c.Isolate {
		text += " --isolate"
	}
	if c.Load != "" {
		text += " --load " + c.Load
	}
	if c.Goodput != "" {
		text += " --goodput " + c.Goodput
	}
	if c.Shard != "" {
		text += " --shard " + c.Shard
	}
	if c.MaxMemory > 0 {
		text += fmt.Sprintf(" --max-memory %d", c.MaxMemory)
	}
	if c.Threads > 0 {
		text += fmt.Sprintf(" --threads %d", c.Threads)
	}
	if c.Budget > 0 {
		text += fmt.Sprintf(" --budget %v", c.Budget)
	}
	return text
}

// cellTitle says in a few words what is running.
func cellTitle(p harness.Progress) string {
	if p.Phase == "done" {
		return "done"
	}
	cell := p.Cell
	title := cell.Label
	if cell.Variant != "" {
		title += " " + cell.Variant
	}
	if cell.CostOnly {
		title += ", " + cell.Weights
	} else {
		title += ", " + cell.Workload + " " + cell.Rung
	}
	if p.Phase != "measure" {
		title += " (" + p.Phase + ")"
	}
	return title
}
