package harness

import (
	"context"
	"time"

	"dllmbench/engines/usage"
	"dllmbench/harness/measure"
	"dllmbench/harness/result"
)

// The rule of warming up (docs/measurement.md). After the scenario's number of
// batches, a cell goes on until its last batch was not faster, per floating-point
// operation (or byte of text), than settled × the fastest one before it. That ends after
// moreBatches further batches or when they took moreTime.
const (
	settled     = 0.9
	moreBatches = 8
	moreTime    = 500 * time.Millisecond
)

// warmth is how warm a cell is.
type warmth struct {
	batches int
	best    float64       // fewest seconds per unit of work of a batch
	extra   time.Duration // time of the batches beyond the scenario's number
	done    bool
	heap    *measure.Heap // allocated in the last batch; nil when it was not counted
}

// note takes a batch of so much work; wanted is the scenario's number of batches.
func (w *warmth) note(wall time.Duration, work int64, wanted int) {
	cost := wall.Seconds() / float64(max(work, 1))
	stable := w.batches > 0 && cost >= settled*w.best
	if w.batches == 0 || cost < w.best {
		w.best = cost
	}
	w.batches++
	if w.batches > wanted {
		w.extra += wall
	}
	w.done = w.batches >= wanted &&
		(stable || w.batches-wanted >= moreBatches || w.extra >= moreTime || w.batches == wanted && wall >= moreTime)
}

// warmUp decodes untimed batches with all cells of a group in turns, if any are asked
// for, until each is warm, and writes what each allocated in its last one.
func (r *runner) warmUp(ctx context.Context, stations []*station) error {
	wanted := r.plan.Scenario.Measurement.Warmup
	if wanted == 0 {
		return nil
	}
	r.warming = true
	defer func() { r.warming = false }()
	size := stations[0].group.Batch
	if r.opt.Arrivals != nil {
		size = max(1, stations[0].cell.Batch)
	}
	states := make([]warmth, len(stations))
	for n, working := 0, true; working; n++ {
		working = false
		first := n * size % (stations[0].group.Items.Len() / size * size)
		for i, s := range stations {
			w := &states[i]
			if w.done || s.failed >= giveUp {
				continue
			}
			working = true
			r.progress.show("warm-up", s.cell)
			out, err := r.decode(ctx, s.batch(Visit{}, first, size))
			if err != nil {
				return err
			}
			r.progress.warmed(s.cell, out.Wall)
			if out.err != nil { // its timed runs will say so
				w.done = w.batches+1 >= wanted
				w.batches++
				continue
			}
			w.note(out.Wall, out.work(), wanted)
			w.done = w.done || s.group.Open != nil && w.batches >= wanted // more of them may cost money
			w.heap = out.Heap
		}
	}
	for i, s := range stations {
		w := &states[i]
		if w.heap == nil {
			continue
		}
		err := r.out.Write(result.Allocations{Cell: s.cell.ID, Session: r.session.Session, Requests: size, Earlier: w.batches - 1,
			Bytes: w.heap.Bytes, Objects: w.heap.Objects})
		if err != nil {
			return err
		}
	}
	return nil
}

// work is what a batch took, by which its time is compared with that of others: FLOPs,
// or bytes of text where nobody counts those. 0 takes batches to be alike.
func (o outcome) work() int64 {
	sum := usage.Known(0)
	for _, res := range o.Results {
		sum = sum.Plus(res.Usage[usage.FLOPs])
	}
	for _, t := range o.Texts {
		sum = sum.Plus(usage.Known(len(t.Text)))
	}
	n, _ := sum.Value()
	return n
}

// settle collects garbage before a block, if there is enough of it, and then
// decodes the batch of the block's first visit once without a clock. Collecting
// the heap of a long run takes the weights out of the processor's caches, and who
// decodes first would pay for it: 20% of a short request with 60,000 records in
// memory. Nothing is recorded; an error shows again in the timed run. Loads have a
// rhythm of their own and get no such batch.
func (r *runner) settle(ctx context.Context, s *station, v Visit) error {
	if r.opt.Collect == nil || !r.opt.Collect() || r.opt.Arrivals != nil {
		return nil
	}
	if s.group.Open != nil { // it keeps its weights elsewhere
		return nil
	}
	_, err := r.decode(ctx, s.batch(v, v.Batch*s.group.Batch, s.group.Batch))
	return err
}
