package transport

import (
	"cmp"
	"context"
	"io"
	"sync/atomic"
	"time"

	"dllmbench/engines"
	"dllmbench/harness/measure"
)

// Gauges read clock and memory of the process that decodes. All but Now may be nil.
type Gauges struct {
	Now       func() time.Time
	Peak      func() *int64 // largest resident memory since ResetPeak
	ResetPeak func() bool
	Allocated func() measure.Heap // on the heap
	// Stopped says why times that began at a moment and end now are void, "" if they are not.
	Stopped func(since time.Time) string
	// Grace is how long an engine may go on after twice its limit; 0 is ten seconds.
	// Decoders look at the clock between passes, and a pass may be long.
	Grace time.Duration
}

// Local is the transport to an engine of this process.
type Local struct {
	gauges Gauges
	info   func() engines.Info
	decode func(ctx context.Context, b Batch, a *Answer) error
	engine any         // may be an io.Closer or engines.Metered
	stuck  atomic.Bool // a batch was left behind at work
}

// Tokens is the transport to an engine that takes token ids.
func Tokens(e engines.Engine, g Gauges) *Local {
	return &Local{gauges: g, info: e.Info, engine: e, decode: func(ctx context.Context, b Batch, a *Answer) (err error) {
		a.Results, err = e.Generate(ctx, b.Tokens, b.Sink)
		a.Broken = breaks(err)
		return err
	}}
}

// Info describes the engine.
func (l *Local) Info() engines.Info { return l.info() }

// Send implements [Transport]. An engine that does not return within twice its
// limit and the grace is left behind with [ErrStuck]: nothing can stop it.
func (l *Local) Send(ctx context.Context, b Batch) (Answer, error) {
	if l.stuck.Load() {
		return Answer{Broken: true}, ErrStuck
	}
	type reply struct {
		Answer
		err error
	}
	waiting := l.gauges.Now()
	done := make(chan reply, 1)
	go func() { // the clock is read where the work is done
		a, err := l.measured(ctx, b)
		done <- reply{a, err}
	}()
	var patience time.Duration
	var late <-chan time.Time // never, without a deadline
	if deadline, ok := ctx.Deadline(); ok {
		patience = 2*time.Until(deadline) + cmp.Or(l.gauges.Grace, 10*time.Second)
		timer := time.NewTimer(patience)
		defer timer.Stop()
		late = timer.C
	}
	for {
		select {
		case r := <-done:
			return r.Answer, r.err
		case <-late:
			if l.stopped(waiting) == "" {
				l.stuck.Store(true)
				return Answer{Wall: patience, Broken: true}, ErrStuck
			}
			waiting, late = l.gauges.Now(), time.After(patience) // the engine has not had its time
		}
	}
}

func (l *Local) stopped(since time.Time) string {
	if l.gauges.Stopped == nil {
		return ""
	}
	return l.gauges.Stopped(since)
}

// measured decodes a batch between the readings of all gauges.
func (l *Local) measured(ctx context.Context, b Batch) (a Answer, err error) {
	g := l.gauges
	apart, away := l.engine.(engines.Apart) // memory of this process says nothing of it
	if b.Peak && g.ResetPeak != nil {
		g.ResetPeak()
	}
	metered, _ := l.engine.(engines.Metered)
	var meter engines.Meter
	if metered != nil {
		meter = metered.Meter()
	}
	var heap measure.Heap
	if b.Heap && g.Allocated != nil {
		heap = g.Allocated()
	}
	start := g.Now()
	err = l.guarded(ctx, b, &a)
	a.Wall = g.Now().Sub(start)
	a.Stopped = l.stopped(start)
	if b.Heap && g.Allocated != nil && !away {
		spent := g.Allocated().Since(heap)
		a.Heap = &spent
	}
	if metered != nil {
		spent := metered.Meter().Sub(meter)
		a.Meter = &spent
	}
	switch {
	case away:
		a.Peak = apart.Peak()
	case b.Peak && g.Peak != nil:
		a.Peak = g.Peak()
	}
	return a, err
}

// guarded decodes a batch and turns a panic into an error.
func (l *Local) guarded(ctx context.Context, b Batch, a *Answer) (err error) {
	defer func() {
		if v := recover(); v != nil {
			*a, err = Answer{Broken: true}, &PanicError{v}
		}
	}()
	return l.decode(ctx, b, a)
}

// Close releases the engine, unless it is still at work with what that would free.
func (l *Local) Close() error {
	if l.stuck.Load() {
		return ErrStuck
	}
	if c, ok := l.engine.(io.Closer); ok {
		return c.Close()
	}
	return nil
}
