package harness

import (
	"context"

	"dllmbench/harness/scenario"
)

// settle collects garbage before a block, if there is enough of it, and then
// decodes the batch of the block's first visit once without a clock. Collecting
// the heap of a long run takes the weights out of the processor's caches, and who
// decodes first would pay for it: 20% of a short request with 60,000 records in
// memory. Nothing is recorded; an error shows again in the timed run. Loads have a
// rhythm of their own and get no such batch.
func (r *runner) settle(ctx context.Context, g *scenario.Group, s *station, v visit) error {
	if r.opt.Collect == nil || !r.opt.Collect() || r.opt.Arrivals != nil {
		return nil
	}
	_, err := r.decode(ctx, g, s, requests(g, s.cell, v.batch, v.repetition))
	return err
}
