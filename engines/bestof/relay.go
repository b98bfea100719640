package bestof

import (
	"math"
	"slices"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

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
		QueryTokens: total[usage.QueryTokens], AttendedKeys: total[usage.AttendedKeys], LogitRows: total[usage.LogitRows],
		Committed: committed, Revised: revised, Masked: s.masked, Entropy: sample.MeanEntropy(rows),
	}
	s.steps++
	c.sink.Event(&e)
}
