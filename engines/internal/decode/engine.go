// Package decode holds what every decoder does alike around its rule: check
// requests, keep the state of a request at work ([Job]), and bracket forward
// passes so that time, counters and events follow one contract ([Run]).
//
// The order within one pass is fixed: [Run.Forward], then the decoder draws
// tokens and calls [Job.Commit], then [Run.Record] stamps the commits, adds up
// the cost and tells the sink. What a request draws depends on its own seed
// and logits alone, so a request gives the same answer in any batch.
package decode

import (
	"context"
	"errors"

	"dllmbench/engines"
	"dllmbench/engines/network"
)

// A Lane is one request under a decoder: what it does around each pass. Its
// memory is used again for later requests at the same place of a batch.
type Lane interface {
	// Begin starts with a new request.
	Begin(j *Job)
	// Plan sets the window of the next pass, or ends the request.
	Plan()
	// Reference sets Pos, Tokens and Visible of that pass as if nothing were
	// cached: from position 0 up to the last position that the mask lets be
	// predicted. It is for probes.
	Reference(w *network.Window)
	// Choose reads the logits and commits.
	Choose() error
	// Rate gives commits the confidence that only events need.
	Rate()
	// Settle moves on once the pass is recorded, or ends the request.
	Settle()
}

// Engine is what all decoders have in common: it checks requests and runs their
// lanes. It is not safe for concurrent use.
type Engine struct {
	Bench
	About engines.Info
	// Refuse reports what the decoder does not take beyond the rules for all; nil is nothing.
	Refuse func(batch []engines.Request) error
	Lane   func() Lane // a new one
	// Alike is [engines.Same] of the decoder; nil says nothing.
	Alike func(budget int) engines.Options
	// Ahead runs after the plans and before each pass; nil is nothing.
	Ahead func(*Run) error

	lanes []Lane
}

// Info implements engines.Engine.
func (e *Engine) Info() engines.Info { return e.About }

// Same implements [engines.Same].
func (e *Engine) Same(budget int) engines.Options {
	if e.Alike == nil {
		return nil
	}
	return e.Alike(budget)
}

// Check reports what Generate would refuse, without running anything.
func (e *Engine) Check(batch []engines.Request) error {
	spec := e.Net.Spec()
	err := Check(&spec, batch)
	if e.Refuse != nil {
		err = errors.Join(err, e.Refuse(batch))
	}
	return err
}

// Generate implements engines.Engine. It runs passes over all active requests
// until none is left.
func (e *Engine) Generate(ctx context.Context, batch []engines.Request, sink engines.Sink) ([]engines.Result, error) {
	if err := e.Check(batch); err != nil {
		return nil, err
	}
	r := e.Start(ctx, batch, sink)
	for i, j := range r.Jobs {
		if i == len(e.lanes) {
			e.lanes = append(e.lanes, e.Lane())
		}
		j.Lane = e.lanes[i]
		j.Lane.Begin(j)
	}
	for r.Next() {
		for _, j := range r.Active {
			j.Lane.Plan()
		}
		if !r.drop() {
			break
		}
		if err := e.pass(r); err != nil {
			return nil, err
		}
	}
	return r.Results()
}

// pass runs and records one pass, unless the context ends before it.
func (e *Engine) pass(r *Run) error {
	if r.trace.Probe {
		if err := r.probe(); err != nil {
			return err
		}
	}
	if e.Ahead != nil {
		if err := e.Ahead(r); err != nil || r.ctx.Err() != nil {
			return err
		}
	}
	if err := r.Forward(); err != nil {
		return err
	}
	for _, j := range r.Active {
		if err := j.Lane.Choose(); err != nil {
			return err
		}
		if j.Observed {
			j.Lane.Rate()
		}
	}
	r.Record()
	for _, j := range r.Active {
		j.Lane.Settle()
	}
	return nil
}
