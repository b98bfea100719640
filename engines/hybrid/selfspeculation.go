package hybrid

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/causal"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/network"
)

// selfSpeculation is the mode of that name of Nemotron-Labs-Diffusion.
func selfSpeculation() decode.Rule[rule] {
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "hybrid", Name: "self-speculation", Cache: "exact",
			Doc:    "Diffusion drafts a block, one causal pass of the same weights verifies it; the text is that of greedy autoregressive decoding, or of sampling with the same seed.",
			Source: "Nemotron-Labs-Diffusion 2026, arXiv 2607.05722, self-speculation",
			Differs: "The draft pass writes the first token of its block by itself, from the causal row in front of the block, so that it is never lost; " +
				"verification also works at temperatures above 0, by drawing the text's own token first.",
			Params: params(0, blockLength,
				engines.Param{Name: "draft_steps", Kind: engines.KindInt, Default: 1, Min: 1, Max: 1 << 12,
					Doc: "Draft passes for a block, at most; the last one proposes all that is left. Each of them also writes a token of the text."},
				engines.Param{Name: "threshold", Kind: engines.KindFloat, Default: 0.9, Min: 0, Max: 2,
					Doc: "Probability from which a draft pass before the last one proposes a token, beside the surest one; without effect with draft_steps 1."},
				draft, verify),
		},
		Build: func(_ *network.Spec, o engines.Options) (rule, error) {
			r := rule{
				proposal: causal.Proposal(o), draft: proposer(o), ratio: o["verify"] == "ratio",
				length: o["block_length"].(int), steps: o["draft_steps"].(int), threshold: o["threshold"].(float64),
			}
			if r.keepsLaw() && r.steps > 1 {
				return rule{}, errLaw
			}
			return r, nil
		},
		Untrained: causal.Untrained,
	}
}
