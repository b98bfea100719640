package main

import (
	"encoding/json"
	"fmt"
	"io"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines/library"
	"dllmbench/harness/forecast"
	"dllmbench/harness/scenario"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// expandCmd shows the exact cells of a scenario.
type expandCmd struct {
	scenarioFile `embed:""`
	JSON         bool `help:"Print one JSON object a line, as the cells stand in results.jsonl."`
	Time         bool `help:"Also estimate the time of each cell and of the run, by decoding a few batches."`
}

func (*expandCmd) Help() string {
	return `The id of a cell is a hash of everything that determines what it computes: equal ids mean equal work.

NFE (forward passes) and GFLOP are estimates for one request: the decoder runs on a tiny network, and its work is
scaled to the true shape. They are exact for rules with a fixed number of steps and requests that use their whole
budget. A text that ends early needs less. A rule that follows the confidence of trained weights may need more or
less. Times come from decoding a few batches of each cell; a time marked ~ is extrapolated from other cells, because
the cell is too expensive to try.

Examples:

    dllmbench expand
    dllmbench expand my-scenario.yaml --json
    dllmbench expand my-scenario.yaml --time`
}

// Run prints the cells in the order in which they run.
func (c *expandCmd) Run(con *console) error {
	plan, models, err := c.open(con, setup.Sketch)
	if err != nil {
		return err
	}
	con.tell(plan, plan.Scenario.Wanted())
	if c.JSON {
		enc := json.NewEncoder(con.stdout)
		for _, cell := range plan.Cells() {
			if err := enc.Encode(cell); err != nil {
				return err
			}
		}
		return nil
	}
	return c.table(con, plan, models)
}

// table prints a line for each cell.
func (c *expandCmd) table(con *console, plan *scenario.Plan, models *library.Shelf) error {
	k := setup.Counter(models, con.now)
	var f *forecast.Forecast
	if c.Time {
		var err error
		if f, err = setup.Forecast(con.ctx, con.now, plan, k, forecast.DefaultLimit); err != nil {
			return err
		}
	}
	t := table.New(6, "cell", "decoder", "preset", "varied", "weights", "task", "budget", "batch", "threads", "instances", "NFE", "GFLOP", "time")
	for i := range plan.Groups {
		g := &plan.Groups[i]
		for _, cell := range g.Cells {
			took := view.Unknown
			need, err := k.Need(con.ctx, g, cell)
			if err != nil {
				return setup.Planned(err)
			}
			if c.Time {
				t := f.Cell(g, cell)
				if took = roughly(t.Time); !t.Probed {
					took = "~" + took
				}
			}
			passes, flops := any(need.Passes), fmt.Sprintf("%.3g", need.FLOPs/1e9)
			if g.Open != nil { // of an endpoint nothing is known before
				passes, flops, took = view.Unknown, view.Unknown, view.Unknown
			}
			t.Add(cell.ID, cell.Label, cell.Preset, cell.Variant, cell.Weights, taskOf(cell), cell.Budget, cell.Batch, cell.Threads, g.Items.Len(), passes, flops, took)
		}
	}
	if _, err := io.WriteString(con.stdout, t.Known().Text(0)); err != nil || !c.Time {
		return err
	}
	probed, all := f.Probed()
	fmt.Fprintf(con.stderr, "estimated time of the run on this machine: about %s (%d of %d cells were timed on a few of their batches, those with ~ by a formula)\n",
		roughly(f.Total(1)), probed, all)
	return con.tooLong(plan, f, 0)
}
