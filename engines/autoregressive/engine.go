// Package autoregressive decodes one token after the other, left to right, with
// an exact cache of keys and values: the baseline against which diffusion is
// measured.
//
// The first forward pass reads the whole prompt and yields the first token
// (prefill); every further pass reads the one token drawn last. G tokens
// therefore take 1 + (G-1) passes: the last token is never fed. With
// prompt-lookup a pass also reads a draft that was copied from the text so
// far, and writes as much of it as is right; see package causal.
//
// In an infilling template the fixed ids are not drawn but taken over, and a
// run of them is read in the same pass as the token in front of it. The gaps
// still know nothing of the fixed text behind them; that is what "left to
// right" means. Weights that were trained for it can fill gaps with the whole
// template in view: option infill = fim.
//
// The mask token and the padding token are never drawn.
package autoregressive

import (
	"context"
	"errors"

	"dllmbench/engines"
	"dllmbench/engines/internal/causal"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// Engine is the autoregressive decoder. It is not safe for concurrent use.
type Engine struct {
	rule
	bench     decode.Bench
	info      engines.Info
	recompute bool

	writers   []causal.Writer
	reference decode.Reference
}

// rule is what a preset builds.
type rule struct {
	proposal sample.Proposal
	draft    drafter // nil drafts nothing
}

// A drafter proposes tokens at the front of a writer: it sets Text and Draft.
type drafter interface{ draft(w *causal.Writer) }

var _ engines.Engine = (*Engine)(nil)

// New returns an engine that runs a preset ("" is the first of Presets) with
// options on a network. The error says which name or value is not allowed.
func New(net network.Network, preset string, opts engines.Options) (engines.Engine, error) {
	r, info, err := decode.Choose(net, rules(), preset, opts)
	if err != nil {
		return nil, err
	}
	info.Cache, info.Writing.Unit = info.Options["cache"].(string), 1
	e := &Engine{rule: r, bench: decode.Bench{Net: net}, info: info, recompute: info.Cache == "none"}
	e.reference = func(j *decode.Job, w *network.Window) { e.writers[j.Index].Reference(w) }
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
	for len(e.writers) < len(batch) {
		e.writers = append(e.writers, causal.Writer{})
	}
	for i, j := range run.Jobs {
		e.writers[i].Reset(j, e.recompute)
	}
	// Boxed once: in the loop, nothing is allocated.
	var chooser causal.Chooser = causal.Drawn{Proposal: e.proposal}
	return run.Do(decode.Turns{
		Plan: func(j *decode.Job) {
			w := &e.writers[j.Index]
			if e.draft != nil {
				e.draft.draft(w)
				w.Cut()
			}
			w.Lay()
		},
		Reference: e.reference,
		Choose:    func(j *decode.Job) error { return e.writers[j.Index].Write(chooser) },
		Rate:      func(j *decode.Job) { e.writers[j.Index].Rate() },
		Settle:    func(j *decode.Job) { e.writers[j.Index].Settle() },
	})
}
