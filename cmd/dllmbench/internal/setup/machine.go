package setup

import (
	"context"
	"os"
	"os/exec"
	"sync"
	"time"

	"dllmbench/engines/model"
	"dllmbench/harness"
	"dllmbench/harness/exit"
	"dllmbench/harness/measure"
	"dllmbench/harness/result"
	"dllmbench/harness/transport"
	"dllmbench/harness/worker"
	"dllmbench/workloads"
	"dllmbench/workloads/all"
	"dllmbench/workloads/jsonl"
)

// Watch watches, until stop is called, whether this process is stopped.
func Watch(now func() time.Time) (stopped func(since time.Time) string, stop func()) {
	w := measure.NewWatch(now, func() time.Time { return now().Round(0) }) // without the monotonic reading
	return w.Stopped, w.Start()
}

// Machine are the options of a run that read this machine.
func Machine(now func() time.Time) harness.Options {
	root := os.DirFS("/")
	energy := measure.NewEnergy(root)
	return harness.Options{
		Now: now, Collect: new(measure.Collector).Collect, Energy: energy.Read,
		Activity: func() measure.Activity { return measure.ReadActivity(root) },
		Session:  result.Session{Started: now().Format(time.RFC3339), Env: Environment(now, energy)},
	}
}

// Gauges read this process while it decodes.
func Gauges(now func() time.Time, stopped func(since time.Time) string) transport.Gauges {
	return transport.Gauges{Now: now, Stopped: stopped, Peak: measure.PeakRSS, ResetPeak: measure.ResetPeakRSS, Allocated: measure.Allocated}
}

// Environment describes machine, binary and clock.
func Environment(now func() time.Time, energy *measure.Energy) result.Env {
	env := measure.Environment(model.KernelVariant(), model.ProductBits(), model.QuantLoops())
	env.EnergyFrom, env.ClockNs = energy.Source(), measure.ClockStep(now).Nanoseconds()
	return env
}

// Isolated makes engines in processes of their own; endpoints are opened by here.
func Isolated(limits worker.Limits, here func(context.Context, transport.Spec) (transport.Transport, error)) func(context.Context, transport.Spec) (transport.Transport, error) {
	root := os.DirFS("/")
	limits.Resident = func(pid int) int64 { return measure.Resident(root, pid) }
	return func(ctx context.Context, s transport.Spec) (transport.Transport, error) {
		if s.Open != nil {
			return here(ctx, s)
		}
		cmd, err := Worker("")
		if err != nil {
			return nil, err
		}
		return worker.Alone(ctx, cmd, limits, s)
	}
}

// Limits of judging an answer that is run. What the checker counts ends far below them.
const (
	judgeTime   = 10 * time.Second
	judgeMemory = 1 << 30
)

// Judge judges answers that are run in a child process.
func Judge() *worker.Judge {
	root := os.DirFS("/")
	return &worker.Judge{Limit: judgeTime, Start: func(ctx context.Context) (*worker.Client, error) {
		cmd, err := Worker("")
		if err != nil {
			return nil, err
		}
		return worker.Start(ctx, cmd, worker.Limits{Memory: judgeMemory, Resident: func(pid int) int64 { return measure.Resident(root, pid) }})
	}}
}

// Judging is the other end: it judges in this process.
func Judging() func(worker.Case) workloads.Score {
	list := sync.OnceValue(all.Workloads)
	return func(c worker.Case) workloads.Score {
		if c.Checker != nil {
			checker, err := jsonl.Executing(c.Checker)
			if err != nil {
				panic(err)
			}
			return checker.Check(string(c.Output))
		}
		w, err := workloads.Named(list(), c.Instance.Workload)
		if err != nil {
			panic(err)
		}
		return w.Check(c.Instance, string(c.Output))
	}
}

// Worker is the command line of a worker: the binary of another revision, or "" for
// this program.
func Worker(binary string, args ...string) (cmd *exec.Cmd, err error) {
	if binary == "" {
		binary, err = os.Executable()
	}
	return exec.Command(binary, append([]string{"worker"}, args...)...), exit.With(exit.Setup, err)
}
