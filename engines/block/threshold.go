package block

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/network"
)

// threshold is the diffusion mode of models trained as ours is, with a block
// that sees a causal context: the number of steps follows from how sure the
// model is.
func threshold() decode.Rule[denoise.Decoder] {
	return decode.Rule[denoise.Decoder]{
		Preset: engines.Preset{
			Engine: "block", Name: "threshold", Cache: "exact",
			Doc:    "Every step commits all tokens of the block with at least the threshold probability, and the surest one in any case.",
			Source: "Wu et al. 2025 (Fast-dLLM), arXiv 2505.22618, section 3.3; over a causal context as in Nemotron-Labs-Diffusion, arXiv 2607.05722",
			Params: []engines.Param{blockLength(32),
				thresholdFrom(0.9), temperature, topK, topP, cache},
		},
		Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			pick := fromThreshold(o)
			return denoise.Decoder{Rule: &pick, Steps: onePerMask}, nil
		},
	}
}
