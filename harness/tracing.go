package harness

import (
	"context"
	"errors"

	"dllmbench/engines"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/trace"
)

// Tracing is what a run needs to write traces.
type Tracing struct {
	// Has tells whether a trace of an earlier session is there already; may be nil.
	Has func(cell, instance string) bool
	// Write keeps a trace.
	Write func(*trace.Trace) error
}

// traces decodes the first instances of a group once more with every cell,
// untimed and one by one, and writes down what happened pass by pass. A cell
// whose decoder fails has its errors in the records of the timed runs.
func (r *runner) traces(ctx context.Context, g *scenario.Group, stations []*station) error {
	for _, s := range stations {
		if s.failed >= giveUp {
			continue
		}
		for _, item := range r.traced(g) {
			if r.opt.Tracing.Has != nil && r.opt.Tracing.Has(s.cell.ID, item.ID) {
				continue
			}
			r.progress.show("trace", s.cell)
			if err := r.trace(ctx, g, s, item); err != nil {
				return err
			}
		}
	}
	return nil
}

// traced are the requests of a group that are traced.
func (r *runner) traced(g *scenario.Group) []scenario.Item {
	if r.opt.Tracing == nil {
		return nil
	}
	return g.Items[:min(len(g.Items), g.Trace)]
}

// untraced tells whether a group lacks a trace.
func (r *runner) untraced(g *scenario.Group) bool {
	for _, item := range r.traced(g) {
		for _, c := range g.Cells {
			if r.opt.Tracing.Has == nil || !r.opt.Tracing.Has(c.ID, item.ID) {
				return true
			}
		}
	}
	return false
}

// trace decodes one request and writes its trace.
func (r *runner) trace(ctx context.Context, g *scenario.Group, s *station, item scenario.Item) error {
	if ctx.Err() != nil {
		return ErrInterrupted
	}
	if err := r.build(ctx, g, s); err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, r.plan.Scenario.Measurement.Timeout)
	defer cancel()
	info := s.engine.Info()
	recorder := trace.NewRecorder(1, info.Cache == "approximate")
	results, err := guard(limited, s.engine, []engines.Request{ask(g, s.cell, item)}, recorder)
	var crashed *PanicError
	switch {
	case err != nil && ctx.Err() != nil:
		return ErrInterrupted
	case errors.As(err, &crashed): // its state is unknown: make a new one
		s.close()
		s.failed++
		return nil
	case err != nil || len(results) != 1:
		return nil
	}
	return r.opt.Tracing.Write(traceOf(g, s.cell, item, info, results[0], recorder.Passes[0]))
}

// traceOf puts a trace together.
func traceOf(g *scenario.Group, cell result.Cell, item scenario.Item, info engines.Info, res engines.Result, passes []trace.Pass) *trace.Trace {
	t := &trace.Trace{
		Cell: cell.ID, Digest: cell.Digest, Instance: item.ID, Seed: item.Seed, Budget: g.Budget,
		Tokens: res.Tokens, Useful: res.Useful, Finish: string(res.Finish), Passes: passes, Mask: -1, Untrained: info.Untrained,
	}
	if g.Codec != nil {
		t.Mask = g.Codec.MaskID()
	}
	if inst := item.Instance; inst != nil {
		t.Prompt, t.Unique = inst.Prompt, inst.Unique
		t.Reference = g.Codec.Encode(inst.Answer)
		t.Spans = tokenSpans(g.Codec, t.Reference, inst.Spans)
		t.Reference = append(t.Reference, g.Codec.EndID())
		var rec result.Request
		rec.Output = g.Codec.Decode(res.Tokens[:res.Useful])
		if _, err := judge(&rec, g.Workload, *inst); err == nil {
			t.Exact = rec.Exact
		}
		t.Words = words(g.Codec, t)
	}
	return t
}
