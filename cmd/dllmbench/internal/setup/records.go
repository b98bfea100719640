package setup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"dllmbench/engines/library"
	"dllmbench/engines/model"
	"dllmbench/harness"
	"dllmbench/harness/exit"
	"dllmbench/harness/measure"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/transport"
	"dllmbench/reports/folder"
)

// Once decodes every instance of a plan a single time, untimed in effect:
// exact counters and outputs are the same in every repetition. The plan is
// changed to that.
func Once(ctx context.Context, now func() time.Time, plan *scenario.Plan, models *library.Shelf) (*result.File, error) {
	for i := range plan.Groups {
		g := &plan.Groups[i]
		g.Repeats, g.Order, g.Trace = 1, scenario.Once, 0
	}
	plan.Scenario.Measurement.Warmup = 0
	return Records(ctx, now, plan, models)
}

// Records runs a plan and returns its records without keeping a folder.
func Records(ctx context.Context, now func() time.Time, plan *scenario.Plan, models *library.Shelf) (*result.File, error) {
	dir, err := os.MkdirTemp("", fmt.Sprintf("dllmbench-check-%d-", os.Getpid()))
	if err != nil {
		return nil, exit.With(exit.Execution, err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, folder.Results)
	header := harness.Header(plan, measure.Environment(model.KernelVariant(), model.ProductBits(), model.QuantLoops()), now(), nil)
	out, err := result.Create(path, header, result.Metrics())
	if err != nil {
		return nil, exit.With(exit.Execution, err)
	}
	stopped, stop := Watch(now)
	defer stop()
	_, err = harness.Run(ctx, plan, out, nil, harness.Options{Build: Builder(models, transport.Gauges{Now: now, Stopped: stopped, Allocated: measure.Allocated}),
		Now: now, Stopped: stopped, Collect: new(measure.Collector).Collect})
	if closeErr := out.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, Failed(fmt.Errorf("%s: %w", plan.Scenario.File, err), "nothing was kept")
	}
	f, err := result.ReadFile(path)
	return f, exit.With(exit.Execution, err)
}

// Failed gives an error of decoding its exit code; kept says what an interruption
// leaves behind.
func Failed(err error, kept string) error {
	switch {
	case errors.Is(err, harness.ErrInterrupted):
		return exit.Errorf(exit.Interrupted, "interrupted; %s", kept)
	case errors.As(err, new(*harness.SetupError)):
		return exit.With(exit.Setup, err)
	}
	return exit.With(exit.Execution, err)
}
