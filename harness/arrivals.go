package harness

import (
	"context"
	"errors"
	"runtime"
	"time"

	"dllmbench/harness/load"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// A run under load sends all requests of a group to one cell after another, as
// an arrival process says; such a session takes the place of a batch in the
// ABBA blocks. A cell decodes one request at a time, or, where the scenario gives
// it batches, those that wait together: at most as many as its batch.

// sessions is the plan as it is run under load: a group is one batch, which is
// a session.
func sessions(plan *scenario.Plan) *scenario.Plan {
	whole := *plan
	whole.Groups = nil
	for _, g := range plan.Groups {
		g.Batch = len(g.Items)
		whole.Groups = append(whole.Groups, g)
	}
	return &whole
}

// single is the group as its requests are decoded under load: its batch is the
// most that are decoded together.
func (r *runner) single(g *scenario.Group) *scenario.Group {
	if r.opt.Arrivals == nil {
		return g
	}
	one := *g
	one.Batch = max(1, g.Cells[0].Batch)
	return &one
}

// errGaveUp ends a session of a cell that fails again and again.
var errGaveUp = errors.New("too many failures in a row")

// serve sends all requests of a group to one cell and writes their records
// when the last one is done, so that writing takes nothing from the decoder. An
// interrupted session is made again as a whole.
func (r *runner) serve(ctx context.Context, g *scenario.Group, s *station, v visit) error {
	runtime.GC()
	single := r.single(g)
	var outs []servedBatch
	var fatal error
	// The seed is the group's, not the cell's: requests come to all cells at the
	// same moments.
	served, err := load.Drive(ctx, *r.opt.Arrivals, len(g.Items), single.Batch, r.plan.Scenario.Seed^uint64(v.block), r.arrivalClock(), func(first, n int) ([]time.Duration, error) {
		if s.failed >= giveUp {
			return nil, errGaveUp
		}
		together := part(single, first, n)
		out, err := r.decode(ctx, together, s, requests(together, s.cell, 0, v.repetition))
		if err != nil {
			fatal = err
			return nil, err
		}
		s.failed++
		if out.err == nil {
			s.failed = 0
		}
		outs = append(outs, servedBatch{together, first, out})
		return elapsed(out, n), nil
	})
	switch {
	case fatal != nil:
		return fatal
	case err != nil && !errors.Is(err, errGaveUp):
		return ErrInterrupted
	}
	slept := r.awake.slept()
	if slept != "" {
		if err := r.void(g, v.block, slept); err != nil {
			return err
		}
	}
	return r.keep(ctx, s, v, served, outs, slept)
}

// servedBatch is what was decoded together in a session.
type servedBatch struct {
	group *scenario.Group // with these requests alone
	first int             // place of the first of them in the session
	out   outcome
}

// part is a group with some of its requests, as one batch.
func part(g *scenario.Group, first, n int) *scenario.Group {
	some := *g
	some.Items, some.Batch = g.Items[first:first+n], n
	return &some
}

// elapsed is how long each request of a batch took; nil where that is not known,
// and for one request alone, which ends with its batch.
func elapsed(out outcome, n int) []time.Duration {
	if n == 1 || out.err != nil || len(out.results) != n {
		return nil
	}
	var list []time.Duration
	for _, res := range out.results {
		list = append(list, res.Elapsed)
	}
	return list
}

// keep writes the records of a session.
func (r *runner) keep(ctx context.Context, s *station, v visit, served []load.Served, outs []servedBatch, slept string) error {
	var wall time.Duration
	for _, b := range outs {
		wall += b.out.wall
		for i, item := range b.group.Items {
			at := v
			at.batch, at.offset = 0, b.first
			rec := record(b.group, s.cell, at, item, b.out, i)
			rec.Session = r.session.Session
			if k := b.first + i; rec.E2ENs != nil && k < len(served) {
				intended, queue := served[k].Intended.Nanoseconds(), (served[k].Start - served[k].Intended).Nanoseconds()
				rec.IntendedNs, rec.QueueNs = &intended, &queue
			}
			if len(b.group.Items) != s.cell.Batch {
				rec.BatchSize = len(b.group.Items)
			}
			if slept != "" {
				rec.VoidTimes(slept)
			}
			if b.out.err == nil {
				r.progress.wrote(s.cell, rec.UsefulTokens, b.out.wall/time.Duration(len(b.group.Items)))
			}
			if err := r.finish(ctx, b.group, item, &rec); err != nil {
				return err
			}
		}
	}
	r.progress.visited(s.cell, wall)
	if ctx.Err() != nil {
		return ErrInterrupted
	}
	return nil
}

// finish completes a record outside of the timed sections and writes it.
func (r *runner) finish(ctx context.Context, g *scenario.Group, item scenario.Item, rec *result.Request) error {
	if err := r.describe(g, item); err != nil {
		return err
	}
	if err := r.rate(ctx, item, rec); err != nil {
		return err
	}
	if err := r.out.Write(*rec); err != nil {
		return err
	}
	r.records.put(*rec)
	return nil
}

func (r *runner) arrivalClock() load.Clock {
	if r.opt.waiting != nil {
		return r.opt.waiting
	}
	return sessionClock{r.opt.Now, r.opt.Now()}
}

// sessionClock is the clock of the run, with real waiting.
type sessionClock struct {
	now   func() time.Time
	start time.Time
}

func (c sessionClock) Now() time.Duration { return c.now().Sub(c.start) }

// spin is how long before the moment waiting stops sleeping: a sleep may be
// longer than asked for.
const spin = 200 * time.Microsecond

func (c sessionClock) Until(ctx context.Context, moment time.Duration) error {
	if left := moment - c.Now() - spin; left > 0 {
		timer := time.NewTimer(left)
		defer timer.Stop()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
		}
	}
	for c.Now() < moment {
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}
