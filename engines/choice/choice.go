// Package choice lets any decoder rate given answers instead of writing one, as multiple
// choice is judged: by how probable each answer is in the decoder's own way of reading.
//
//	autoregressive, hybrid   the exact log-likelihood, the prompt being read once
//	diffusion                the bound of full diffusion
//	block                    the bound of block diffusion, with the decoder's block_length
//
// See package likelihood for what a bound is. The engine wraps another one, to which
// requests without choices go through as they are. Steps, orders and temperatures of the
// decoder have no part in a rating.
package choice

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/likelihood"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// Engine decodes with another engine, and rates choices itself. It is not safe for
// concurrent use.
type Engine struct {
	engines.Engine
	info   engines.Info
	net    *counted
	scorer *likelihood.Scorer // made for the first rating
	now    func() time.Time
}

// Wrap returns an engine that rates choices on the network of another one.
func Wrap(net network.Network, inner engines.Engine) *Engine {
	e := &Engine{Engine: inner, info: inner.Info(), net: &counted{Network: net, now: time.Now}, now: time.Now}
	switch length, _ := e.info.Options["block_length"].(int); e.info.Engine {
	case "diffusion":
		e.info.Rates = "full"
	case "block":
		if e.info.Rates = fmt.Sprintf("block %d", length); length == 0 {
			e.info.Rates = "block whole"
		}
	default:
		e.info.Rates = "exact"
	}
	return e
}

// Info implements engines.Engine.
func (e *Engine) Info() engines.Info { return e.info }

// Same implements [engines.Same].
func (e *Engine) Same(budget int) engines.Options { return engines.Same(e.Engine, budget) }

// Check reports what Generate would refuse, without running anything.
func (e *Engine) Check(batch []engines.Request) error {
	if rates, err := e.rates(batch); rates || err != nil {
		return err
	}
	return engines.Check(e.Engine, batch)
}

// rates reports whether the requests of a batch are ratings, and what is wrong with them.
func (e *Engine) rates(batch []engines.Request) (bool, error) {
	n := 0
	for _, r := range batch {
		if r.Choices != nil {
			n++
		}
	}
	o := e.info.Options
	tries, _ := o["best_of"].(int)
	guidance, _ := o["cfg_scale"].(float64)
	switch {
	case n == 0:
		return false, nil
	case n < len(batch):
		return true, errors.New("some requests of the batch have choices and others have none")
	case tries > 1:
		return true, fmt.Errorf("best_of %d tries answers, and choices are given; best_of 1 works", tries)
	case guidance > 0:
		return true, fmt.Errorf("cfg_scale %g: choices are rated without guidance; cfg_scale 0 works", guidance)
	}
	return true, nil
}

// Generate implements engines.Engine.
func (e *Engine) Generate(ctx context.Context, batch []engines.Request, sink engines.Sink) ([]engines.Result, error) {
	if rates, err := e.rates(batch); err != nil {
		return nil, err
	} else if !rates {
		return e.Engine.Generate(ctx, batch, sink)
	}
	if e.scorer == nil {
		e.scorer = likelihood.New(e.net)
	}
	begin := e.now()
	list := make([]engines.Result, len(batch))
	for i, r := range batch {
		e.net.begin(ctx)
		start := e.now()
		ratings, err := e.rate(r)
		if err != nil && ctx.Err() == nil {
			return nil, fmt.Errorf("request %d: %w", i, err)
		}
		took := e.now().Sub(start)
		list[i] = engines.Result{Ratings: ratings, Finish: engines.FinishBudget, Usage: e.net.work.Usage(), Elapsed: e.now().Sub(begin),
			Spent: engines.Spent{Forward: e.net.spent, Sampling: took - e.net.spent}}
		if err != nil {
			list[i].Ratings, list[i].Finish = nil, engines.FinishCancelled
		}
	}
	return list, ctx.Err()
}

// rate rates the choices of a request. Choices of one length are rated with the same masks.
func (e *Engine) rate(r engines.Request) ([]engines.Rating, error) {
	var list []likelihood.Result
	var err error
	if e.info.Rates == "exact" {
		list, err = e.scorer.ARs(r.Prompt, r.Choices)
	} else {
		length, _ := e.info.Options["block_length"].(int)
		o := likelihood.Options{Draws: r.Draws, Seed: r.Seed}
		for _, choice := range r.Choices {
			var one likelihood.Result
			if t := (likelihood.Text{Prompt: r.Prompt, Answer: choice}); e.info.Rates == "full" {
				one, err = e.scorer.Full(t, o)
			} else {
				one, err = e.scorer.Block(t, length, o)
			}
			if err != nil {
				break
			}
			list = append(list, one)
		}
	}
	ratings := make([]engines.Rating, len(list))
	for i, one := range list {
		ratings[i] = engines.Rating{Nats: one.Total(), Tokens: len(r.Choices[i])}
		if !math.IsNaN(one.SE) {
			ratings[i].SE = &one.SE
		}
	}
	return ratings, err
}

// counted is a network that counts what a request takes, and ends with its context.
type counted struct {
	network.Network
	now   func() time.Time
	ctx   context.Context
	work  usage.Tally
	spent time.Duration
}

func (n *counted) begin(ctx context.Context) { n.ctx, n.work, n.spent = ctx, usage.Tally{}, 0 }

// Forward implements network.Network.
func (n *counted) Forward(batch []network.Window) (network.Pass, error) {
	if err := n.ctx.Err(); err != nil {
		return network.Pass{}, err
	}
	start := n.now()
	pass, err := n.Network.Forward(batch)
	n.spent += n.now().Sub(start)
	if err != nil {
		return pass, err
	}
	held := int64(0)
	for i, cost := range pass.Cost {
		held += batch[i].Cache.Bytes()
		if i > 0 { // the weights were read once for all of them
			for kind := range cost {
				cost[kind][usage.WeightBytes] = 0
			}
		}
		cost.AddTo(&n.work, held)
	}
	n.work[usage.SampledLogits] += int64(len(pass.Logits) * n.Spec().Vocab)
	return pass, nil
}

// Serve implements engines.Continuous. Requests of a queue are written, not rated.
func (e *Engine) Serve(ctx context.Context, q engines.Queue) error {
	return engines.Serve(ctx, e.Engine, q)
}
