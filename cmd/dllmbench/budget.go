package main

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"time"

	"dllmbench/engines/library"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/stats"
	"dllmbench/internal/exit"
)

// Keys of the header's metadata that say how a run was fitted to a time.
const (
	budgetKey = "budget"        // the time that was given
	scaleKey  = "budget_factor" // by which the work was scaled
)

// fit scales a plan so that it takes about as long as --budget says, and returns
// what results say about it. A run that is continued is scaled as before.
func (c *runCmd) fit(con *console, plan *scenario.Plan, models *library.Shelf) (map[string]string, error) {
	if c.Budget == 0 {
		return nil, nil
	}
	if c.Budget < 0 {
		return nil, exit.Errorf(exit.Usage, "--budget is %v; allowed is a time such as 10m", c.Budget)
	}
	factor, err := c.factor(con, plan, models)
	if err != nil {
		return nil, err
	}
	plan.Scale(factor)
	for _, line := range powerLeft(plan) {
		fmt.Fprintln(con.stderr, line)
	}
	return map[string]string{budgetKey: c.Budget.String(), scaleKey: strconv.FormatFloat(factor, 'g', -1, 64)}, nil
}

// factor is by how much the work is scaled.
func (c *runCmd) factor(con *console, plan *scenario.Plan, models *library.Shelf) (float64, error) {
	if c.Resume {
		return c.earlierFactor()
	}
	probes := &prober{con: con, models: models, left: min(probeAll, time.Duration(probeShare*float64(c.Budget)))}
	f, err := newForecast(plan, newEstimator(models), &calibrated{models, con.now, map[string]speed{}}, probes)
	if err != nil {
		return 0, exit.With(exit.Setup, err)
	}
	factor := f.factor(time.Duration(float64(c.Budget)*usable) - probes.spent)
	fmt.Fprintf(con.stderr, "budget %v: the scenario as written takes about %s, as run now about %s (estimates)\n", c.Budget, roughly(f.total(1)), roughly(f.total(factor)))
	if least := f.total(0); least > c.Budget {
		fmt.Fprintf(con.stderr, "note: one batch of every cell alone takes about %s, more than the budget: leave cells out\n", roughly(least))
	}
	return factor, nil
}

// earlierFactor is that of the run that is continued.
func (c *runCmd) earlierFactor() (float64, error) {
	path := filepath.Join(c.Out, resultsFile)
	old, err := result.ReadFile(path)
	if err != nil {
		return 0, exit.With(exit.Setup, err)
	}
	factor, err := strconv.ParseFloat(old.Header.Metadata[scaleKey], 64)
	if err != nil || !(factor > 0) {
		return 0, exit.Errorf(exit.Usage, "%s was begun without --budget: continue it without", path)
	}
	return factor, nil
}

// usable is the share of the budget that is planned; the rest is for the report.
const usable = 0.95

// mostScale bounds how much a scenario is enlarged.
const mostScale = 1000

// factor is the largest scale with which the plan takes at most d, or the
// smallest there is.
func (f *forecast) factor(d time.Duration) float64 {
	low, high := math.Log(1e-6), math.Log(mostScale)
	if f.total(mostScale) <= d {
		return mostScale
	}
	for range 40 {
		mid := (low + high) / 2
		if f.total(math.Exp(mid)) <= d {
			low = mid
		} else {
			high = mid
		}
	}
	return math.Exp(low)
}

// What powerLeft takes for granted, and says so.
const (
	displayAlpha = 0.05
	power        = 0.8
	blockNoise   = 0.05 // deviation of the time ratio of a block
	discordant   = 0.2  // share of instances that one of two engines solves alone
)

// powerLeft says what the weakest groups of a plan can still show.
func powerLeft(plan *scenario.Plan) []string {
	blocks, instances := 0, 0
	for i := range plan.Groups {
		g := &plan.Groups[i]
		if n := g.Repeats * g.Batches(); g.Order != scenario.Once && (blocks == 0 || n < blocks) {
			blocks = n
		}
		if g.Workload != nil && (instances == 0 || len(g.Items) < instances) {
			instances = len(g.Items)
		}
	}
	var lines []string
	if blocks > 0 {
		design := stats.PairedDesign{Blocks: blocks, Tests: 1, Alpha: displayAlpha, Band: 1}
		if ratio, ok := design.Sees(blockNoise, power); ok {
			lines = append(lines, fmt.Sprintf("power left: with %d pair blocks (the fewest of a cell) a time ratio of %.3g is found 4 times in 5, if blocks vary by 5%%", blocks, ratio))
		} else {
			lines = append(lines, fmt.Sprintf("power left: %d pair blocks (the fewest of a cell) are too few for any verdict on times; a test at level %g needs %d", blocks, displayAlpha, stats.MinBlocks(displayAlpha, 1)))
		}
	}
	if instances > 0 {
		if d, ok := stats.ShareSeen(instances, discordant, displayAlpha, power); ok {
			lines = append(lines, fmt.Sprintf("power left: with %d instances (the fewest of a cell) a difference of %.0f points in solved share is found 4 times in 5, if a fifth of the instances tells the engines apart", instances, 100*d))
		} else {
			lines = append(lines, fmt.Sprintf("power left: %d instances (the fewest of a cell) are too few to tell solved shares apart", instances))
		}
	}
	return lines
}
