package harness

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dllmbench/engines"
	"dllmbench/harness/measure"
	"dllmbench/harness/result"
)

// PanicError is a panic of an engine or a checker.
type PanicError struct{ Value any }

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// StuckError says that an engine of this process did not return long after its
// time was up. It cannot be stopped, so the run ends: whatever was timed beside
// it would be wrong.
type StuckError struct {
	Cell  result.Cell
	After time.Duration
}

func (e *StuckError) Error() string {
	return fmt.Sprintf("%s (%s/%s, cell %s) did not return within %v and cannot be stopped; what is finished is kept: continue with --resume --isolate, which gives each cell a process that can be ended",
		e.Cell.Label, e.Cell.Engine, e.Cell.Preset, e.Cell.ID, e.After.Round(time.Millisecond))
}

var errStuck = errors.New("the engine does not return")

// grace is how long an engine may go on after its time is up, beside the limit
// itself: decoders look at the clock between passes, and a pass may be long.
const grace = 10 * time.Second

// watch lets an engine decode a batch and tells how long that took. A panic
// becomes an error. While warming up it also tells what was allocated. An engine that does not return within twice its limit and
// the grace is left behind with errStuck.
func (r *runner) watch(ctx context.Context, engine engines.Engine, reqs []engines.Request) ([]engines.Result, time.Duration, *measure.Heap, error) {
	type answer struct {
		results []engines.Result
		wall    time.Duration
		heap    *measure.Heap
		err     error
	}
	done := make(chan answer, 1)
	begun := r.opt.Now()
	go func() { // the clock is read where the work is done
		before := r.heap()
		start := r.opt.Now()
		results, err := guard(ctx, engine, reqs, nil)
		a := answer{results: results, wall: r.opt.Now().Sub(start), err: err}
		if after := r.heap(); before != nil && after != nil {
			spent := after.Since(*before)
			a.heap = &spent
		}
		done <- a
	}()
	patience := r.opt.patience
	if patience == 0 {
		patience = 2*r.plan.Scenario.Measurement.Timeout + grace
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case a := <-done:
		return a.results, a.wall, a.heap, a.err
	case <-late.C:
		return nil, r.opt.Now().Sub(begun), nil, errStuck
	}
}

// guard calls the engine and turns a panic into an error.
func guard(ctx context.Context, engine engines.Engine, reqs []engines.Request, sink engines.Sink) (results []engines.Result, err error) {
	defer func() {
		if v := recover(); v != nil {
			results, err = nil, &PanicError{v}
		}
	}()
	return engine.Generate(ctx, reqs, sink)
}
