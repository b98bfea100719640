package forecast

import (
	"context"
	"errors"
	"slices"
	"time"

	"dllmbench/engines/weights"
	"dllmbench/harness"
	"dllmbench/harness/pace"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/transport"
)

// prober times cells by decoding a few of their own batches, on their own weights:
// confidence rules, texts that end early and the machine's load are in what it measures.
type prober struct {
	ctx      context.Context
	counter  *Counter
	now      func() time.Time
	left     time.Duration // that all probes together may still take
	pace     pace.Pace
	cells    map[string]Cell                // of the forecast
	opening  map[weights.Name]time.Duration // of weights that were opened
	perParam float64                        // the longest opening, in nanoseconds a parameter
	noise    Noise
	pilots   map[passes]Pilot
}

// What a probe may take.
const (
	probeCell = 1500 * time.Millisecond
)

// probeBatches are the batches of a cell that are decoded, the first of which warms
// up. One is decoded twice: what its times differ by is the noise of the machine.
var probeBatches = [...]int{0, 1, 1, 2}

// leastRate is the FLOPs of any machine in a second: it decides what is tried first.
const leastRate = 1e9

// try measures a cell, unless it is too dear by the pace of others, or decoding fails.
func (p *prober) try(g *scenario.Group, c result.Cell, work float64) error {
	if p.pace.Known() || !p.affords(pace.Time(work/leastRate*float64(time.Second))) {
		if !p.pace.Known() && g.Weights.Random() {
			if err := p.base(g, c); err != nil {
				return err
			}
		}
		if took, known, err := p.guess(g, c, p.cells[c.ID].Need); err != nil || known && !p.affords(took) {
			return err
		}
	}
	took, ok, err := p.measure(g, c)
	if err != nil || !ok {
		return err
	}
	p.cells[c.ID] = Cell{p.cells[c.ID].Need, took, true}
	p.pace.Took(c, work, took)
	return nil
}

// affords reports whether a batch of a length may be tried.
func (p *prober) affords(batch time.Duration) bool { return batch <= min(probeCell, p.left) }

// base finds a first pace where no cell is cheap: the cheapest on small random weights.
func (p *prober) base(g *scenario.Group, c result.Cell) error {
	tiny, ordinary, err := p.counter.engines.Tiny(transport.Spec{Weights: p.counter.engines.Base, Engine: c.Engine, Preset: c.Preset, Options: c.Options, Threads: 1})
	if err != nil {
		return err
	}
	tiny.Close()
	small := scenario.Group{Weights: p.counter.engines.Base, Budget: g.Budget, Batch: g.Batch, Threads: g.Threads, Order: scenario.Once, Repeats: 1}
	var items []scenario.Item
	for i := range g.Batch {
		items = append(items, scenario.Item{ID: g.Items.ID(i), Prompt: slices.Repeat([]int32{ordinary}, g.Items.PromptLen(i))})
	}
	small.Items = scenario.Listed(items...)
	c.Digest = ""
	need, err := p.counter.Need(p.ctx, &small, c)
	if err != nil {
		return err
	}
	took, ok, err := p.measure(&small, c)
	if ok {
		c.ID, c.Weights = "", ""
		p.pace.Took(c, need.Work()*float64(g.Batch), took)
	}
	return err
}

// measure is the mean time of a batch, and what it took is taken off what is left.
func (p *prober) measure(g *scenario.Group, c result.Cell) (time.Duration, bool, error) {
	begin := p.now()
	engine, err := p.counter.engines.Open(p.ctx, harness.SpecOf(g, c))
	if err != nil {
		return 0, false, err
	}
	defer engine.Close()
	opened := p.now()
	if _, again := p.opening[g.Weights]; !again {
		p.opening[g.Weights] = opened.Sub(begin)
		p.perParam = max(p.perParam, float64(opened.Sub(begin))/float64(max(1, c.Params)))
	}
	defer func() { p.left -= p.now().Sub(opened) }()
	deadline := opened.Add(min(probeCell, p.left))
	var first, last, sum time.Duration
	timed := 0
	for n, batch := range probeBatches {
		limited, cancel := context.WithTimeout(p.ctx, 4*probeCell) // the guess may have been far too low
		list, err := harness.DecodeBatch(limited, g, c, harness.Visit{Batch: batch % g.Batches()}, engine, p.now, nil)
		cancel()
		if errors.Is(err, harness.ErrInterrupted) {
			return 0, false, err
		}
		if err != nil || len(list) == 0 || list[0].BatchNs == nil {
			return 0, false, nil
		}
		took := time.Duration(*list[0].BatchNs)
		if n == 2 {
			p.noise.add(last, took)
		}
		last = took
		if n == 0 {
			first = took
		} else {
			sum, timed = sum+took, timed+1
		}
		if p.now().Add(took).After(deadline) {
			break
		}
	}
	if timed == 0 {
		return first, true, nil
	}
	return sum / time.Duration(timed), true, nil
}

// open is the time to load or make the weights of a group, by their size if not seen.
func (p *prober) open(g *scenario.Group) time.Duration {
	if took, ok := p.opening[g.Weights]; ok {
		return took
	}
	return pace.Time(p.perParam * float64(g.Cells[0].Params))
}
