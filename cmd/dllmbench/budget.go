package main

import (
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines/library"
	"dllmbench/harness/exit"
	"dllmbench/harness/forecast"
	"dllmbench/harness/scenario"
	"dllmbench/reports/folder"
)

// Keys of the header's metadata that say how a run was fitted to a time.
const (
	budgetKey = "budget"        // the time that was given
	scaleKey  = "budget_factor" // by which the work was scaled
)

// fit scales a plan so that it takes about as long as --budget says, or the quick run
// should, and returns what results say about it. A run that is continued is scaled as before.
func (c *runCmd) fit(con *console, plan *scenario.Plan, models *library.Shelf) (map[string]string, error) {
	if c.scales() {
		return c.shorten(con, plan, models)
	}
	if c.Budget == 0 {
		return nil, nil
	}
	factor, f, err := c.factor(con, plan, models)
	if err != nil {
		return nil, err
	}
	plan.Scale(factor)
	var noise forecast.Noise
	if f != nil {
		noise = f.Noise
		if err := con.estimated(plan, f, c.Budget); err != nil {
			return nil, err
		}
	}
	for _, line := range forecast.PowerLeft(plan, noise) {
		fmt.Fprintln(con.stderr, line)
	}
	return map[string]string{budgetKey: c.Budget.String(), scaleKey: strconv.FormatFloat(factor, 'g', -1, 64)}, nil
}

// factor is by how much the work is scaled, with the forecast, which a run that is
// continued does without.
func (c *runCmd) factor(con *console, plan *scenario.Plan, models *library.Shelf) (float64, *forecast.Forecast, error) {
	if c.Resume {
		_, factor, err := c.begun()
		if err == nil && factor == 0 {
			err = exit.Errorf(exit.Usage, "%s was begun without --budget: continue it without", filepath.Join(c.Out, folder.Results))
		}
		return factor, nil, err
	}
	f, err := setup.Forecast(con.ctx, con.now, plan, setup.Counter(models, con.now), min(forecast.DefaultLimit, time.Duration(probeShare*float64(c.Budget))))
	if err != nil {
		return 0, nil, err
	}
	factor := f.Factor(time.Duration(float64(c.Budget)*usable) - f.Spent)
	fmt.Fprintf(con.stderr, "budget %v: the scenario as written takes about %s, as run now about %s (estimates)\n", c.Budget, roughly(f.Total(1)), roughly(f.Total(factor)))
	if least := f.Total(0); least > c.Budget {
		fmt.Fprintf(con.stderr, "note: one batch of every cell alone takes about %s, more than the budget: leave cells out\n", roughly(least))
	}
	return factor, f, nil
}

// Shares of the budget: what is planned, the rest being for the report, and what
// may be spent on the forecast.
const (
	usable     = 0.95
	probeShare = 1.0 / 16
)
