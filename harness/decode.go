package harness

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"dllmbench/engines"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/transport"
)

// batch is a list of requests of one cell that are decoded together.
type batch struct {
	*station
	visit Visit
	first int // place of the first request in the group
	items []scenario.Item
}

// batch is n requests of the station's group from the first one on.
func (s *station) batch(v Visit, first, n int) batch {
	return batch{s, v, first, s.group.Items.Slice(first, n)}
}

// outcome is what decoding a batch gave.
type outcome struct {
	transport.Answer
	info   engines.Info
	energy *int64 // in µJ
	err    error  // of the engine: *transport.PanicError, *transport.DiedError, context.DeadlineExceeded, …
}

// count counts batches in a row of which no request was decoded.
func (s *station) count(out outcome) {
	decoded := func(t transport.Text) bool { return t.Err == nil || s.loaded && errors.Is(t.Err, engines.ErrRefused) }
	if s.failed++; out.err == nil && (len(out.Texts) == 0 || slices.ContainsFunc(out.Texts, decoded)) {
		s.failed = 0
	}
}

// again is how often a batch is decoded once more whose time ran out while the process
// was stopped.
const again = 3

// decode has one batch decoded under the time limit. Its error ends the run: there is
// no engine, it does not return, or the run was stopped before the batch was done.
func (r *runner) decode(ctx context.Context, b batch) (out outcome, err error) {
	for try := 0; ; try++ {
		start := r.opt.Now()
		out, err = r.attempt(ctx, b)
		if err != nil || !errors.Is(out.err, context.DeadlineExceeded) || try == again || cmp.Or(out.Stopped, r.stopped(start)) == "" {
			return out, err
		}
	}
}

// attempt decodes a batch once.
func (r *runner) attempt(ctx context.Context, b batch) (outcome, error) {
	if ctx.Err() != nil {
		return outcome{}, ErrInterrupted
	}
	start := r.opt.Now()
	engine, err := r.open(ctx, b.station)
	if err != nil {
		var died *transport.DiedError
		if errors.As(err, &died) && ctx.Err() == nil { // spoils this cell, not the run
			out := outcome{err: died, info: engines.Info{WeightsDigest: b.cell.Digest}}
			out.Wall = r.opt.Now().Sub(start)
			return out, nil
		}
		return outcome{}, err
	}
	limited, cancel := context.WithTimeout(ctx, r.plan.Scenario.Measurement.Timeout)
	defer cancel()
	energy := r.opt.Energy()
	out := b.send(limited, engine, r.opt.Now, r.warming, r.opt.Arrivals == nil)
	if after := r.opt.Energy(); energy != nil && after != nil && *after >= *energy {
		spent := *after - *energy
		out.energy = &spent
	}
	return out, b.aftermath(ctx, engine, out.Answer, out.err)
}

// aftermath lets go of a broken engine. Its error ends the run: it is stuck or stopped.
func (s *station) aftermath(ctx context.Context, engine transport.Transport, a transport.Answer, err error) error {
	switch {
	case errors.Is(err, transport.ErrStuck):
		return &StuckError{s.cell, a.Wall}
	case err != nil && ctx.Err() != nil:
		return ErrInterrupted
	case a.Broken:
		s.close(engine)
	}
	return nil
}

// send takes the batch to an engine and says what became of it.
func (b batch) send(ctx context.Context, engine transport.Transport, now func() time.Time, heap, peak bool) outcome {
	out := outcome{info: engine.Info()}
	asked := transport.Batch{Heap: heap, Peak: peak}
	for i := range b.items {
		if out.info.Capabilities.TokenIDs {
			asked.Tokens = append(asked.Tokens, b.tokens(i))
		} else {
			asked.Texts = append(asked.Texts, b.text(i))
		}
	}
	start := now()
	out.Answer, out.err = engine.Send(ctx, asked)
	if out.Wall == 0 { // it did not come to measuring
		out.Wall = now().Sub(start)
	}
	return out
}

// DecodeBatch decodes one batch of a group with an engine of the caller and returns its
// records, whatever happened to the engine. Where this process or that of the engine was
// stopped meanwhile, as [Options].Stopped says of this one, they have no times, and
// nothing in them counts. The error is [ErrInterrupted].
func DecodeBatch(ctx context.Context, g *scenario.Group, cell result.Cell, v Visit, engine transport.Transport, now func() time.Time, stopped func(since time.Time) string) ([]result.Request, error) {
	s := &station{group: g, cell: cell}
	b := s.batch(v, v.Batch*g.Batch, g.Batch)
	start := now()
	out := b.send(ctx, engine, now, false, false)
	why := out.Stopped
	if why == "" && stopped != nil {
		why = stopped(start)
	}
	if out.err != nil && ctx.Err() == context.Canceled {
		return nil, ErrInterrupted
	}
	var list []result.Request
	for i := range b.items {
		rec := b.record(out, i)
		if why != "" {
			rec.VoidTimes(why)
		}
		list = append(list, rec)
	}
	return list, nil
}
