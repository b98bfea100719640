// Package diffusion decodes with full attention: the prompt is followed by a
// canvas of mask tokens as long as the token budget, every forward pass sees
// all of it, and every step replaces some masks by tokens, until none is left.
// This is the algorithm of LLaDA (Nie et al. 2025, arXiv 2502.09992).
//
// No keys and values are kept from one step to the next, since every committed
// token changes what all others see: a step costs a pass over the whole
// sequence. The number of passes does not depend on the length of the text.
// With steps equal to the budget one token is written per pass; with fewer,
// tokens of the same step are drawn independently of each other.
//
// Differences from the published code: the mask token is never drawn; a step
// that would commit nothing (more steps than masks) is not run; random numbers
// are only drawn for positions that can be committed, which leaves the law as
// it is.
package diffusion

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/network"
)

// New returns an engine that runs a preset ("" is the first of Presets) with
// options on a network. The error says which name or value is not allowed.
func New(net network.Network, preset string, opts engines.Options) (engines.Engine, error) {
	build, info, err := family().Choose(net, preset, opts)
	if err != nil {
		return nil, err
	}
	return denoise.New(net, info, func() denoise.Decoder {
		d := build()
		if d.Reference = wholeSequence; d.Layout.Lay == nil {
			d.Layout = full()
		}
		return d
	}), nil
}
