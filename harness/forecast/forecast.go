package forecast

import (
	"cmp"
	"context"
	"slices"
	"time"

	"dllmbench/engines/weights"
	"dllmbench/harness/pace"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// Forecast is the estimated time of a plan.
type Forecast struct {
	// Spent is what the forecast itself took.
	Spent time.Duration
	// Noise is what two runs of the same work differed by.
	Noise Noise

	// Pilot is that of the first group.
	Pilot Pilot

	counter *Counter
	plan    *scenario.Plan
	open    func(*scenario.Group) time.Duration // of its weights
	fixed   time.Duration                       // weights, warm-up
	batch   []time.Duration                     // of one batch of all cells of each group
	cells   map[string]Cell                     // by id
	pilots  map[passes]Pilot
}

// Cell is what is known of a cell.
type Cell struct {
	Need   pace.Need     // of one request
	Time   time.Duration // of one batch
	Probed bool          // measured on the cell's own batches; else guessed from its work
}

// settling is how many batches a cell's warm-up takes beyond the scenario's number.
const settling = 1

// DefaultLimit is how long batches are decoded for a forecast without a budget.
const DefaultLimit = 20 * time.Second

// New estimates the time of a plan, for which it may decode batches for as long as
// the limit says. Cells are tried in the order of their work, so that what the next
// one may take is known beforehand. The error may be [harness.ErrInterrupted].
func New(ctx context.Context, plan *scenario.Plan, k *Counter, now func() time.Time, limit time.Duration) (*Forecast, error) {
	f := &Forecast{plan: plan, counter: k, cells: map[string]Cell{}}
	type entry struct {
		group *scenario.Group
		cell  result.Cell
		work  float64
	}
	var all []entry
	for i := range plan.Groups {
		g := &plan.Groups[i]
		for _, c := range g.Cells {
			need, err := k.Need(ctx, g, c)
			if err != nil {
				return nil, err
			}
			f.cells[c.ID] = Cell{Need: need}
			if g.Open != nil { // each of its requests may cost money
				continue
			}
			all = append(all, entry{g, c, need.Work() * float64(g.Batch)})
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int { return cmp.Compare(a.work, b.work) })
	p := &prober{ctx: ctx, counter: k, now: now, left: limit, cells: f.cells, opening: map[weights.Name]time.Duration{}, pilots: map[passes]Pilot{}}
	for _, e := range all {
		if err := p.try(e.group, e.cell, e.work); err != nil {
			return nil, err
		}
	}
	f.Spent, f.Noise = limit-p.left, p.noise
	for _, e := range all {
		if c := f.cells[e.cell.ID]; !c.Probed {
			var err error
			if c.Time, _, err = p.guess(e.group, e.cell, c.Need); err != nil {
				return nil, err
			}
			f.cells[e.cell.ID] = c
		}
	}
	f.Pilot = p.pilots[passes{plan.Groups[0].Weights, plan.Groups[0].Threads}]
	f.pilots, f.open = p.pilots, p.open
	f.sum()
	return f, nil
}

// sum adds the times of groups up.
func (f *Forecast) sum() {
	f.fixed, f.batch = 0, nil
	opened := map[weights.Name]bool{}
	for i := range f.plan.Groups {
		g := &f.plan.Groups[i]
		if !opened[g.Weights] && g.Open == nil {
			f.fixed += f.open(g)
			opened[g.Weights] = true
		}
		var batch time.Duration
		for _, c := range g.Cells {
			batch = pace.Time(float64(batch) + float64(f.cells[c.ID].Time))
		}
		f.batch = append(f.batch, batch)
		if n := f.plan.Scenario.Measurement.Warmup; n > 0 {
			f.fixed = pace.Time(float64(f.fixed) + float64(batch)*float64(n+settling))
		}
	}
}

// Total is the time of the plan scaled by a factor.
func (f *Forecast) Total(factor float64) time.Duration {
	sum := float64(f.fixed)
	for i := range f.plan.Groups {
		sum += float64(f.Group(i, factor))
	}
	return pace.Time(sum)
}

// Group is the time of the batches of a group of the plan.
func (f *Forecast) Group(i int, factor float64) time.Duration {
	g := &f.plan.Groups[i]
	repeats, batches := g.Scaled(factor)
	runs := float64(repeats*max(1, g.Samples)*g.Order.Runs()*batches) + float64(min(g.Trace, batches*g.Batch))/float64(g.Batch)
	return pace.Time(float64(f.batch[i]) * runs)
}

// Cell is what is known of a cell, with the time of all of its timed batches.
func (f *Forecast) Cell(g *scenario.Group, c result.Cell) Cell {
	t := f.cells[c.ID]
	t.Time = pace.Time(float64(t.Time) * float64(g.Runs()*g.Batches()))
	return t
}

// Probed counts the cells, and those that were measured.
func (f *Forecast) Probed() (probed, all int) {
	for _, t := range f.cells {
		if t.Probed {
			probed++
		}
	}
	return probed, len(f.cells)
}
