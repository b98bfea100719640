package harness

import (
	"cmp"
	"context"
	"errors"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"dllmbench/engines/usage"
	"dllmbench/harness/load"
	"dllmbench/harness/scenario"
)

// A run under load sends all requests of a group to one cell after another, as an
// arrival process says; such a session takes the place of a batch in the ABBA blocks.
// An engine that takes one batch at a time decodes request after request or, where the
// scenario gives it batches, at most as many together as its batch of those that wait.
// An engine that has many in flight gets each request when it comes.

// sessions is the plan as it is run under load: a group is one batch, a session.
func sessions(plan *scenario.Plan) *scenario.Plan {
	whole := *plan
	whole.Groups = nil
	for _, g := range plan.Groups {
		g.Batch = g.Items.Len()
		whole.Groups = append(whole.Groups, g)
	}
	return &whole
}

// server says what the engine of a cell takes at once; without one a batch will fail.
func (r *runner) server(ctx context.Context, s *station) load.Server {
	if engine, err := r.open(ctx, s); err == nil {
		if n := engine.Info().Capabilities.InFlight; n > 1 {
			return load.Server{Batch: 1, InFlight: n}
		}
	}
	return load.Server{Batch: max(1, s.cell.Batch), InFlight: 1}
}

// uncollected puts off the collection of garbage until a gigabyte of it is there, as one takes
// tens of milliseconds from thousands of streams. It returns what ends that. Who has set a limit
// of memory (GOMEMLIMIT) has decided otherwise.
func uncollected() (restore func()) {
	limit := debug.SetMemoryLimit(-1)
	if limit != math.MaxInt64 {
		return func() {}
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	percent := debug.SetGCPercent(-1)
	debug.SetMemoryLimit(int64(m.Sys-m.HeapReleased) + 1<<30)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}

// errGaveUp ends a session of a cell that fails again and again.
var errGaveUp = errors.New("too many failures in a row")

// serve sends all requests of a group to one cell and writes their records
// when the last one is done, so that writing takes nothing from the decoder. An
// interrupted session is made again as a whole.
func (r *runner) serve(ctx context.Context, s *station, v Visit) error {
	runtime.GC()
	type served struct {
		batch
		out outcome
	}
	var mu sync.Mutex // of what follows
	var done []served
	var fatal error
	// The seed is the group's: requests come to all of its cells at the same moments.
	seed := r.plan.Scenario.Seed ^ uint64(v.Block)
	clock := r.opt.waiting
	if clock == nil {
		clock = sessionClock{r.opt.Now, r.opt.Now()}
	}
	items := s.group.Items.Slice(0, s.group.Items.Len()) // made before the clock runs
	server := r.server(ctx, s)
	if server.InFlight > 1 {
		defer uncollected()()
	}
	times, err := load.Drive(ctx, *r.opt.Arrivals, len(items), server, seed, clock, func(first, n int) ([]time.Duration, error) {
		mu.Lock()
		gaveUp := s.failed >= giveUp
		mu.Unlock()
		if gaveUp {
			return nil, errGaveUp
		}
		b := batch{s, v, first, items[first : first+n]}
		out, err := r.decode(ctx, b)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			fatal = err
			return nil, err
		}
		s.count(out)
		done = append(done, served{b, out})
		return out.elapsed(n), nil
	})
	switch {
	case fatal != nil:
		return fatal
	case err != nil && !errors.Is(err, errGaveUp):
		return ErrInterrupted
	}
	answered := ""
	for _, b := range done {
		answered = cmp.Or(answered, b.out.Stopped)
	}
	slept, err := r.slept(s.round, v.Block, answered)
	if err != nil {
		return err
	}
	slices.SortFunc(done, func(a, b served) int { return cmp.Compare(a.first, b.first) })
	var wall time.Duration
	for _, b := range done {
		wall += b.out.Wall
		for i := range b.items {
			rec := b.record(b.out, i)
			if k := b.first + i; rec.E2ENs != nil && k < len(times) {
				intended, queue, lag := times[k].Intended.Nanoseconds(), (times[k].Start - times[k].Intended).Nanoseconds(), times[k].Lag.Nanoseconds()
				rec.IntendedNs, rec.QueueNs, rec.LagNs = &intended, &queue, &lag
			}
			if len(b.items) != s.cell.Batch {
				rec.BatchSize = len(b.items)
			}
			if b.out.err == nil {
				r.progress.wrote(s.cell, rec.Usage[usage.UsefulTokens], b.out.Wall/time.Duration(len(b.items)))
			}
			if err := r.keep(ctx, b.batch, i, &rec, slept); err != nil {
				return err
			}
		}
	}
	r.progress.visited(s.cell, wall)
	return nil
}

// elapsed is how long each request took; nil if unknown, or one that ends its batch.
func (o outcome) elapsed(n int) []time.Duration {
	if n == 1 || o.err != nil || len(o.Results) != n {
		return nil
	}
	var list []time.Duration
	for _, res := range o.Results {
		list = append(list, res.Elapsed)
	}
	return list
}

// sessionClock is the clock of the run, with real waiting.
type sessionClock struct {
	now   func() time.Time
	start time.Time
}

func (c sessionClock) Now() time.Duration { return c.now().Sub(c.start) }

// spin is how long before the moment sleeping ends: Go sleeps in whole milliseconds
// where nothing else wakes it up.
const spin = 1100 * time.Microsecond

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
		runtime.Gosched() // requests in flight go first
	}
	return nil
}
