package hybrid

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/causal"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/network"
)

// oneStep is speculative sampling whose draft model is one diffusion step of
// the same weights, as in TiDAR.
func oneStep() decode.Rule[rule] {
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "hybrid", Name: "one-step", Cache: "exact",
			Doc:     "Draws the draft of a block in one diffusion step and verifies it by the ratio of probabilities; the text follows the law of autoregressive sampling.",
			Source:  "TiDAR, Liu et al. 2025, arXiv 2511.08923, one-step drafts; speculative sampling: Leviathan et al. 2023, arXiv 2211.17192",
			Differs: "Draft and verification are two passes, since one pass for both needs a mask that the shared network does not have; the draft pass writes the first token of its block by itself.",
			Params:  params(1, blockLength, with(draft, "sample"), with(verify, "ratio")),
		},
		Build: func(_ *network.Spec, o engines.Options) (rule, error) {
			return rule{
				proposal: causal.Proposal(o), draft: proposer(o), ratio: o["verify"] == "ratio",
				length: o["block_length"].(int), steps: 1,
			}, nil
		},
		Untrained: causal.Untrained,
	}
}
