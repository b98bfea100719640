package block

import (
	"fmt"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// Parameters of samplers that draw from the distribution itself.
var (
	drawTemperature = engines.Float("temperature", 1, 0, 100, "Divisor of the logits when tokens are drawn; 0 takes the most probable token.")
	topPWithin      = engines.Float("top_p", 0.9, 1e-6, 1, "Keep the tokens whose cumulative mass stays within top_p, and the most probable one in any case; 1 keeps all.")
)

// within is the proposal of BD3-LM and ReMDM.
func within(o engines.Options) sample.Proposal {
	return sample.Tempered(o["temperature"].(float64), 0, o["top_p"].(float64), sample.Within)
}

// bd3lm has BD3-LM's two samplers. First hitting, its default, writes one
// uniformly random masked position per pass; the network has no time input, so
// the hitting times of the paper have no effect and are not drawn. Ancestral
// writes each mask with the probability that a step of a time grid gives it.
func bd3lm() decode.Rule[denoise.Decoder] {
	return decode.Rule[denoise.Decoder]{
		Preset: engines.Preset{
			Engine: "block", Name: "bd3lm", Cache: "exact",
			Doc:    "Tokens at random masked positions of the block, drawn from the nucleus: one per step, or as many as a time grid gives.",
			Source: "Arriola et al. 2025, arXiv 2503.09573; github.com/kuleshov-group/bd3lms",
			Differs: "Hitting times are not drawn, since the network has no time input. Who is written in an ancestral step is drawn before the pass, so that only these rows are computed; a step that writes nobody takes no pass, where the published code reuses the last predictions: the law is the same." +
				" The grid reaches time 0 in its last step, which writes all that is left; the published one ends a step before or behind it. Sequences of low entropy are not discarded and drawn again.",
			Params: []engines.Param{blockLength(16),
				engines.Choice("sampler", "first_hitting", []string{"first_hitting", "ancestral"}, "first_hitting writes one token per step, ancestral a random number of them."),
				engines.Int("steps_per_block", 5000, 1, 1<<16,
					"For ancestral: steps of the time grid of a block, of which those that write nothing are free; fewer steps draw more tokens at once. first_hitting has one per position.").As(engines.RoleSteps),
				drawTemperature, topPWithin, cache},
		},
		Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			if steps := o["steps_per_block"].(int); o["sampler"] == "ancestral" {
				return denoise.Decoder{
					Rule:  &denoise.Ancestral{Proposal: within(o), Grid: denoise.Forward(0)},
					Steps: constant(steps), KeepSteps: true,
				}, nil
			}
			return denoise.Decoder{
				Rule:  &denoise.Pick{Proposal: within(o), Confidence: sample.Random{}, Selector: sample.TopK{}},
				Steps: onePerMask,
			}, nil
		},
	}
}

// remdm is BD3-LM's ancestral sampler with ReMDM's masking of written tokens,
// inside the block at work. Neither paper has it: BD3-LM never takes a token
// back, and ReMDM has no blocks.
func remdm() decode.Rule[denoise.Decoder] {
	return decode.Rule[denoise.Decoder]{
		Preset: engines.Preset{
			Engine: "block", Name: "block-remdm", Cache: "exact", Revises: true,
			Doc:    "Ancestral sampling inside each block in which written tokens of the block are masked again with a probability that the strategy gives.",
			Source: "Wang et al. 2025 (ReMDM), arXiv 2503.00307, inside the blocks of Arriola et al. 2025 (BD3-LM), arXiv 2503.09573",
			Differs: "The time grid runs from 1 to 0 in every block, and its last step writes all that is left. Who is written and masked again is drawn before the pass, and a step that writes nobody takes none, with the same law." +
				" Steps default to one per position; the published 1024 are for 1024 positions. The strategies loop, rescale and forward-backward are not offered.",
			Params: []engines.Param{blockLength(16),
				engines.Int("steps_per_block", 0, 0, 1<<16, "Steps of the time grid of a block; 0 is one per position. More steps mask and write more often.").As(engines.RoleSteps),
				engines.Choice("strategy", "cap", []string{"cap", "conf"}, "Who is masked again: every token with probability eta (cap), or the less sure ones as much as the schedule allows (conf)."),
				engines.Float("eta", -1, -1, 1, "For cap: probability per step and token of being masked again; -1 is the published 0.008, 0 is bd3lm's ancestral sampler."),
				drawTemperature, topPWithin, cache},
		},
		Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			steps, eta, conf := o["steps_per_block"].(int), o["eta"].(float64), o["strategy"] == "conf"
			r := &denoise.Ancestral{Proposal: within(o), Revises: true, ByConfidence: conf}
			switch {
			case eta < 0 && eta != -1:
				return denoise.Decoder{}, fmt.Errorf("eta (%g) is a probability; give 0 to 1, or -1 for the published value", eta)
			case conf && eta >= 0:
				return denoise.Decoder{}, fmt.Errorf("eta (%g) has no meaning for strategy conf; leave eta away, or give strategy cap with eta %g", eta, eta)
			case conf:
				r.Grid = denoise.Shared(0)
			case eta < 0:
				r.Grid = denoise.Capped(0, 0.008)
			default:
				r.Grid = denoise.Capped(0, eta)
			}
			return denoise.Decoder{Rule: r, Steps: constant(steps), KeepSteps: true}, nil
		},
	}
}
