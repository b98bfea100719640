package bestof

import (
	"context"
	"math"
	"slices"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// contest is one call of Generate: the tries of all requests of a batch.
type contest struct {
	*Engine
	begin  time.Time
	trials []trial
	open   []int // requests of the round at work, by their place in the batch
	round  int   // rounds begun

	sink        engines.Sink  // nil: nobody listens
	start       time.Duration // of the round
	pass, first int           // passes told of, and before the round
}

// trial is one request and what became of it so far.
type trial struct {
	req   engines.Request
	usage engines.Usage
	spent engines.Spent

	shown    candidate // the text that events show: that of the last try
	best     candidate // the choice so far
	done     int       // tries that were finished, and rated where candidates are
	accepted bool      // by the checker
	final    time.Duration

	told told
}

// candidate is the outcome of one try.
type candidate struct {
	engines.Result
	score float64
	conf  []float64 // by position; only with a sink
}

// next begins a round with the requests that still have something to try.
func (c *contest) next() bool {
	c.open = c.open[:0]
	for i := range c.trials {
		if !c.trials[i].accepted {
			c.open = append(c.open, i)
		}
	}
	c.round++
	return len(c.open) > 0
}

// decode runs the round. Its error is that of an engine that failed, not that
// of a context that ended.
func (c *contest) decode(ctx context.Context) error {
	batch := make([]engines.Request, len(c.open))
	for k, i := range c.open {
		t := &c.trials[i]
		batch[k] = t.req
		batch[k].Seed = seed(t.req.Seed, c.round-1)
		t.usage.Increase(usage.RevisedTokens, len(t.written(c.mask()))) // the new text takes the place of the one before
	}
	c.start = c.elapsed()
	results, err := c.inner.Generate(ctx, batch, c.listen())
	if err != nil && (ctx.Err() == nil || len(results) != len(batch)) {
		return err
	}
	for k, i := range c.open {
		t, r := &c.trials[i], results[k]
		canvas := r.Usage[usage.CanvasPositions]
		t.usage.Add(r.Usage)
		t.usage[usage.CanvasPositions] = canvas // the same positions every time
		t.spent.Add(r.Spent)
		t.shown = candidate{Result: r, score: math.Inf(-1), conf: t.told.conf}
		checked := c.pick == Checker && r.Finish != engines.FinishCancelled
		if checked || t.done == 0 { // of answers that nobody accepts the last one is as good as any
			t.best, t.final = t.shown, c.start+r.Elapsed
		}
		if checked {
			answer := r.Tokens[:r.Useful]
			if len(t.req.Until) > 0 { // whoever judges cuts the text, which may end within a token
				answer = r.Tokens
			}
			t.accepted = t.req.Oracle(slices.Clip(answer))
			t.done++
		}
	}
	return nil
}

// written lists, as masked again, the positions that the last try wrote.
func (t *trial) written(mask int32) (list []engines.Commit) {
	for pos, id := range t.shown.Tokens {
		if id != mask && !t.fixed(pos) {
			list = append(list, engines.Commit{Pos: pos, ID: mask, Confidence: math.NaN()})
		}
	}
	return list
}

// fixed reports whether a position of the answer is the template's.
func (t *trial) fixed(pos int) bool {
	return t.req.Template != nil && t.req.Template[pos] != engines.Gap
}

// change lists what turns the text that is shown into the one that is chosen,
// and counts it. A position without a token holds the mask.
func (t *trial) change(mask int32) (committed, revised []engines.Commit) {
	at := func(c *candidate, pos int) int32 {
		if pos < len(c.Tokens) {
			return c.Tokens[pos]
		}
		return mask
	}
	for pos := range max(len(t.shown.Tokens), len(t.best.Tokens)) {
		from, to := at(&t.shown, pos), at(&t.best, pos)
		if from == to || t.fixed(pos) {
			continue
		}
		k := engines.Commit{Pos: pos, ID: to, Confidence: math.NaN()}
		if pos < len(t.best.conf) && to != mask {
			k.Confidence = t.best.conf[pos]
		}
		if from == mask {
			committed = append(committed, k)
		} else {
			revised = append(revised, k)
		}
	}
	t.usage.Increase(usage.CommittedTokens, len(committed))
	t.usage.Increase(usage.RevisedTokens, len(revised))
	t.shown = t.best
	return committed, revised
}

// mask is the token of positions that are not written.
func (c *contest) mask() int32 { return c.net.Spec().Mask }

// results are the choices. Requests that were cut short say so, and give the
// best answer that was finished in time, if any.
func (c *contest) results(ctx context.Context) ([]engines.Result, error) {
	list := make([]engines.Result, len(c.trials))
	var err error
	for i := range c.trials {
		t := &c.trials[i]
		t.change(c.mask()) // the last event has told of it, unless the context ended
		r := t.best.Result
		if ctx.Err() != nil && !t.accepted && t.done < c.tries {
			r.Finish, err = engines.FinishCancelled, ctx.Err()
		}
		r.Usage, r.Spent, r.Elapsed = t.usage, t.spent, 0
		r.CommitNs = slices.Clone(r.CommitNs)
		for pos, ns := range r.CommitNs {
			if ns >= 0 && !t.fixed(pos) {
				r.CommitNs[pos], r.Elapsed = int64(t.final), t.final
			}
		}
		list[i] = r
	}
	return list, err
}

// told is what the events of all rounds, which are passed on as those of one call,
// have told of a request.
type told struct {
	round       int // of the last event, from 1
	step, steps int // steps told of before the round, and by now
	block       int
	masked      int
	conf        []float64 // of the text at work, by position; nil when nobody listens
	revised     []engines.Commit
}

// listen returns the sink of a round that begins.
func (c *contest) listen() engines.Sink {
	c.first = c.pass
	for _, i := range c.open {
		t := &c.trials[i]
		t.told.step = t.told.steps
		if c.sink != nil {
			t.told.conf = slices.Repeat([]float64{math.NaN()}, t.req.Budget)
		}
	}
	return engines.Relay(c.sink, c.event)
}

// event passes on an event of the engine that is wrapped.
func (c *contest) event(e *engines.Event) {
	i := c.open[e.Request]
	s, own := &c.trials[i].told, *e
	own.Request, own.Start, own.Pass = i, c.start+e.Start, c.first+e.Pass
	c.pass = own.Pass + 1
	if own.Step >= 0 {
		own.Step += s.step
		s.steps = own.Step + 1
	}
	if s.round != c.round { // the first pass of a try takes the text before it back
		s.round = c.round
		s.revised = append(append(s.revised[:0], c.trials[i].written(c.mask())...), e.Revised...)
		own.Revised = s.revised
	}
	for _, list := range [][]engines.Commit{e.Revised, e.Committed} {
		for _, k := range list {
			s.conf[k.Pos] = k.Confidence
		}
	}
	s.block, s.masked = e.Block, e.Masked
	c.sink.Event(&own)
}

// scored tells of a rating pass, and of the choice where it was made.
func (c *contest) scored(request int, start time.Duration, spent engines.Spent, cost *network.Cost, rows [][]float32, committed, revised []engines.Commit) {
	if c.sink == nil {
		return
	}
	s := &c.trials[request].told
	s.masked -= len(committed)
	for _, k := range revised {
		if k.ID == c.mask() {
			s.masked++
		}
	}
	total := cost.Total()
	e := engines.Event{
		Request: request, Pass: c.pass, Step: s.steps, Block: s.block, Phase: engines.PhaseDecode, Start: start,
		Forward: spent.Forward, Sampling: spent.Sampling, Bookkeeping: spent.Bookkeeping,
		QueryTokens: total[usage.QueryTokens], AttendedKeys: total[usage.AttendedKeys], LogitRows: total[usage.LogitRows], FLOPs: total[usage.FLOPs],
		Committed: committed, Revised: revised, Masked: s.masked, Entropy: sample.MeanEntropy(rows),
	}
	s.steps++
	c.sink.Event(&e)
}
