package block

import (
	"fmt"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/network"
)

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
				{Name: "steps_per_block", Role: engines.RoleSteps, Kind: engines.KindInt, Default: 0, Min: 0, Max: 1 << 16,
					Doc: "Steps of the time grid of a block; 0 is one per position. More steps mask and write more often."},
				{Name: "strategy", Kind: engines.KindChoice, Default: "cap", Allowed: []string{"cap", "conf"},
					Doc: "Who is masked again: every token with probability eta (cap), or the less sure ones as much as the schedule allows (conf)."},
				{Name: "eta", Kind: engines.KindFloat, Default: -1.0, Min: -1, Max: 1,
					Doc: "For cap: probability per step and token of being masked again; -1 is the published 0.008, 0 is bd3lm's ancestral sampler."},
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
