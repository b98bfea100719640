package main

import (
	"fmt"
	"os"
	"path/filepath"

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

// decodeOnce decodes every instance of a plan a single time, untimed in effect:
// exact counters and outputs are the same in every repetition. The plan is
// changed to that.
func decodeOnce(con *console, plan *scenario.Plan, models *library.Shelf) (*result.File, error) {
	for i := range plan.Groups {
		g := &plan.Groups[i]
		g.Repeats, g.Order, g.Trace = 1, scenario.Once, 0
	}
	plan.Scenario.Measurement.Warmup = 0
	return runPlan(con, plan, models)
}

// runPlan runs a plan and returns its records without keeping a folder.
func runPlan(con *console, plan *scenario.Plan, models *library.Shelf) (*result.File, error) {
	dir, err := os.MkdirTemp("", "dllmbench-check-")
	if err != nil {
		return nil, exit.With(exit.Execution, err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, folder.Results)
	header := harness.Header(plan, measure.Environment(model.KernelVariant(), model.ProductBits()), con.now(), nil)
	out, err := result.Create(path, header, result.Metrics())
	if err != nil {
		return nil, exit.With(exit.Execution, err)
	}
	_, err = harness.Run(con.ctx, plan, out, nil, harness.Options{Build: builder(models, transport.Gauges{Now: con.now, Allocated: measure.Allocated}), Now: con.now, Collect: new(measure.Collector).Collect})
	if closeErr := out.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, failed(fmt.Errorf("%s: %w", plan.Scenario.File, err), "nothing was kept")
	}
	f, err := result.ReadFile(path)
	return f, exit.With(exit.Execution, err)
}
