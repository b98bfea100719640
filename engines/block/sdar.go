package block

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// sdarDiffers holds for all rules of SDAR.
const sdarDiffers = "The default temperature is 0 (published: 1), so that engines compare at the same one. Quotas count the masks of a block and never reach beyond them; the last block ends with the token budget."

// sdarStatic commits an even quota per step, the surest positions first.
func sdarStatic() decode.Rule[denoise.Decoder] {
	return decode.Rule[denoise.Decoder]{
		Preset: engines.Preset{
			Engine: "block", Name: "sdar-static", Cache: "exact",
			Doc:     "Even quota of commits per step inside each block, the most confident positions first.",
			Source:  "SDAR 2025, arXiv 2510.06303, low_confidence_static; github.com/JetAstra/SDAR",
			Differs: sdarDiffers,
			Params: []engines.Param{blockLength(8), stepsPerBlock,
				{Name: "remasking", Kind: engines.KindChoice, Default: "low_confidence", Allowed: []string{"low_confidence", "random"},
					Doc: "low_confidence commits the most probable tokens first, random commits in random order."},
				temperature, topK, topP, cache},
		},
		Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			var confidence sample.Confidence = sample.Proposed{}
			if o["remasking"] == "random" {
				confidence = sample.Random{}
			}
			return denoise.Decoder{
				Rule:  &denoise.Pick{Proposal: proposal(o), Confidence: confidence, Selector: sample.TopK{}},
				Steps: constant(o["steps_per_block"].(int)),
			}, nil
		},
	}
}

// sdarDynamic commits all tokens above a threshold, or the quota's surest ones
// if these are more. LLaDA2.0 decodes by the same rule with other numbers, so it
// is no preset of its own.
func sdarDynamic() decode.Rule[denoise.Decoder] {
	return decode.Rule[denoise.Decoder]{
		Preset: engines.Preset{
			Engine: "block", Name: "sdar-dynamic", Cache: "exact",
			Doc:     "Commits all tokens above the threshold if they are at least as many as the even quota, and the quota otherwise; with block_length 32 and threshold 0.95 it is LLaDA2.0.",
			Source:  "SDAR 2025, arXiv 2510.06303, low_confidence_dynamic; github.com/JetAstra/SDAR; LLaDA2.0 2025, arXiv 2512.15745",
			Differs: sdarDiffers,
			Params: []engines.Param{blockLength(8), stepsPerBlock,
				thresholdAbove(0.85), temperature, topK, topP, cache},
		},
		Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			pick := aboveThreshold(o)
			return denoise.Decoder{Rule: &pick, Steps: constant(o["steps_per_block"].(int))}, nil
		},
	}
}
