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
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// New returns an engine that runs a preset ("" is the first of Presets) with
// options on a network. The error says which name or value is not allowed.
func New(net network.Network, preset string, opts engines.Options) (engines.Engine, error) {
	build, info, err := family().Choose(net, preset, opts)
	if err != nil {
		return nil, err
	}
	spec := net.Spec()
	info.Untrained = append(info.Untrained, spec.UntrainedWhole()...)
	return denoise.New(net, info, func() denoise.Decoder {
		d := build()
		if d.Reference = wholeSequence; d.Layout.Lay == nil {
			d.Layout = full()
		}
		return d
	}), nil
}

// family lists the presets; a new one is an entry of one of these tables. Without
// a layout a decoder has full attention and no cache.
func family() *decode.Family[denoise.Decoder] {
	return &decode.Family[denoise.Decoder]{
		Preset: engines.Preset{Engine: "diffusion"}, Masked: true,
		Rules: slices.Concat(llada(), onGrid(), untilSure(), kept()),
	}
}

// Presets describes the decoding rules of this package, the default first.
func Presets() []engines.Preset { return family().Presets() }

// Parameters that several presets share.
var (
	canvasSteps = engines.Int("steps", 0, 0, 1<<24, "Denoising steps for the whole canvas; 0 is one per position, and more than that has no effect.").As(engines.RoleSteps)
	cfgScale    = engines.Float("cfg_scale", 0, 0, 100, "Scale of classifier-free guidance; above 0 every step takes a second pass with the prompt masked.")
	stopAtEnd   = engines.Bool("stop_at_end", false, "End a request as soon as a stop token and everything before it is written, instead of filling the canvas.")
)

func blockLength(n int) engines.Param {
	return engines.Int("block_length", n, 0, 1<<24, "Positions that are finished before the next ones are begun (semi-autoregressive order); 0 is the whole canvas.")
}

// tempered draws a token at a temperature. LLaDA's code does it by Gumbel noise;
// the law is the same.
func tempered(o engines.Options) sample.Proposal {
	return sample.Tempered(o["temperature"].(float64), 0, 1, sample.Crossing)
}

// surest commits the surest tokens first.
func surest(o engines.Options, s sample.Selector) *denoise.Pick {
	return &denoise.Pick{Proposal: tempered(o), Confidence: sample.Probability{}, Selector: s}
}
