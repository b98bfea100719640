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
	"errors"
	"fmt"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/network"
)

// rule is what a preset builds: the decoder (without a layout it is full
// attention and no cache), and what it asks of a budget (nil is nothing).
type rule struct {
	denoise.Decoder
	fits func(budget int) error
}

// New returns an engine that runs a preset ("" is the first of Presets) with
// options on a network. The error says which name or value is not allowed.
func New(net network.Network, preset string, opts engines.Options) (engines.Engine, error) {
	r, info, err := decode.ChooseMasked(net, rules(), preset, opts)
	if err != nil {
		return nil, err
	}
	if r.Layout == nil {
		r.Layout = full{}
	}
	info.Cache, info.Writing.Unit = r.Layout.Kind(), r.BlockLength
	loop := &denoise.Loop{Decoder: r.Decoder}
	return decode.NewEngine(net, info, r.refuse, loop.Decode), nil
}

// refuse reports budgets that do not suit the rule.
func (r *rule) refuse(batch []engines.Request) error {
	var errs []error
	for i, req := range batch {
		if req.Budget < 1 || r.fits == nil {
			continue
		}
		if err := r.fits(req.Budget); err != nil {
			errs = append(errs, fmt.Errorf("request %d: %w", i, err))
		}
	}
	return errors.Join(errs...)
}
