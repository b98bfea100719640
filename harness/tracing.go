package harness

import (
	"context"

	"dllmbench/engines"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/trace"
	"dllmbench/harness/transport"
	"dllmbench/workloads"
)

// Tracing keeps the traces of a run.
type Tracing interface {
	// Has reports whether a trace of an earlier session is there already.
	Has(cell, instance string) bool
	Write(*trace.Trace) error
}

// traces decodes the first instances of a group once more with every cell, untimed and
// one by one, and writes down what happened pass by pass. A decoder that fails has its
// errors in the records of the timed runs; one that shows no events has no trace.
func (r *runner) traces(ctx context.Context, stations []*station) error {
	for _, s := range stations {
		for _, i := range r.untraced(s.group, s.cell) {
			if s.failed >= giveUp {
				break
			}
			r.progress.show("trace", s.cell)
			if err := r.trace(ctx, s.batch(Visit{}, i, 1)); err != nil {
				return err
			}
		}
	}
	return nil
}

// untraced are the places in the group of the cell's requests that lack a trace.
func (r *runner) untraced(g *scenario.Group, c result.Cell) (list []int) {
	if r.opt.Tracing == nil {
		return nil
	}
	for i := range min(g.Items.Len(), g.Trace) {
		if g.Here(i/g.Batch) && !r.opt.Tracing.Has(c.ID, g.Items.ID(i)) {
			list = append(list, i)
		}
	}
	return list
}

// trace decodes one request and writes its trace.
func (r *runner) trace(ctx context.Context, b batch) error {
	if ctx.Err() != nil {
		return ErrInterrupted
	}
	engine, err := r.open(ctx, b.station)
	if err != nil {
		return err
	}
	info := engine.Info()
	if !info.Capabilities.Events {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, r.plan.Scenario.Measurement.Timeout)
	defer cancel()
	recorder := &trace.Recorder{Audit: info.Cache == "approximate", Passes: make([][]trace.Pass, 1)}
	a, err := engine.Send(limited, transport.Batch{Tokens: []engines.Request{b.tokens(0)}, Sink: recorder})
	if a.Broken {
		b.failed++
	}
	if stop := b.aftermath(ctx, engine, a, err); stop != nil || err != nil || len(a.Results) != 1 {
		return stop
	}
	return r.opt.Tracing.Write(traceOf(b.group, b.cell, b.items[0], info, a.Results[0], recorder.Passes[0]))
}

// traceOf puts a trace together.
func traceOf(g *scenario.Group, cell result.Cell, item scenario.Item, info engines.Info, res engines.Result, passes []trace.Pass) *trace.Trace {
	t := &trace.Trace{
		Cell: cell.ID, Digest: cell.Digest, Instance: item.ID, Seed: item.Seed, Budget: g.Budget,
		Tokens: res.Tokens, Useful: res.Useful, Finish: string(res.Finish), Passes: passes, Mask: -1, Untrained: untrained(info, len(item.Prompt)+budget(g, item)),
	}
	if g.Codec != nil {
		t.Mask = g.Codec.MaskID()
	}
	if inst := item.Instance; inst != nil {
		t.Prompt, t.Unique = inst.Prompt, inst.Unique
		t.Reference = engines.Continue(g.Codec, inst.Answer)
		t.Spans = tokenSpans(g.Codec, t.Reference, inst.Spans)
		t.Reference = append(t.Reference, g.Codec.EndIDs()[0])
		var rec result.Request
		rec.Output = textOf(g, res)
		if _, err := score(&rec, g.Workload, *inst); err == nil {
			t.Exact = rec.Exact
		}
		t.Words = words(g.Codec, t)
	}
	return t
}

// tokenSpans turns spans of an answer's bytes into spans of its tokens. A token
// that lies across an end belongs to the span that it starts in.
func tokenSpans(codec engines.Codec, ids []int32, spans []workloads.Span) []trace.Span {
	var list []trace.Span
	for _, s := range spans {
		span := trace.Span{Name: s.Name, Start: -1}
		at := 0
		for i, id := range ids {
			if at >= s.Start && at < s.End {
				if span.Start < 0 {
					span.Start = i
				}
				span.End = i + 1
			}
			at += len(codec.Decode([]int32{id}))
		}
		if span.Start >= 0 {
			list = append(list, span)
		}
	}
	return list
}

// words are the texts of all tokens that a trace names; padding and mask have "".
func words(codec engines.Codec, t *trace.Trace) map[int32]string {
	list := map[int32]string{}
	add := func(ids ...int32) {
		for _, id := range ids {
			if _, ok := list[id]; !ok && id >= 0 && int(id) < codec.VocabSize() {
				list[id] = codec.Decode([]int32{id})
			}
		}
	}
	add(t.Tokens...)
	add(t.Reference...)
	for _, p := range t.Passes {
		add(p.Argmax...)
		for _, c := range p.Committed {
			add(c.ID)
		}
		for _, c := range p.Revised {
			add(c.ID)
		}
	}
	return list
}
