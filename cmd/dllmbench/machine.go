package main

import (
	"context"
	"os"
	"time"

	"dllmbench/engines/model"
	"dllmbench/harness"
	"dllmbench/harness/measure"
	"dllmbench/harness/result"
	"dllmbench/harness/transport"
	"dllmbench/harness/worker"
)

// machineOptions are the options of a run that read this machine.
func machineOptions(con *console) harness.Options {
	root := os.DirFS("/")
	energy := measure.NewEnergy(root)
	return harness.Options{
		Now: con.now, Collect: new(measure.Collector).Collect, Energy: energy.Read,
		Activity: func() measure.Activity { return measure.ReadActivity(root) },
		Session:  result.Session{Started: con.now().Format(time.RFC3339), Env: environment(con, energy)},
	}
}

// gauges read this process while it decodes.
func gauges(con *console) transport.Gauges {
	return transport.Gauges{Now: con.now, Peak: measure.PeakRSS, ResetPeak: measure.ResetPeakRSS, Allocated: measure.Allocated}
}

// environment describes machine, binary and clock.
func environment(con *console, energy *measure.Energy) result.Env {
	env := measure.Environment(model.KernelVariant(), model.ProductBits())
	env.EnergyFrom, env.ClockNs = energy.Source(), measure.ClockStep(con.now).Nanoseconds()
	return env
}

// isolated makes engines in processes of their own.
func isolated(limits worker.Limits) func(context.Context, transport.Spec) (transport.Transport, error) {
	root := os.DirFS("/")
	limits.Resident = func(pid int) int64 { return measure.Resident(root, pid) }
	return func(ctx context.Context, s transport.Spec) (transport.Transport, error) {
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		return worker.Alone(ctx, workerCommand(self), limits, s)
	}
}
