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

// relay passes the events of all rounds on as those of one call.
type relay struct {
	contest *contest
	sink    engines.Sink // nil: nobody listens

	start       time.Duration // of the round
	pass, first int           // passes told of, and before the round
	seen        []shown
}

// shown is what events have told of a request.
type shown struct {
	round       int // of the last event, from 1
	step, steps int // steps told of before the round, and by now
	block       int
	masked      int
	conf        []float64 // of the text at work, by position
	revised     []engines.Commit
}

func newRelay(c *contest, sink engines.Sink) *relay {
	r := &relay{contest: c, sink: sink}
	if sink != nil {
		r.seen = make([]shown, len(c.trials))
	}
	return r
}

// round returns the sink of a round that begins now.
func (r *relay) round(start time.Duration) engines.Sink {
	if r.sink == nil {
		return nil
	}
	r.start, r.first = start, r.pass
	for _, i := range r.contest.open {
		s := &r.seen[i]
		s.step = s.steps
		s.conf = slices.Repeat([]float64{math.NaN()}, r.contest.trials[i].req.Budget)
	}
	return engines.Relay(r.sink, r.Event)
}

// confidences are those of the text that was just decoded, by position; nil
// when nobody listens.
func (r *relay) confidences(request int) []float64 {
	if r.sink == nil {
		return nil
	}
	return r.seen[request].conf
}

// Event implements engines.Sink for the engine that is wrapped.
func (r *relay) Event(e *engines.Event) {
	c := r.contest
	i := c.open[e.Request]
	s, own := &r.seen[i], *e
	own.Request, own.Start, own.Pass = i, r.start+e.Start, r.first+e.Pass
	r.pass = own.Pass + 1
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
	r.sink.Event(&own)
}

// scored tells of a rating pass, and of the choice where it was made.
func (r *relay) scored(request int, start time.Duration, spent engines.Spent, cost *network.Cost, rows [][]float32, committed, revised []engines.Commit) {
	if r.sink == nil {
		return
	}
	s := &r.seen[request]
	s.masked -= len(committed)
	for _, k := range revised {
		if k.ID == r.contest.mask() {
			s.masked++
		}
	}
	entropy := 0.0
	for _, row := range rows {
		entropy += sample.Entropy(row)
	}
	total := cost.Total()
	e := engines.Event{
		Request: request, Pass: r.pass, Step: s.steps, Block: s.block, Phase: engines.PhaseDecode, Start: start,
		Forward: spent.Forward, Sampling: spent.Sampling, Bookkeeping: spent.Bookkeeping,
		QueryTokens: total[usage.QueryTokens], AttendedKeys: total[usage.AttendedKeys], LogitRows: total[usage.LogitRows],
		Committed: committed, Revised: revised, Masked: s.masked, Entropy: entropy / float64(len(rows)),
	}
	s.steps++
	r.sink.Event(&e)
}
