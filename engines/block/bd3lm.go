package block

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/model"
)

// bd3lm is BD3-LM's default sampler: first hitting, which writes one uniformly
// random masked position per pass. The network has no time input, so the
// sampled hitting times of the paper have no effect and are not drawn.
func bd3lm() decode.Rule[denoise.Decoder] {
	return decode.Rule[denoise.Decoder]{
		Preset: engines.Preset{
			Engine: "block", Name: "bd3lm", Cache: "exact",
			Doc:    "One token per step at a random masked position of the block, drawn from the nucleus.",
			Source: "Arriola et al. 2025, arXiv 2503.09573, first-hitting sampler; github.com/kuleshov-group/bd3lms",
			Params: []engines.Param{blockLength(16),
				{Name: "temperature", Kind: engines.KindFloat, Default: 1.0, Min: 0, Max: 100, Doc: "Divisor of the logits; 0 takes the most probable token."},
				{Name: "top_p", Kind: engines.KindFloat, Default: 0.9, Min: 1e-6, Max: 1,
					Doc: "Keep the tokens whose cumulative mass stays within top_p, and the most probable one in any case; 1 keeps all."},
				cache},
		},
		Build: func(_ *model.Config, o engines.Options) (denoise.Decoder, error) {
			return denoise.Decoder{
				Rule: &denoise.Pick{
					Proposal:   sample.Tempered(o["temperature"].(float64), 0, o["top_p"].(float64), sample.Within),
					Confidence: sample.Random{}, Selector: sample.TopK{},
				},
				Steps: onePerMask,
			}, nil
		},
	}
}
