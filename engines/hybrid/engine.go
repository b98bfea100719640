// Package hybrid writes what the autoregressive decoder writes, and lets
// diffusion guess it first: self-speculation, on the same weights (Nemotron-
// Labs-Diffusion 2026, arXiv 2607.05722; TiDAR, Liu et al. 2025, arXiv
// 2511.08923).
//
// A draft pass feeds what is written and not yet stored, and behind it a block
// of masks that sees all of the text and itself. Its mask rows propose a token
// for every position of the block at once. A verification pass feeds the same
// block causally, with the proposals in place of the masks, and keeps what the
// autoregressive rows confirm; see package causal. Two passes therefore write
// as many tokens as were guessed right, and one or two more.
//
//	draft        … a b │ _  _  _  _        row b is causal and writes c itself
//	                     c  x  y  z        the mask rows propose x, y, z
//	verify           c │ x  y  z           rows c, x, y, z: x is right, u is not y
//	                     x  u
//	draft            x u │ _  _  _  _
//
// The row of the last written token is causal in the draft pass too. It is an
// autoregressive row like any other, so it writes a token there and then: a
// draft pass is never lost, and the first position of a block needs no guess.
// Draft and verification cannot share a pass without an attention mask that is
// no longer one number per row, and are kept apart.
//
// The cache holds causal keys and values only. Those of masks, and of tokens
// that turned out wrong, are rolled back after each pass; the cache is exact.
package hybrid

import (
	"context"
	"errors"

	"dllmbench/engines"
	"dllmbench/engines/internal/causal"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/network"
)

// Engine is the self-speculating decoder. It is not safe for concurrent use.
type Engine struct {
	rule
	bench     decode.Bench
	info      engines.Info
	recompute bool

	lines     []line
	chooser   causal.Chooser
	reference decode.Reference
}

var _ engines.Engine = (*Engine)(nil)

// New returns an engine that runs a preset ("" is the first of Presets) with
// options on a network. The error says which name or value is not allowed.
func New(net network.Network, preset string, opts engines.Options) (engines.Engine, error) {
	r, info, err := decode.ChooseMasked(net, rules(), preset, opts)
	if err != nil {
		return nil, err
	}
	info.Cache, info.Writing.Unit = info.Options["cache"].(string), r.length
	e := &Engine{rule: r, bench: decode.Bench{Net: net}, info: info, recompute: info.Cache == "none"}
	e.chooser = causal.Drawn{Proposal: r.proposal}
	if r.ratio {
		e.chooser = &ratio{engine: e}
	}
	e.reference = func(j *decode.Job, w *network.Window) { e.lines[j.Index].reference(w) }
	return e, nil
}

// Info implements engines.Engine.
func (e *Engine) Info() engines.Info { return e.info }

// Check reports what Generate would refuse, without running anything.
func (e *Engine) Check(batch []engines.Request) error {
	return errors.Join(e.bench.Check(batch), decode.NoDraft(batch))
}

// Generate implements engines.Engine.
func (e *Engine) Generate(ctx context.Context, batch []engines.Request, sink engines.Sink) ([]engines.Result, error) {
	if err := e.Check(batch); err != nil {
		return nil, err
	}
	run, err := e.bench.Start(ctx, batch, sink)
	if err != nil {
		return nil, err
	}
	for len(e.lines) < len(batch) {
		e.lines = append(e.lines, line{})
	}
	for i, j := range run.Jobs {
		e.lines[i].begin(e, j)
	}
	return run.Do(decode.Turns{
		Plan:      func(j *decode.Job) { e.lines[j.Index].plan() },
		Reference: e.reference,
		Choose:    func(j *decode.Job) error { return e.lines[j.Index].choose() },
		Rate:      func(j *decode.Job) { e.lines[j.Index].Rate() },
		Settle:    func(j *decode.Job) { e.lines[j.Index].settle() },
	})
}
