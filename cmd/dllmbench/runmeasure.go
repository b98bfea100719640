package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines/library"
	"dllmbench/engines/rating"
	"dllmbench/harness"
	"dllmbench/harness/claims"
	"dllmbench/harness/exit"
	"dllmbench/harness/lists"
	"dllmbench/harness/lock"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/trace"
	"dllmbench/harness/worker"
	"dllmbench/reports/folder"
	"dllmbench/reports/terminal"
	"dllmbench/reports/view"
	"strings"
)

const elsewhere = "continue them with --resume or choose another --out"

// measure runs what is left of the plan and renders what is there.
func (c *runCmd) measure(con *console, plan *scenario.Plan, models *library.Shelf) error {
	done, err := c.records(con, plan, models)
	if err != nil || c.whole != nil && len(plan.Groups) == 0 {
		return err
	}
	if c.base == "" && c.Beside == 0 {
		err = con.rendering(c.format).Render(c.Out)
	}
	return errors.Join(err, c.verdict(con, done, place.Keys(result.Header{Cells: plan.Cells()})))
}

// records measures what is left of the plan.
func (c *runCmd) records(con *console, plan *scenario.Plan, models *library.Shelf) (done harness.Summary, err error) {
	if c.machine == nil {
		opt := setup.Machine(con.now)
		c.machine = &opt
	}
	opt := *c.machine
	opt.Session.Started = con.now().Format(time.RFC3339)
	if con.python != nil {
		opt.Session.Env.Python = con.python.Says()
		fmt.Fprintln(con.stderr, "answers that are Python: "+terminal.Visible(opt.Session.Env.Python))
	}
	if !c.Resume && c.Out != "" { // before any server is asked
		if err := folder.Taken(c.Out, elsewhere); err != nil {
			return done, err
		}
	}
	if opt.Session.Probes, err = setup.Probed(con.ctx, plan); err != nil {
		return done, err
	}
	con.probed(opt.Session.Probes)
	stopped, stop := setup.Watch(con.now)
	defer stop()
	opt.Stopped = stopped
	named, judge, err := c.judge(con, plan, models)
	if err != nil {
		return done, err
	}
	if judge != nil {
		defer judge.Close()
		opt.Judge = judge.Rate
	}
	release, err := c.claim(con)
	if err != nil {
		return done, err
	}
	defer release()
	out, old, err := c.open(con, plan, named, judge, opt.Session.Env)
	if err != nil {
		return done, err
	}
	if c.whole != nil && len(plan.Groups) == 0 {
		fmt.Fprintf(con.stderr, "part %s has nothing to do: the plan has fewer units of work than parts. There is no report of it; merge takes %s as a part without records\n", c.whole, c.Out)
		return done, exit.With(exit.Execution, out.Close())
	}
	con.keep("finished requests are kept. To continue: "+c.again(con.args[1:]), 0)
	fmt.Fprintf(con.stderr, "%s: %s, results in %s\n", plan.Scenario.File, lists.Count(len(plan.Cells()), "cell"), c.Out)
	closeTraces := func() error { return nil }
	if plan.Traces() > 0 {
		tracing, err := trace.OpenLog(c.Out)
		if err != nil {
			return done, exit.With(exit.Execution, err)
		}
		closeTraces, opt.Tracing = tracing.Close, tracing
	}
	opt.Build = setup.Builder(models, setup.Gauges(con.now, stopped))
	opt.Session.Isolated, opt.Session.MemoryLimit, opt.Arrivals = c.Isolate, int64(c.MaxMemory)<<20, c.arrivals
	if opt.Session.Client, err = setup.Calibrated(con.ctx, plan, c.arrivals, con.now); err != nil {
		return done, exit.With(exit.Setup, err)
	}
	if c.Isolate {
		opt.BuildTraced, opt.Build = opt.Build, setup.Isolated(worker.Limits{Memory: opt.Session.MemoryLimit}, opt.Build)
	}
	show := terminal.NewDisplay(c.Progress, con.stderr, con.now)
	opt.Work = c.work
	if c.Beside > 0 {
		opt.Void = fmt.Sprintf("measured while %s ran beside it (--jobs)", lists.Count(c.Beside, "other worker"))
	}
	opt.Progress = func(p harness.Progress) {
		if show.Update(stepOf(p)); c.advanced != nil {
			c.advanced()
		}
	}
	done, err = harness.Run(con.ctx, plan, out, old, opt)
	show.Finish()
	for _, finish := range []func() error{out.Close, closeTraces} { // records are on the disk then
		if closeErr := finish(); err == nil {
			err = closeErr
		}
	}
	if lost := context.Cause(con.ctx); errors.Is(lost, lock.ErrLost) {
		return done, exit.Errorf(exit.Execution, "%s: %w", c.Out, lost)
	}
	if err != nil {
		kept := fmt.Sprintf("%d finished requests are kept. To continue: %s", done.Requests, c.again(con.args[1:]))
		if !errors.Is(err, harness.ErrInterrupted) && !errors.As(err, new(*harness.StuckError)) { // which says how
			err = fmt.Errorf("%w; %s", err, kept)
		}
		return done, setup.Failed(err, kept)
	}
	return done, nil
}

