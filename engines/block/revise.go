package block

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/network"
)

// revise repairs a full block before it goes on to the next, which the published
// block decoders cannot. Nothing outside the block changes, so the cache stays
// exact.
func revise() decode.Rule[denoise.Decoder] {
	return decode.Rule[denoise.Decoder]{
		Preset: engines.Preset{
			Engine: "block", Name: "revise", Cache: "exact", Revises: true,
			Doc:    "A block is filled by threshold; then, in a few rounds, its least sure tokens are masked again together and predicted from the rest.",
			Source: "Ghazvininejad et al. 2019 (Mask-Predict), arXiv 1904.09324, inside a block",
			Differs: "Mask-Predict predicts the whole text in its first pass; here the first draft is Fast-dLLM's, and only what was written with less than revise_threshold is taken back. With T iterations it is threshold 0, revise_steps T-1, revise_share (T-1)/T and revise_threshold 2." +
				" The rounds end early when one of them changes no token.",
			Params: []engines.Param{blockLength(16), thresholdFrom(0.9),
				engines.Int("revise_steps", 4, 0, 1<<16, "Most rounds of revision for a block, each one pass; 0 revises nothing."),
				engines.Float("revise_share", 0.25, 0, 1, "Share of the block's tokens that the first round takes back, at least one token; it falls evenly to none behind the last round."),
				engines.Float("revise_threshold", 0.9, 0, 2, "Tokens written with at least this probability are left alone; above 1 all can be taken back."),
				temperature, topK, topP, cache},
		},
		Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			return denoise.Decoder{
				Rule: &denoise.Revise{
					Pick:   fromThreshold(o),
					Rounds: o["revise_steps"].(int), Share: o["revise_share"].(float64), Below: o["revise_threshold"].(float64),
				},
				Steps: onePerMask,
			}, nil
		},
	}
}

// llada2Edit replaces written tokens of the block at work in place.
func llada2Edit() decode.Rule[denoise.Decoder] {
	return decode.Rule[denoise.Decoder]{
		Preset: engines.Preset{
			Engine: "block", Name: "llada2-edit", Cache: "exact", Revises: true,
			Doc:     "Commits tokens above a threshold, and replaces any written token of the block where the network now prefers another one with more than the editing threshold.",
			Source:  "LLaDA2.1 2026, arXiv 2602.08676; github.com/inclusionAI/LLaDA2.X",
			Differs: "Tokens are replaced until a pass over the full block changes nothing or max_post_steps passes are done, as in the published generate; there are no insertions and deletions (LLaDA2.2).",
			Params: []engines.Param{blockLength(32), thresholdAbove(0.95),
				engines.Float("editing_threshold", 0.9, 0, 2, "Probability above which another token replaces a written one; above 1 nothing is replaced."),
				engines.Int("max_post_steps", 16, 0, 1<<16, "Most passes over a block in which no mask is left; the first of them that edits nothing is the last."),
				temperature, topK, topP, cache},
		},
		Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			edit := &denoise.Edit{Pick: aboveThreshold(o), Theta: o["editing_threshold"].(float64), PostSteps: o["max_post_steps"].(int)}
			return denoise.Decoder{Rule: edit, Steps: onePerMask}, nil
		},
		Untrained: func(spec *network.Spec, _ engines.Options) []string {
			if spec.SelfPrediction {
				return nil
			}
			return []string{"written tokens are judged by rows that were not trained to predict them (self_prediction in config.json)"}
		},
	}
}
