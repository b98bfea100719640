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
	"math/rand/v2"

	"dllmbench/engines"
	"dllmbench/engines/internal/causal"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/network"
)

// New returns an engine that runs a preset ("" is the first of Presets) with
// options on a network. The error says which name or value is not allowed.
func New(net network.Network, preset string, opts engines.Options) (engines.Engine, error) {
	build, info, err := family().Choose(net, preset, opts)
	if err != nil {
		return nil, err
	}
	info.Writing.Unit = build().length
	return causal.Engine(net, info, func(w causal.Writer) decode.Lane {
		r := build()
		l := &line{Writer: w, rule: &r, pcg: rand.NewPCG(0, 0)}
		l.dice = rand.New(l.pcg)
		if l.Chooser = (causal.Drawn{Proposal: r.proposal}); r.ratio {
			l.Chooser = &ratio{line: l}
		}
		return l
	}), nil
}
