package block

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// sdar are the rules of SDAR.
func sdar() []decode.Rule[denoise.Decoder] {
	return []decode.Rule[denoise.Decoder]{
		// sdar-static commits an even quota per step, the surest positions first.
		{Preset: engines.Preset{
			Name: "sdar-static", Cache: "exact",
			Doc:     "Even quota of commits per step inside each block, the most confident positions first.",
			Source:  "SDAR 2025, arXiv 2510.06303, low_confidence_static; github.com/JetAstra/SDAR",
			Differs: sdarDiffers,
			Params: []engines.Param{blockLength(8), stepsPerBlock,
				engines.Choice("remasking", "low_confidence", []string{"low_confidence", "random"}, "low_confidence commits the most probable tokens first, random commits in random order."),
				denoise.Temperature, topK, topP, cache},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			var confidence sample.Confidence = sample.Proposed{}
			if o["remasking"] == "random" {
				confidence = sample.Random{}
			}
			return denoise.Decoder{Rule: &denoise.Pick{Proposal: proposal(o), Confidence: confidence, Selector: sample.TopK{}}}, nil
		}},
		// sdar-dynamic commits all tokens above a threshold, or the quota's surest ones
		// if these are more. LLaDA2.0 decodes by the same rule with other numbers, so it
		// is no preset of its own.
		{Preset: engines.Preset{
			Name: "sdar-dynamic", Cache: "exact",
			Doc:     "Commits all tokens above the threshold if they are at least as many as the even quota, and the quota otherwise; with block_length 32 and threshold 0.95 it is LLaDA2.0.",
			Source:  "SDAR 2025, arXiv 2510.06303, low_confidence_dynamic; github.com/JetAstra/SDAR; LLaDA2.0 2025, arXiv 2512.15745",
			Differs: sdarDiffers,
			Params:  []engines.Param{blockLength(8), stepsPerBlock, thresholdAbove(0.85), denoise.Temperature, topK, topP, cache},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			return denoise.Decoder{Rule: aboveThreshold(o)}, nil
		}},
		// sdar-entropy-bound commits tokens for as long as the uncertainty of a step stays
		// within a budget.
		{Preset: engines.Preset{
			Name: "sdar-entropy-bound", Cache: "exact",
			Doc:    "Commits positions by rising entropy for as long as the entropies of the step sum to less than a bound, and the first one in any case.",
			Source: "SDAR 2025, arXiv 2510.06303, entropy_bounded; github.com/JetAstra/SDAR; after EB-Sampler, Ben-Hamu et al. 2025, arXiv 2505.24857",
			Differs: sdarDiffers + " Entropy is that of a position's whole distribution before temperature and truncation, as in the paper; the code takes -p ln p of the drawn token, summed over all positions." +
				" EB-Sampler leaves the last position of a step out of the sum.",
			Params: []engines.Param{blockLength(8),
				engines.Float("eb_threshold", 0.35, 0, 1e6, "Bound on the summed entropies of the positions of one step, in nats; 0 commits one token per step."),
				denoise.Temperature, topK, topP, cache},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			selector := sample.EntropyBudget{Gamma: o["eb_threshold"].(float64)}
			return denoise.Decoder{Rule: &denoise.Pick{Proposal: proposal(o), Confidence: sample.NegEntropy{}, Selector: selector}}, nil
		}},
		// sdar-sequential writes each block from left to right.
		{Preset: engines.Preset{
			Name: "sdar-sequential", Cache: "exact",
			Doc:     "Even quota of commits per step inside each block, from left to right.",
			Source:  "SDAR 2025, arXiv 2510.06303, sequential; github.com/JetAstra/SDAR",
			Differs: sdarDiffers,
			Params:  []engines.Param{blockLength(8), stepsPerBlock, denoise.Temperature, topK, topP, cache},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			return denoise.Decoder{Rule: &denoise.Sequential{Proposal: proposal(o)}}, nil
		}},
	}
}

// sdarDiffers holds for all rules of SDAR.
const sdarDiffers = "The default temperature is 0 (published: 1), so that engines compare at the same one. Quotas count the masks of a block and never reach beyond them; the last block ends with the token budget."
