package main

import (
	"os"
	"os/signal"
	"runtime/debug"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines"
	"dllmbench/engines/library"
	"dllmbench/engines/model"
	"dllmbench/harness/exit"
	"dllmbench/harness/selftest"
	"dllmbench/harness/transport"
	"dllmbench/harness/worker"
)

// workerCmd is the child that run --isolate, check --against and the checkers that
// run answers start; see package worker.
type workerCmd struct {
	Slowdown *float64 `range:"0 to 10" hidden:"" help:"Waste this share of the time of every forward pass; 0 only watches. For check --self-test."`
}

// maxStack is the most bytes of the stack of a goroutine of a worker.
const maxStack = 64 << 20

// Run decodes and judges what is asked for on stdin until that ends.
func (c *workerCmd) Run(con *console) error {
	signal.Ignore(os.Interrupt) // Ctrl-C reaches parent and child; the parent decides
	debug.SetMaxStack(maxStack) // of templates that call themselves for ever: they end before time and memory do
	models := &library.Shelf{}
	stopped, stop := setup.Watch(con.now)
	defer stop()
	return exit.With(exit.Internal, worker.Serve(con.stdin, con.stdout, worker.Host{
		Hello: worker.Hello{Kernel: model.KernelVariant()},
		Open: func(s transport.Spec) (engines.Engine, error) {
			e, err := setup.Engine(models, s)
			if err == nil && c.Slowdown != nil {
				return selftest.Slow(e, *c.Slowdown, con.now), nil
			}
			return e, err
		},
		Judge:  setup.Judging(),
		Render: setup.Rendering,
		Gauges: setup.Gauges(con.now, stopped),
	}))
}
