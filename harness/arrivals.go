package harness

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"dllmbench/harness/load"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// A run under load sends all requests of a group to one cell after another, as
// an arrival process says; such a session takes the place of a batch in the
// ABBA blocks, and its requests are decoded one at a time.

// CheckLoad refuses a plan that cannot be run under a load; p is nil for none.
func CheckLoad(plan *scenario.Plan, p *load.Process) error {
	if p == nil {
		return nil
	}
	for _, g := range plan.Groups {
		if g.Batch > 1 {
			return fmt.Errorf("under load requests are decoded one at a time, and the scenario has cells with batches of %d", g.Batch)
		}
	}
	return nil
}

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

// single is the group as its requests are decoded under load.
func (r *runner) single(g *scenario.Group) *scenario.Group {
	if r.opt.Arrivals == nil {
		return g
	}
	one := *g
	one.Batch = 1
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
	outs := make([]outcome, 0, len(g.Items))
	var fatal error
	// The seed is the group's, not the cell's: requests come to all cells at the
	// same moments.
	served, err := load.Drive(ctx, *r.opt.Arrivals, len(g.Items), r.plan.Scenario.Seed^uint64(v.block), r.arrivalClock(), func(i int) error {
		if s.failed >= giveUp {
			return errGaveUp
		}
		out, err := r.decode(ctx, single, s, requests(single, s.cell, i, v.repetition))
		if err != nil {
			fatal = err
			return err
		}
		s.failed++
		if out.err == nil {
			s.failed = 0
		}
		outs = append(outs, out)
		return nil
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
	return r.keep(ctx, single, s, v, served, outs, slept)
}

// keep writes the records of a session.
func (r *runner) keep(ctx context.Context, single *scenario.Group, s *station, v visit, served []load.Served, outs []outcome, slept string) error {
	var wall time.Duration
	for i, out := range outs {
		at := v
		at.batch = i
		rec := record(single, s.cell, at, single.Items[i], out, 0)
		rec.Session = r.session.Session
		if rec.E2ENs != nil && i < len(served) {
			intended, queue := served[i].Intended.Nanoseconds(), (served[i].Start - served[i].Intended).Nanoseconds()
			rec.IntendedNs, rec.QueueNs = &intended, &queue
		}
		if slept != "" {
			rec.VoidTimes(slept)
		}
		wall += out.wall
		if out.err == nil {
			r.progress.wrote(s.cell, rec.UsefulTokens, out.wall)
		}
		if err := r.finish(ctx, single, single.Items[i], &rec); err != nil {
			return err
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
