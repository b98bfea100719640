package main

import (
	"fmt"
	"strings"
	"time"

	"dllmbench/cmd/dllmbench/internal/setup"
	"dllmbench/engines/library"
	"dllmbench/harness/forecast"
	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

const (
	longRun    = time.Minute // a run of at least this length says so before
	slowest    = 1e9         // FLOPs a second of any machine: what is short with it is short
	mostGroups = 20          // that are shown, of those that take long themselves
)

// foretell says how long a plan will take, unless that is surely short: a few passes
// are measured on its weights.
func (c *runCmd) foretell(con *console, plan *scenario.Plan, models *library.Shelf) error {
	work := 0.0
	for i := range plan.Groups {
		g := &plan.Groups[i]
		for _, cell := range g.Cells {
			work += c.work[cell.ID] * float64(g.Runs()*g.Batches())
		}
	}
	if work/slowest < longRun.Seconds() {
		return nil
	}
	f, err := setup.Forecast(con.ctx, con.now, plan, setup.Counter(models, con.now), 1) // passes alone
	if err != nil {
		return err
	}
	return con.estimated(plan, f, 0)
}

// estimated says how long a plan takes, each group of cells and all of it, and which
// cells take longer than they may.
func (con *console) estimated(plan *scenario.Plan, f *forecast.Forecast, budget time.Duration) error {
	if total := f.Total(1); total >= longRun {
		how := "by the pace of small random weights"
		if p := f.Pilot; p.Measured {
			how = fmt.Sprintf("a pass over 1 row takes %s, over %d rows %s", roughly(p.One), p.Rows, roughly(p.Wide))
		} else if n, _ := f.Probed(); n > 0 {
			how = "by a few batches"
		}
		fmt.Fprintf(con.stderr, "estimated time on this machine: about %s (%s)\n", roughly(total), how)
		shown := 0
		for i := range plan.Groups {
			g := &plan.Groups[i]
			if took := f.Group(i, 1); took >= longRun && shown < mostGroups && len(plan.Groups) > 1 {
				shown++
				fmt.Fprintf(con.stderr, "  %s, %d tokens, %s: about %s\n", taskOf(g.Cells[0]), g.Budget, g.Weights, roughly(took))
			}
		}
	}
	return con.tooLong(plan, f, budget)
}

// tooLong names the cells of which a batch takes longer than the timeout, or than the
// budget of the run, if it has one.
func (con *console) tooLong(plan *scenario.Plan, f *forecast.Forecast, budget time.Duration) error {
	limit, what := plan.Scenario.Measurement.Timeout, "timeout"
	if budget > 0 && budget < limit {
		limit, what = budget, "budget"
	}
	long, err := f.Long(con.ctx, limit)
	for _, l := range long {
		var changes []string
		for _, ch := range l.Changes {
			changes = append(changes, fmt.Sprintf("%s %d (about %s)", ch.Key, ch.Value, roughly(ch.Batch)))
		}
		if what == "timeout" {
			changes = append(changes, fmt.Sprintf("measurement.timeout=%s", max(time.Second, (l.Batch*3/2).Round(time.Second))))
		}
		fits := "leave it out"
		if changes != nil {
			fits = "it fits with " + strings.Join(changes, ", or ")
		}
		fmt.Fprintf(con.stderr, "note: %s of %s, %d tokens: one batch takes about %s, more than the %s of %s; %s\n",
			strings.TrimSpace(l.Cell.Label+" "+l.Cell.Variant), taskOf(l.Cell), l.Group.Budget, roughly(l.Batch), what, roughly(limit), fits)
	}
	return err
}

// taskOf names what a cell decodes.
func taskOf(cell result.Cell) string {
	if cell.PromptLen != nil {
		return fmt.Sprintf("cost only, prompt of %d", *cell.PromptLen)
	}
	return cell.Workload + " " + cell.Rung
}

// roughly is a duration with two digits or so.
func roughly(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return lists.Count(int(d.Hours()/24+0.5), "day")
	case d >= time.Hour:
		d = d.Round(time.Minute)
		return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
	case d >= 10*time.Minute:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case d >= 10*time.Second:
		return d.Round(time.Second).String()
	case d >= time.Second:
		return d.Round(100 * time.Millisecond).String()
	case d < time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(time.Millisecond).String()
}
