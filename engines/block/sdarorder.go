package block

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// sdarEntropyBound commits tokens for as long as the uncertainty of a step stays
// within a budget.
func sdarEntropyBound() decode.Rule[denoise.Decoder] {
	return decode.Rule[denoise.Decoder]{
		Preset: engines.Preset{
			Engine: "block", Name: "sdar-entropy-bound", Cache: "exact",
			Doc:    "Commits positions by rising entropy for as long as the entropies of the step sum to less than a bound, and the first one in any case.",
			Source: "SDAR 2025, arXiv 2510.06303, entropy_bounded; github.com/JetAstra/SDAR; after EB-Sampler, Ben-Hamu et al. 2025, arXiv 2505.24857",
			Differs: sdarDiffers + " Entropy is that of a position's whole distribution before temperature and truncation, as in the paper; the code takes -p ln p of the drawn token, summed over all positions." +
				" EB-Sampler leaves the last position of a step out of the sum.",
			Params: []engines.Param{blockLength(8),
				{Name: "eb_threshold", Kind: engines.KindFloat, Default: 0.35, Min: 0, Max: 1e6,
					Doc: "Bound on the summed entropies of the positions of one step, in nats; 0 commits one token per step."},
				temperature, topK, topP, cache},
		},
		Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			return denoise.Decoder{
				Rule: &denoise.Pick{Proposal: proposal(o), Confidence: sample.NegEntropy{},
					Selector: sample.EntropyBudget{Gamma: o["eb_threshold"].(float64)}},
				Steps: onePerMask,
			}, nil
		},
	}
}

// sdarSequential writes each block from left to right.
func sdarSequential() decode.Rule[denoise.Decoder] {
	return decode.Rule[denoise.Decoder]{
		Preset: engines.Preset{
			Engine: "block", Name: "sdar-sequential", Cache: "exact",
			Doc:     "Even quota of commits per step inside each block, from left to right.",
			Source:  "SDAR 2025, arXiv 2510.06303, sequential; github.com/JetAstra/SDAR",
			Differs: sdarDiffers,
			Params:  []engines.Param{blockLength(8), stepsPerBlock, temperature, topK, topP, cache},
		},
		Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			return denoise.Decoder{Rule: &denoise.Sequential{Proposal: proposal(o)}, Steps: constant(o["steps_per_block"].(int))}, nil
		},
	}
}