// verdict turns failed requests and invalid cells into warnings and errors; names
// are those of the cells in words.
func (c *runCmd) verdict(con *console, done harness.Summary, names map[string]string) error {
	var errs []error
	if n := done.Failed + done.TimedOut; n > 0 {
		errs = append(errs, exit.Errorf(exit.Execution, "%d of %d requests failed (%d of them ran out of time); see their records in %s",
			n, done.Requests, done.TimedOut, filepath.Join(c.Out, folder.Results)))
	}
	warn := func(format string, args ...any) {
		if c.Strict {
			errs = append(errs, exit.Errorf(exit.Execution, format, args...))
		} else {
			fmt.Fprintf(con.stderr, "warning: "+format+"\n", args...)
		}
	}
	for _, v := range done.Invalid {
		warn("%s is invalid: %s", view.Clean(names[v.Cell]), view.Clean(strings.Join(v.Reasons, "; ")))
	}
	for _, v := range done.Untimed {
		warn("the times of %s are invalid and not used: %s", view.Clean(names[v.Cell]), view.Clean(strings.Join(v.Timing, "; ")))
	}
	return errors.Join(errs...)
}

// claim makes the folder, unless the run in it is to be continued, and takes its lock.
func (c *runCmd) claim(con *console) (release func(), err error) {
	switch {
	case c.Resume:
		c.fresh = ""
	case c.base != "": // it was made
	case c.Out == "":
		c.Out, err = folder.Fresh(c.fresh)
	default:
		c.fresh, err = "", os.MkdirAll(c.Out, 0o755)
	}
	if err != nil {
		return nil, exit.With(exit.Execution, err)
	}
	release, err = con.lock(c.Out)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, exit.Errorf(exit.Setup, "cannot resume: there is no folder %s", c.Out)
	}
	return release, err
}

// open makes the results file, or opens the one to be continued.
func (c *runCmd) open(con *console, plan *scenario.Plan, judgeName string, judge *rating.Judge, env result.Env) (*result.Writer, *result.File, error) {
	metadata := map[string]string{}
	maps.Copy(metadata, c.fitted)
	if c.Threads > 0 {
		metadata["threads"] = strconv.Itoa(c.Threads)
	}
	if c.Beside > 0 {
		metadata["jobs"] = strconv.Itoa(c.Beside + 1)
	}
	if c.shortened() {
		metadata[claims.QuickKey] = "few instances and repetitions"
	}
	header := harness.Header(plan, env, con.now(), metadata)
	header.Shard, header.Goodput = c.whole, c.good
	if c.arrivals != nil {
		header.Load = c.arrivals.String()
	}
	if judge != nil {
		header.Judge, header.JudgeDigest = judgeName, judge.Digest()
	}
	path := filepath.Join(c.Out, folder.Results)
	if c.Resume {
		w, old, err := result.Resume(path, header)
		var damaged *result.SyntaxError
		if errors.Is(err, fs.ErrNotExist) || errors.As(err, &damaged) {
			return nil, nil, exit.With(exit.Setup, err)
		}
		if err == nil && (old.Header.Env.Python == "") != (con.python == nil) {
			w.Close()
			return nil, nil, exit.Errorf(exit.Usage, "%s was begun with another --allow-code-execution: continue it as it was begun, or quality would be known of some requests only", path)
		}
		if err == nil && old.Torn {
			fmt.Fprintf(con.stderr, "%s: the last line had no end, as an interrupted run leaves it, and was cut off\n", path)
		}
		return w, old, exit.With(exit.Usage, err)
	}
	w, err := folder.Create(c.Out, header, result.Metrics(), elsewhere)
	return w, nil, err
}

// stepOf is what a display shows of the state of a run: the group of cells that
// is running, a part for each of its cells.
func stepOf(p harness.Progress) terminal.Step {
	step := terminal.Step{Done: p.VisitsDone, Total: p.Visits, Elapsed: p.Elapsed, Left: p.Left, Now: "done"}
	if p.Phase == "done" {
		return step
	}
	task, phase := view.TaskName(p.Cell), ""
	if p.Phase != "measure" {
		phase = ", " + p.Phase
	}
	step.Now = view.DecoderName(p.Cell) + ", " + task + phase
	step.Task = fmt.Sprintf("%s (group %d of %d%s)", task, p.Group, p.Groups, phase)
	for _, t := range p.Turns {
		step.Parts = append(step.Parts, terminal.Part{
			Name: view.DecoderName(t.Cell), Detail: t.Cell.Engine + " / " + t.Cell.Preset,
			Done: t.VisitsDone, Total: t.Visits, Left: t.Left, Rate: t.TokensPerSec, Running: t.Cell.ID == p.Cell.ID,
		})
	}
	return step
}
