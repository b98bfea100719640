package main

import (
	"time"

	"dllmbench/engines/weights"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// forecast is the estimated time of a plan.
type forecast struct {
	plan  *scenario.Plan
	fixed time.Duration // weights, warm-up
	// batch holds the time of one batch of all cells of each group, and single
	// that of one request of each.
	batch, single []time.Duration
	cells         map[string]cellTime // by id
}

// cellTime is the estimated time of one batch of a cell.
type cellTime struct {
	batch  time.Duration
	probed bool // measured on the cell's own batches; else by the formula
}

// settling is how many batches a cell decodes in its warm-up beyond the number
// that the scenario says, until it no longer gets faster.
const settling = 1

// newForecast estimates the groups of a plan.
func newForecast(plan *scenario.Plan, e *estimator, k *calibrated, p *prober) (*forecast, error) {
	f := &forecast{plan: plan, cells: map[string]cellTime{}}
	opened := weights.Name{}
	for i := range plan.Groups {
		g := &plan.Groups[i]
		s, err := k.speed(g.Weights, g.Threads)
		if err != nil {
			return nil, err
		}
		if opened != g.Weights {
			f.fixed += s.opening
			opened = g.Weights
		}
		var batch time.Duration
		for _, c := range g.Cells {
			t, err := f.cell(g, c, e, s, p)
			if err != nil {
				return nil, err
			}
			batch += t.batch
		}
		f.batch = append(f.batch, batch)
		f.single = append(f.single, batch/time.Duration(g.Batch))
		if n := plan.Scenario.Measurement.Warmup; n > 0 {
			f.fixed += batch * time.Duration(n+settling)
		}
	}
	return f, nil
}

// cell estimates one batch of a cell: by the formula, and where that allows it by
// decoding some.
func (f *forecast) cell(g *scenario.Group, c result.Cell, e *estimator, s speed, p *prober) (cellTime, error) {
	need, err := e.request(g, c)
	if err != nil {
		return cellTime{}, err
	}
	t := cellTime{batch: s.of(need) * time.Duration(g.Batch)}
	if t.batch, t.probed, err = p.batch(g, c, t.batch); err != nil {
		return cellTime{}, err
	}
	f.cells[c.ID] = t
	return t, nil
}

// total is the time of the plan scaled by a factor.
func (f *forecast) total(factor float64) time.Duration {
	sum := f.fixed
	for i := range f.plan.Groups {
		g := &f.plan.Groups[i]
		repeats, batches := g.Scaled(factor)
		sum += f.batch[i] * time.Duration(repeats*max(1, g.Samples)*g.Order.Runs()*batches)
		sum += f.single[i] * time.Duration(min(g.Trace, batches*g.Batch))
	}
	return sum
}

// of is the time of all timed batches of a cell.
func (f *forecast) of(g *scenario.Group, c result.Cell) cellTime {
	t := f.cells[c.ID]
	t.batch *= time.Duration(g.Repeats * max(1, g.Samples) * g.Order.Runs() * g.Batches())
	return t
}

// probed counts the cells that were measured.
func (f *forecast) probed() (n int) {
	for _, t := range f.cells {
		if t.probed {
			n++
		}
	}
	return n
}
