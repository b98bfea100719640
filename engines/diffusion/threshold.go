package diffusion

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// lladaThreshold is LLaDA with the commit rule of Fast-dLLM, without its
// caches: how many tokens a step commits depends on how sure the model is, so
// the number of steps follows from the text.
func lladaThreshold() decode.Rule[rule] {
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "diffusion", Name: "llada-threshold", Cache: "none",
			Doc:    "Every step commits all tokens with at least the threshold probability, and the surest one in any case; a shorter last block is allowed.",
			Source: "Wu et al. 2025 (Fast-dLLM), arXiv 2505.22618, section 3.3, without cache",
			Params: []engines.Param{
				{Name: "threshold", Kind: engines.KindFloat, Default: 0.9, Min: 0, Max: 2,
					Doc: "Probability from which a token is committed; 0 fills a block in one step, above 1 commits one token per step."},
				blockLength, temperature, cfgScale, stopAtEnd,
			},
		},
		Build: func(_ *network.Spec, o engines.Options) (rule, error) {
			pick := surest(o, sample.Threshold{Theta: o["threshold"].(float64)})
			return rule{Decoder: inBlocks(o, &pick)}, nil
		},
	}
}
