package harness

import (
	"context"
	"fmt"
	"time"

	"dllmbench/engines/usage"
	"dllmbench/harness/measure"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// The rule of warming up (docs/measurement.md). After the scenario's number of
// batches, a cell goes on until its last batch was not faster, per floating-point
// operation, than settled × the fastest one before it. That ends after
// moreBatches further batches or when they took moreTime.
const (
	settled     = 0.9
	moreBatches = 8
	moreTime    = 500 * time.Millisecond
)

// warmth is how warm a cell is.
type warmth struct {
	batches int
	best    float64       // fewest seconds per operation of a batch
	extra   time.Duration // time of the batches beyond the scenario's number
	done    bool
	heap    *measure.Heap // allocated in the last batch; nil when it was not counted
}

// note takes a batch that cost so many operations and tells whether the cell is
// warm enough; wanted is the scenario's number of batches.
func (w *warmth) note(wall time.Duration, flops int64, wanted int) {
	cost := wall.Seconds() / float64(max(flops, 1))
	stable := w.batches > 0 && cost >= settled*w.best
	if w.batches == 0 || cost < w.best {
		w.best = cost
	}
	w.batches++
	if w.batches > wanted {
		w.extra += wall
	}
	switch {
	case w.batches < wanted:
	case stable:
		w.done = true
	case w.batches-wanted >= moreBatches || w.extra >= moreTime || w.batches == wanted && wall >= moreTime:
		w.done = true
	}
}

// warmUp decodes untimed batches with all cells of a group in turns, until each
// is warm. Nothing is done where the scenario asks for none.
func (r *runner) warmUp(ctx context.Context, g *scenario.Group, stations []*station) error {
	wanted := r.plan.Scenario.Measurement.Warmup
	if wanted == 0 {
		return nil
	}
	r.warming = true
	defer func() { r.warming = false }()
	states := make([]warmth, len(stations))
	for n, working := 0, true; working; n++ {
		working = false
		for i, s := range stations {
			w := &states[i]
			if w.done || s.failed >= giveUp {
				continue
			}
			working = true
			r.progress.show("warm-up", s.cell)
			out, err := r.decode(ctx, g, s, requests(g, s.cell, n%g.Batches(), 0))
			if err != nil {
				return err
			}
			r.progress.warmed(s.cell, out.wall)
			if out.err != nil { // its timed runs will say so
				w.done = w.batches+1 >= wanted
				w.batches++
				continue
			}
			work := usage.Known(0)
			for _, res := range out.results {
				work = work.Plus(res.Usage[usage.FLOPs])
			}
			flops, _ := work.Value() // where it is unknown, batches are taken to be alike
			w.note(out.wall, flops, wanted)
			w.heap = out.heap
		}
	}
	return r.allocations(g, stations, states)
}

// slowStart says that the first repetition of a cell was slower than the
// others, "" if not.
func slowStart(requests []result.Request) string {
	ratio := drift(requests)
	if ratio <= maxDrift {
		return ""
	}
	return fmt.Sprintf("the first repetition took %.2f times as long as the others; more warm-up is needed", ratio)
}
