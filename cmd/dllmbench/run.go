package main

import (
	"path/filepath"
	"time"

	"dllmbench/engines/library"
	"dllmbench/harness/exit"
	"dllmbench/harness/load"
	"dllmbench/harness/result"
	"dllmbench/reports/cells"
	"dllmbench/reports/table"
)

// runCmd measures a scenario and renders the report.
type runCmd struct {
	scenarioFile `embed:""`
	Out          string        `placeholder:"DIR" help:"Folder for the results; by default a new one below results/."`
	Resume       bool          `help:"Continue the run in the folder given with --out."`
	Trace        int           `placeholder:"N" default:"-1" help:"Trace this many instances of each cell, instead of the scenario's number; 0 for none."`
	Strict       bool          `help:"Fail with exit code 4 if a cell or its timings are invalid."`
	Isolate      bool          `help:"Decode each cell in its own process: peak memory is measured per cell, and an engine that hangs is killed."`
	MaxMemory    int64         `placeholder:"MIB" help:"With --isolate: limit of the resident memory of such a process, in MiB."`
	Shard        string        `placeholder:"I/N" help:"Run only part I of N; auto takes both from a Slurm array job, auto/N the part from a Kubernetes job. The merge command joins the parts."`
	Load         string        `placeholder:"HOW" help:"Send requests as a load: poisson:RATE (a second), concurrency:CLIENTS, single_stream or offline; latency then counts from the moment a request came."`
	Goodput      string        `placeholder:"LIMITS" help:"Count requests within limits, such as ttft:200ms,tpot:20ms,e2e:2s,exact (or partial:0.8)."`
	Threads      int           `placeholder:"N" help:"Worker threads of every cell, instead of the scenario's."`
	Budget       time.Duration `placeholder:"TIME" help:"Scale repetitions (and instances, once repetitions are 1) to about this time, such as 10m, and report the remaining statistical power."`
	Judge        string        `placeholder:"WEIGHTS" help:"Also compute the likelihood of every output under these weights: builtin:NAME or a checkpoint folder."`
	Progress     string        `enum:"auto,plain,none" default:"auto" help:"Progress on stderr: auto (a live view on a terminal, else a line every few seconds), plain or none."`

	tableFormat

	format   table.Format[cells.Run] // of the flag
	arrivals *load.Process           // of --load; nil without
	good     *result.Goodput         // of --goodput; nil without
	fitted   map[string]string       // metadata about --budget
	whole    *result.Shard           // of a run of which this is a part
	work     map[string]float64      // of a batch by cell id
}

// Help shows how the command is used.
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

// maxTraces is the most instances of a cell that --trace takes.
const maxTraces = 10000

// Run measures, renders and says in words what came out.
func (c *runCmd) Run(con *console) error {
	if c.Resume && c.Out == "" {
		return exit.Errorf(exit.Usage, "--resume continues the run in a folder: say which one with --out")
	}
	var err error
	if c.format, err = c.chosen(); err != nil {
		return err
	}
	s, err := c.parse()
	if err != nil {
		return err
	}
	if c.Threads < 0 || c.Threads > 1024 {
		return exit.Errorf(exit.Usage, "--threads is %d, allowed is 1 to 1024", c.Threads)
	} else if c.Threads > 0 {
		s.Measurement.Threads = []int{c.Threads}
	}
	if c.MaxMemory < 0 || c.MaxMemory > 0 && !c.Isolate {
		return exit.Errorf(exit.Usage, "--max-memory is a number of MiB and needs --isolate")
	}
	if err := c.loads(s); err != nil {
		return err
	}
	if c.Trace > maxTraces || c.Trace < -1 {
		return exit.Errorf(exit.Usage, "--trace is %d, allowed is 0 to %d", c.Trace, maxTraces)
	} else if c.Trace >= 0 {
		s.SetTrace(c.Trace)
	}
	models := &library.Shelf{}
	plan, err := expand(s, models)
	if err != nil {
		return err
	}
	tellNotes(con, plan)
	if c.fitted, err = c.fit(con, plan, models); err != nil {
		return err
	}
	if c.work, err = newCounter(models, con.now).Work(plan); err != nil {
		return exit.With(exit.Setup, err)
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
