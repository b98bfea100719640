package harness

import (
	"dllmbench/harness/measure"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// heap is what was allocated until now; nil where it is not counted, which is
// everywhere but in warm-up: reading it stops the program for a moment.
func (r *runner) heap() *measure.Heap {
	if !r.warming || r.opt.Allocated == nil {
		return nil
	}
	h := r.opt.Allocated()
	return &h
}

// allocations writes what each cell of a group allocated in the last batch of
// its warm-up.
func (r *runner) allocations(g *scenario.Group, stations []*station, states []warmth) error {
	for i, s := range stations {
		w := &states[i]
		if w.heap == nil {
			continue
		}
		err := r.out.Write(result.Allocations{Cell: s.cell.ID, Session: r.session.Session, Requests: g.Batch, Earlier: w.batches - 1,
			Bytes: w.heap.Bytes, Objects: w.heap.Objects})
		if err != nil {
			return err
		}
	}
	return nil
}
