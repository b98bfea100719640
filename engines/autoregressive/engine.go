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
	"dllmbench/engines"
	"dllmbench/engines/internal/causal"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// decoder is a preset at work.
type decoder struct {
	rule
	recompute bool
	writers   []causal.Writer // one per request of a batch
}

// rule is what a preset builds.
type rule struct {
	proposal sample.Proposal
	draft    drafter // nil drafts nothing
}

// A drafter proposes tokens at the front of a writer: it sets Text and Draft.
type drafter interface{ draft(w *causal.Writer) }

// New returns an engine that runs a preset ("" is the first of Presets) with
// options on a network. The error says which name or value is not allowed.
func New(net network.Network, preset string, opts engines.Options) (engines.Engine, error) {
	r, info, err := decode.Choose(net, rules(), preset, opts)
	if err != nil {
		return nil, err
	}
	info.Cache, info.Writing.Unit = info.Options["cache"].(string), 1
	d := &decoder{rule: r, recompute: info.Cache == "none"}
	return decode.NewEngine(net, info, decode.NoDraft, d.decode), nil
}

func (d *decoder) decode(run *decode.Run) ([]engines.Result, error) {
	for len(d.writers) < len(run.Jobs) {
		d.writers = append(d.writers, causal.Writer{})
	}
	for i, j := range run.Jobs {
		d.writers[i].Reset(j, d.recompute)
	}
	of := func(j *decode.Job) *causal.Writer { return &d.writers[j.Index] }
	// Boxed once: in the loop, nothing is allocated.
	var chooser causal.Chooser = causal.Drawn{Proposal: d.proposal}
	return run.Do(decode.Turns{
		Plan: func(j *decode.Job) {
			w := of(j)
			if d.draft != nil {
				d.draft.draft(w)
				w.Cut()
			}
			w.Lay()
		},
		Reference: func(j *decode.Job, w *network.Window) { of(j).Reference(w) },
		Choose:    func(j *decode.Job) error { return of(j).Write(chooser) },
		Rate:      func(j *decode.Job) { of(j).Rate() },
		Settle:    func(j *decode.Job) { of(j).Settle() },
	})
}
