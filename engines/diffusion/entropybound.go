package diffusion

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// entropyBound writes as many tokens at once as the entropies of their rows say
// can be drawn independently.
func entropyBound() decode.Rule[rule] {
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "diffusion", Name: "entropy-bound", Cache: "none",
			Doc:    "Every step commits positions by rising entropy while the entropies of those before sum to at most gamma.",
			Source: "Ben-Hamu et al. 2025 (EB-Sampler), arXiv 2505.24857, ordered by entropy",
			Params: []engines.Param{
				{Name: "gamma", Kind: engines.KindFloat, Default: 0.1, Min: 0, Max: 1e6,
					Doc: "Bound in nats on what tokens of one step can have to do with each other; 0 commits one token per step, and certain ones with it."},
				blockLength, temperature, cfgScale, stopAtEnd,
			},
		},
		Build: func(_ *network.Spec, o engines.Options) (rule, error) {
			pick := surest(o, sample.EntropyBound{Gamma: o["gamma"].(float64)})
			pick.Confidence = sample.NegEntropy{}
			return rule{Decoder: inBlocks(o, &pick)}, nil
		},
	}
}
