package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"dllmbench/engines/library"
	"dllmbench/harness"
	"dllmbench/harness/exit"
	"dllmbench/harness/scenario"
	"dllmbench/harness/trace"
	"dllmbench/harness/worker"
	"dllmbench/reports/folder"
	"dllmbench/reports/terminal"
	"dllmbench/reports/view"
)

// measure runs what is left of the plan and renders what is there.
func (c *runCmd) measure(con *console, plan *scenario.Plan, models *library.Shelf) error {
	opt := machineOptions(con)
	named, judge, err := c.judge(plan, models)
	if err != nil {
		return err
	}
	if judge != nil {
		defer judge.Close()
		opt.Judge = judge.Rate
	}
	out, old, err := c.open(con, plan, named, judge, opt.Session.Env)
	if err != nil {
		return err
	}
	fmt.Fprintf(con.stderr, "%s: %d cells, results in %s\n", plan.Scenario.File, len(plan.Cells()), c.Out)
	if plan.Traces() > 0 {
		tracing, err := trace.OpenLog(c.Out)
		if err != nil {
			return exit.With(exit.Execution, err)
		}
		defer tracing.Close()
		opt.Tracing = tracing
	}
	opt.Build = builder(models, gauges(con))
	opt.Session.Isolated, opt.Arrivals = c.Isolate, c.arrivals
	if c.Isolate {
		opt.BuildTraced, opt.Build = opt.Build, isolated(worker.Limits{Memory: c.MaxMemory << 20})
	}
	show := terminal.NewDisplay(c.Progress, con.stderr, con.now)
	opt.Work = c.work
	opt.Progress = func(p harness.Progress) { show.Update(stepOf(p)) }
	done, err := harness.Run(con.ctx, plan, out, old, opt)
	show.Finish()
	if closeErr := out.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return failed(err, fmt.Sprintf("%d finished requests are kept. To continue: dllmbench run%s --resume --out %s", done.Requests, c.arguments(), c.Out))
	}
	if err := renderFolder(con, c.Out, c.format, view.PageDetail(), nil); err != nil {
		return err
	}
	return c.verdict(con, done)
}

// failed gives the error of a run its exit code. kept says what is left of a run that
// was interrupted.
func failed(err error, kept string) error {
	switch {
	case errors.Is(err, harness.ErrInterrupted):
		return exit.Errorf(exit.Interrupted, "interrupted; %s", kept)
	case errors.As(err, new(*harness.SetupError)):
		return exit.With(exit.Setup, err)
	}
	return exit.With(exit.Execution, err) // for example an engine that does not return, or results that cannot be written
}

// verdict turns failed requests and invalid cells into warnings and errors.
func (c *runCmd) verdict(con *console, done harness.Summary) error {
	var errs []error
	if n := done.Failed + done.TimedOut; n > 0 {
		errs = append(errs, exit.Errorf(exit.Execution, "%d of %d requests failed (%d of them ran out of time); see their records in %s",
			n, done.Requests, done.TimedOut, filepath.Join(c.Out, folder.Results)))
	}
	for _, v := range done.Invalid {
		if c.Strict {
			errs = append(errs, exit.Errorf(exit.Execution, "cell %s is invalid: %q", v.Cell, v.Reasons))
		} else {
			fmt.Fprintf(con.stderr, "warning: cell %s is invalid: %q\n", v.Cell, v.Reasons)
		}
	}
	for _, v := range done.Untimed {
		if c.Strict {
			errs = append(errs, exit.Errorf(exit.Execution, "the times of cell %s are invalid: %q", v.Cell, v.Timing))
		} else {
			fmt.Fprintf(con.stderr, "warning: the times of cell %s are invalid and not used: %q\n", v.Cell, v.Timing)
		}
	}
	return errors.Join(errs...)
}
