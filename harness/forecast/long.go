package forecast

import (
	"context"
	"maps"
	"time"

	"dllmbench/engines"
	"dllmbench/harness/pace"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// Long is a cell of which a single batch takes longer than it may.
type Long struct {
	Group   *scenario.Group
	Cell    result.Cell
	Batch   time.Duration // one batch
	Changes []Change      // each of which alone makes it fit
}

// Change is another value, and the time of a batch with it.
type Change struct {
	Key   string // an option, "batch" or "token budget"
	Value int
	Batch time.Duration
}

// Long lists the cells of which one batch takes longer than a limit, with the largest
// number of steps, of requests in a batch and of tokens, in halves, with which it fits.
func (f *Forecast) Long(ctx context.Context, limit time.Duration) ([]Long, error) {
	var list []Long
	for i := range f.plan.Groups {
		g := &f.plan.Groups[i]
		for _, c := range g.Cells {
			if took := f.cells[c.ID].Time; took > limit {
				list = append(list, Long{g, c, took, f.changes(ctx, g, c, limit)})
			}
		}
	}
	return list, ctx.Err()
}

func (f *Forecast) changes(ctx context.Context, g *scenario.Group, c result.Cell, limit time.Duration) (list []Change) {
	took := f.cells[c.ID].Time
	// fit halves a value until a batch is short enough.
	fit := func(key string, from int, with func(n int) (scenario.Group, result.Cell)) {
		for n := from / 2; n >= 1 && ctx.Err() == nil; n /= 2 {
			group, cell := with(n)
			need, err := f.counter.Need(ctx, &group, cell)
			if err != nil {
				continue // a number that the rule refuses
			}
			batch := pace.Time(float64(took) * f.relative(g, c, need) * float64(group.Batch) / float64(g.Batch))
			if batch <= limit {
				list = append(list, Change{key, n, batch})
				return
			}
		}
	}
	if steps := f.stepsOf(c); steps != "" {
		from, _ := c.Options[steps].(int)
		if length, blocks := c.Options["block_length"].(int); from == 0 && blocks && length > 0 && steps != "steps" {
			from = length
		} else if from == 0 {
			from = g.Budget
		}
		fit(steps, from, func(n int) (scenario.Group, result.Cell) {
			changed := c
			changed.Options = maps.Clone(c.Options)
			changed.Options[steps] = n
			return *g, changed
		})
	}
	fit("batch", g.Batch, func(n int) (scenario.Group, result.Cell) {
		changed := *g
		changed.Batch = n
		return changed, c
	})
	if g.Items.At(0).Template == nil {
		fit("token budget", g.Budget, func(n int) (scenario.Group, result.Cell) {
			changed := *g
			changed.Budget = n
			return changed, c
		})
	}
	return list
}

// relative is the time of a request with other needs over that of one of the cell.
func (f *Forecast) relative(g *scenario.Group, c result.Cell, need pace.Need) float64 {
	own := f.cells[c.ID].Need
	if t := f.pilots[passes{g.Weights, g.Threads}]; t.Measured {
		return t.Time(need).Seconds() / t.Time(own).Seconds()
	}
	return need.Work() / own.Work()
}

// stepsOf is the option of a cell's preset that says how many steps it takes; "" for none.
func (f *Forecast) stepsOf(c result.Cell) string {
	for _, e := range f.plan.Scenario.Engines {
		for _, p := range e.Preset.Params {
			if e.Name == c.Label && p.Role == engines.RoleSteps {
				return p.Name
			}
		}
	}
	return ""
}
