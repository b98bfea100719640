package harness

import (
	"context"
	"errors"
	"time"

	"dllmbench/engines"
	"dllmbench/harness/measure"
	"dllmbench/harness/scenario"
	"dllmbench/harness/worker"
)

// outcome is what decoding a batch gave.
type outcome struct {
	results []engines.Result
	wall    time.Duration
	peak    *int64
	energy  *int64         // in µJ
	heap    *measure.Heap  // allocated, while warming up; nil when it was not counted
	meter   *engines.Meter // what the network counted itself; nil when it does not
	digest  string         // of the weights, as the engine says
	err     error          // of the engine: *PanicError, *worker.DiedError, context.DeadlineExceeded, …

	untrained []string // uses of the weights that they were not trained for
}

// decode runs one batch under the time limit. Its error ends the run: the
// engine could not be made, or the run was stopped before the batch was done.
func (r *runner) decode(ctx context.Context, g *scenario.Group, s *station, reqs []engines.Request) (outcome, error) {
	if ctx.Err() != nil {
		return outcome{}, ErrInterrupted
	}
	start := r.opt.Now()
	if err := r.build(ctx, g, s); err != nil {
		var died *worker.DiedError
		if errors.As(err, &died) && ctx.Err() == nil { // spoils this cell, not the run
			return outcome{err: died, wall: r.opt.Now().Sub(start), digest: s.cell.Digest}, nil
		}
		return outcome{}, err
	}
	limited, cancel := context.WithTimeout(ctx, r.plan.Scenario.Measurement.Timeout)
	defer cancel()
	if r.opt.ResetPeak != nil && r.opt.Arrivals == nil { // it takes time that others wait for
		r.opt.ResetPeak()
	}
	info := s.engine.Info()
	out := outcome{untrained: info.Untrained, digest: info.WeightsDigest}
	energy, before := r.energy(), metering(s.engine)
	var err error
	out.results, out.wall, out.heap, err = r.watch(limited, s.engine, reqs)
	if errors.Is(err, errStuck) {
		return out, &StuckError{s.cell, out.wall}
	}
	out.err, out.meter = err, since(before, metering(s.engine))
	if after := r.energy(); energy != nil && after != nil && *after >= *energy {
		spent := *after - *energy
		out.energy = &spent
	}
	if r.opt.Peak != nil && r.opt.Arrivals == nil {
		out.peak = r.opt.Peak()
	}
	r.remote(s, &out)
	if out.err != nil && ctx.Err() != nil {
		return out, ErrInterrupted
	}
	var crashed *PanicError
	if errors.As(out.err, &crashed) { // its state is unknown: make a new one
		s.close()
	}
	return out, nil
}

// remote takes what a process of its own measured, which is better than what
// was measured around it, and lets go of an engine that is broken.
func (r *runner) remote(s *station, out *outcome) {
	e, ok := s.engine.(interface {
		Measured() worker.Measured
		Broken() bool
	})
	if !ok {
		return
	}
	if m := e.Measured(); m.Wall > 0 {
		out.wall, out.peak, out.meter, out.heap = m.Wall, m.Peak, m.Meter, m.Heap
	} else {
		out.peak, out.heap = nil, nil
	}
	if e.Broken() {
		s.close()
	}
}

func (r *runner) energy() *int64 {
	if r.opt.Energy == nil {
		return nil
	}
	return r.opt.Energy()
}
