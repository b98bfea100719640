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
	"dllmbench/engines"
	"dllmbench/engines/internal/causal"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/network"
)

// decoder is a preset at work.
type decoder struct {
	rule
	recompute bool
	lines     []line // one per request of a batch
	chooser   causal.Chooser
}

// New returns an engine that runs a preset ("" is the first of Presets) with
// options on a network. The error says which name or value is not allowed.
func New(net network.Network, preset string, opts engines.Options) (engines.Engine, error) {
	r, info, err := decode.ChooseMasked(net, rules(), preset, opts)
	if err != nil {
		return nil, err
	}
	info.Cache, info.Writing.Unit = info.Options["cache"].(string), r.length
	d := &decoder{rule: r, recompute: info.Cache == "none", chooser: causal.Drawn{Proposal: r.proposal}}
	if r.ratio {
		d.chooser = &ratio{decoder: d}
	}
	return decode.NewEngine(net, info, decode.NoDraft, d.decode), nil
}

func (d *decoder) decode(run *decode.Run) ([]engines.Result, error) {
	for len(d.lines) < len(run.Jobs) {
		d.lines = append(d.lines, line{})
	}
	for i, j := range run.Jobs {
		d.lines[i].begin(d, j)
	}
	of := func(j *decode.Job) *line { return &d.lines[j.Index] }
	return run.Do(decode.Turns{
		Plan:      func(j *decode.Job) { of(j).plan() },
		Reference: func(j *decode.Job, w *network.Window) { of(j).reference(w) },
		Choose:    func(j *decode.Job) error { return of(j).choose() },
		Rate:      func(j *decode.Job) { of(j).Rate() },
		Settle:    func(j *decode.Job) { of(j).settle() },
	})
}
