package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"dllmbench/harness/exit"
	"dllmbench/harness/lists"
	"dllmbench/harness/measure"
	"dllmbench/harness/scenario"
	"dllmbench/reports/folder"
)

// partsFolder holds, below the folder of a run with --jobs, the parts that its workers do.
const partsFolder = "parts"

// runJobs has the units of a plan done by several processes at once, each on processors of
// its own, and merges what they did. All times are void: workers share caches, memory
// bandwidth and the clock rate of the processor.
func (c *runCmd) runJobs(con *console, plan *scenario.Plan) error {
	if err := c.alone(plan); err != nil {
		return err
	}
	processors := measure.UsableProcessors()
	each := len(processors) / c.Jobs
	for _, g := range plan.Groups {
		if g.Threads > each {
			return exit.Errorf(exit.Usage, "--jobs %d leaves %s for each worker, and the scenario has cells of %d threads: give fewer jobs, or --threads %d",
				c.Jobs, lists.Count(each, "processor"), g.Threads, max(1, each))
		}
	}
	c.fresh = filepath.Join("results", plan.Scenario.Name+"-"+con.now().Format("20060102-150405"))
	if c.Out == "" {
		var err error
		if c.Out, err = folder.Fresh(c.fresh); err != nil {
			return exit.With(exit.Execution, err)
		}
	} else if err := folder.Taken(c.Out, "choose another --out"); err != nil {
		return err
	}
	pin, err := exec.LookPath("taskset")
	where := "each on processors of its own"
	if err != nil || runtime.GOOS != "linux" {
		pin, where = "", "not pinned, because there is no taskset here"
	}
	fmt.Fprintf(con.stderr, "%s: %s at once (--jobs), %s. All times of this run are void; counters, outputs and quality are those of one worker\n",
		plan.Scenario.File, lists.Count(c.Jobs, "worker"), where)
	ctx, stop := context.WithCancel(con.ctx)
	defer stop()
	var failed error // of the worker that failed first: the others are interrupted then
	var once sync.Once
	dirs := make([]string, c.Jobs)
	var all sync.WaitGroup
	said := &together{to: con.stderr}
	for i := range c.Jobs {
		dirs[i] = filepath.Join(c.Out, partsFolder, fmt.Sprint(i+1))
		all.Go(func() {
			if err := c.job(ctx, con, said, i, dirs[i], pin, processors[i*each:(i+1)*each]); err != nil {
				once.Do(func() { failed = err })
				stop() // what is finished is kept
			}
		})
	}
	all.Wait()
	if con.ctx.Err() != nil {
		return exit.Errorf(exit.Interrupted, "interrupted; finished requests are kept. To continue, run the same command with --out %s --resume", c.Out)
	}
	if failed != nil {
		return fmt.Errorf("%w; finished requests are kept: run the same command with --out %s --resume", failed, c.Out)
	}
	err = (&mergeCmd{Dirs: dirs, Out: c.Out}).Run(con)
	if folder.Taken(c.Out, "") != nil { // the whole is there
		err = errors.Join(err, exit.With(exit.Execution, os.RemoveAll(filepath.Join(c.Out, partsFolder))))
	}
	return err
}

// alone refuses what needs a machine, or an endpoint, for one process.
func (c *runCmd) alone(plan *scenario.Plan) error {
	switch {
	case c.Shard != "" || c.arrivals != nil || c.Budget > 0:
		return exit.Errorf(exit.Usage, "--jobs measures no times, and --shard, --load and --budget are for one process on a machine: leave out one of them")
	case slices.ContainsFunc(plan.Groups, func(g scenario.Group) bool { return g.Open != nil }):
		return exit.Errorf(exit.Usage, "--jobs is for decoders of this program; endpoints have limits that one process keeps")
	case c.Resume && c.Out == "":
		return exit.Errorf(exit.Usage, "--resume continues the run in a folder: say which one with --out")
	}
	return nil
}

// job is one worker: this program with the same arguments, doing a part.
func (c *runCmd) job(ctx context.Context, con *console, said io.Writer, i int, dir, pin string, processors []string) error {
	program, err := os.Executable()
	if err != nil {
		return exit.With(exit.Execution, err)
	}
	args := append(slices.Clone(con.args), fmt.Sprintf("--shard=%d/%d", i+1, c.Jobs), "--jobs=1", fmt.Sprintf("--beside=%d", c.Jobs-1), "--out="+dir, "--progress=none", "--resume=false")
	if _, err := os.Stat(filepath.Join(dir, folder.Results)); err == nil {
		if !c.Resume {
			return exit.Errorf(exit.Usage, "%s holds results already: continue them with --resume, or choose another --out", dir)
		}
		args[len(args)-1] = "--resume=true"
	}
	if pin != "" {
		args = append([]string{"-c", strings.Join(processors, ","), program}, args...)
		program = pin
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	cmd.Stderr = said
	err = cmd.Run()
	var ended *exec.ExitError
	if errors.As(err, &ended) && ended.ExitCode() > 0 {
		return exit.Errorf(ended.ExitCode(), "worker %d of %d ended with exit code %d", i+1, c.Jobs, ended.ExitCode())
	}
	return exit.With(exit.Execution, err)
}

// together lets several programs write to one place.
type together struct {
	mu sync.Mutex
	to io.Writer
}

func (t *together) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.to.Write(p)
}
