package main

import (
	"context"
	"errors"
	"time"

	"dllmbench/engines/library"
	"dllmbench/harness"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/transport"
	"dllmbench/internal/exit"
)

// prober times cells by decoding a few of their own batches, on their own
// weights: rules that follow the confidence of the network, texts that end early
// and the load of the machine are in what it measures. The formula of [speed]
// says beforehand what a cell may cost, and cells that are too dear for a probe
// keep that estimate.
type prober struct {
	con    *console
	models *library.Shelf
	left   time.Duration // that all probes together may still take
	spent  time.Duration // that they took
}

// What a probe may take.
const (
	probeAll     = 20 * time.Second // all cells together, unless a budget allows less
	probeCell    = 1500 * time.Millisecond
	probeBatches = 4        // most different batches of a cell, the first of which warms up
	probeShare   = 1.0 / 16 // of a time that a run is fitted to
)

// batch is the mean time of a batch of a cell. It is false, with the guess as the
// time, when that is too dear to be measured, or decoding fails: the run will say
// why.
func (p *prober) batch(g *scenario.Group, c result.Cell, guess time.Duration) (time.Duration, bool, error) {
	if guess > min(probeCell, p.left) {
		return guess, false, nil
	}
	begin := p.con.now()
	mean, ok, err := p.decode(g, c, begin.Add(min(probeCell, p.left)))
	took := p.con.now().Sub(begin)
	p.left -= took
	p.spent += took
	if err != nil || !ok {
		return guess, false, err
	}
	return mean, true, nil
}

// decode times batches until the deadline; the first one counts only when it is
// the only one.
func (p *prober) decode(g *scenario.Group, c result.Cell, deadline time.Time) (time.Duration, bool, error) {
	w, err := p.models.Open(g.Weights)
	if err != nil {
		return 0, false, err
	}
	engine, err := newEngine(w.Model, g.Threads, c.Engine, c.Preset, c.Options)
	if err != nil {
		return 0, false, err
	}
	defer engine.Close()
	var first, sum time.Duration
	timed := 0
	for n := range probeBatches {
		took, ok, err := p.once(g, c, n%g.Batches(), engine)
		if err != nil || !ok {
			return 0, false, err
		}
		if n == 0 {
			first = took
		} else {
			sum, timed = sum+took, timed+1
		}
		if p.con.now().Add(took).After(deadline) {
			break
		}
	}
	if timed == 0 {
		return first, true, nil
	}
	return sum / time.Duration(timed), true, nil
}

// once decodes one batch.
func (p *prober) once(g *scenario.Group, c result.Cell, batch int, engine *ownEngine) (time.Duration, bool, error) {
	limited, cancel := context.WithTimeout(p.con.ctx, 4*probeCell) // the guess may have been far too low
	defer cancel()
	list, err := harness.DecodeBatch(limited, g, c, harness.Visit{Batch: batch}, transport.Tokens(engine, transport.Gauges{Now: p.con.now}), p.con.now)
	if errors.Is(err, harness.ErrInterrupted) {
		return 0, false, exit.Errorf(exit.Interrupted, "interrupted; nothing was measured")
	}
	if err != nil || len(list) == 0 || list[0].BatchNs == nil {
		return 0, false, err
	}
	return time.Duration(*list[0].BatchNs), true, nil
}
