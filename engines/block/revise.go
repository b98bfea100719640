package block

import (
	"fmt"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// revising are BD3-LM's own rules, and those that take tokens of the block at work
// back.
func revising() []decode.Rule[denoise.Decoder] {
	return []decode.Rule[denoise.Decoder]{
		// bd3lm has BD3-LM's two samplers. First hitting, its default, writes one
		// uniformly random masked position per pass; the network has no time input, so
		// the hitting times of the paper have no effect and are not drawn. Ancestral
		// writes each mask with the probability that a step of a time grid gives it.
		{Preset: engines.Preset{
			Name: "bd3lm", Cache: "exact",
			Doc:    "Tokens at random masked positions of the block, drawn from the nucleus: one per step, or as many as a time grid gives.",
			Source: "Arriola et al. 2025, arXiv 2503.09573; github.com/kuleshov-group/bd3lms",
			Differs: "Hitting times are not drawn, since the network has no time input. Which positions an ancestral step writes is drawn before the pass, so that only these rows are computed; a step that writes none takes no pass, where the published code reuses the last predictions: the law is the same." +
				" The grid reaches time 0 in its last step, which writes all that is left; the published one ends a step before or behind it. Sequences of low entropy are not discarded and drawn again.",
			Params: []engines.Param{blockLength(16),
				engines.Choice("sampler", "first_hitting", []string{"first_hitting", "ancestral"}, "first_hitting writes one token per step, ancestral a random number of them."),
				engines.Int("steps_per_block", 5000, 1, 1<<16,
					"For ancestral: steps of the time grid of a block, of which those that write nothing are free; fewer steps draw more tokens at once. first_hitting has one per position.").As(engines.RoleSteps),
				denoise.DrawTemperature, denoise.TopPWithin(0.9), cache},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			if o["sampler"] == "ancestral" {
				return denoise.Decoder{Rule: &denoise.Ancestral{Proposal: denoise.Within(o), Grid: denoise.Capped(0, 0)}, KeepSteps: true}, nil
			}
			pick := &denoise.Pick{Proposal: denoise.Within(o), Confidence: sample.Random{}, Selector: sample.TopK{}}
			return denoise.Decoder{Rule: pick, Steps: denoise.Constant(0)}, nil
		}},
		// revise repairs a full block before it goes on to the next, which the published
		// block decoders cannot. Nothing outside the block changes, so the cache stays
		// exact.
		{Preset: engines.Preset{
			Name: "revise", Cache: "exact", Revises: true,
			Doc:    "A block is filled by threshold; then, in a few rounds, its least sure tokens are masked again together and predicted from the rest.",
			Source: "Ghazvininejad et al. 2019 (Mask-Predict), arXiv 1904.09324, inside a block",
			Differs: "Mask-Predict predicts the whole text in its first pass; here the first draft is Fast-dLLM's, and only what was written with less than revise_threshold is taken back. With T iterations it is threshold 0, revise_steps T-1, revise_share (T-1)/T and revise_threshold 2." +
				" The rounds end early when one of them changes no token.",
			Params: []engines.Param{blockLength(16), thresholdFrom(0.9),
				engines.Int("revise_steps", 4, 0, 1<<16, "Most rounds of revision for a block, each one pass; 0 revises nothing."),
				engines.Float("revise_share", 0.25, 0, 1, "Share of the block's tokens that the first round takes back, at least one token; it falls evenly to none behind the last round."),
				engines.Float("revise_threshold", 0.9, 0, 2, "Tokens written with at least this probability are left alone; above 1 all can be taken back."),
				denoise.Temperature, topK, topP, cache},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			return denoise.Decoder{Rule: &denoise.Revise{
				Pick: *fromThreshold(o), Rounds: o["revise_steps"].(int), Share: o["revise_share"].(float64), Below: o["revise_threshold"].(float64),
			}}, nil
		}},
		// llada2-edit replaces written tokens of the block at work in place.
		{Preset: engines.Preset{
			Name: "llada2-edit", Cache: "exact", Revises: true,
			Doc:     "Commits tokens above a threshold, and replaces any written token of the block where the network now prefers another one with more than the editing threshold.",
			Source:  "LLaDA2.1 2026, arXiv 2602.08676; deletions and insertions from the LLaDA2.2 technical report 2026, section 3.1; github.com/inclusionAI/LLaDA2.X",
			Differs: "Tokens are replaced until a pass over the full block changes nothing or max_post_steps passes are done, as in the published generate. The report of LLaDA2.2 tells the edits and no threshold or end for them: here the threshold is that of replacing, masks are neither deleted nor inserted at, and after max_post_steps passes that moved tokens no more are moved.",
			Params: []engines.Param{blockLength(32), thresholdAbove(0.95),
				engines.Float("editing_threshold", 0.9, 0, 2, "Probability above which another token replaces a written one; above 1 nothing is replaced."),
				engines.Int("max_post_steps", 16, 0, 1<<16, "Most passes over a block in which no mask is left; the first of them that edits nothing is the last."),
				editToken("delete_token", "deletes the written token in whose place it is predicted; what is behind it in the block moves up"),
				editToken("insert_token", "inserts a mask in front of it; the last position of the block is lost"),
				denoise.Temperature, topK, topP, cache},
		}, Build: func(spec *network.Spec, o engines.Options) (denoise.Decoder, error) {
			edit := &denoise.Edit{Pick: *aboveThreshold(o), Theta: o["editing_threshold"].(float64), PostSteps: o["max_post_steps"].(int)}
			edit.Delete, edit.Insert = int32(o["delete_token"].(int)), int32(o["insert_token"].(int))
			for _, id := range []int32{edit.Delete, edit.Insert} {
				if int(id) >= spec.Vocab || id >= 0 && (id == spec.Mask || edit.Delete == edit.Insert) {
					return denoise.Decoder{}, fmt.Errorf("delete_token %d and insert_token %d must be two tokens of the vocabulary (0 to %d) and not the mask, or -1", edit.Delete, edit.Insert, spec.Vocab-1)
				}
			}
			return denoise.Decoder{Rule: edit}, nil
		}, Untrained: func(spec *network.Spec, _ engines.Options) []string {
			if spec.SelfPrediction {
				return nil
			}
			return []string{"written tokens are judged by rows that were not trained to predict them (self_prediction in config.json)"}
		}},
		// block-remdm is BD3-LM's ancestral sampler with ReMDM's masking of written tokens,
		// inside the block at work. Neither paper has it: BD3-LM never takes a token
		// back, and ReMDM has no blocks.
		{Preset: engines.Preset{
			Name: "block-remdm", Cache: "exact", Revises: true,
			Doc:    "Ancestral sampling inside each block in which written tokens of the block are masked again with a probability that the strategy gives.",
			Source: "Wang et al. 2025 (ReMDM), arXiv 2503.00307, inside the blocks of Arriola et al. 2025 (BD3-LM), arXiv 2503.09573",
			Differs: "The time grid runs from 1 to 0 in every block, and its last step writes all that is left. Which positions are written and masked again is drawn before the pass, and a step that writes none takes no pass, with the same law." +
				" Steps default to one per position; the published 1024 are for 1024 positions. The strategies loop, rescale and forward-backward are not offered.",
			Params: []engines.Param{blockLength(16),
				engines.Int("steps_per_block", 0, 0, 1<<16, "Steps of the time grid of a block; 0 is one per position. More steps mask and write more often.").As(engines.RoleSteps),
				engines.Choice("strategy", "cap", []string{"cap", "conf"}, "Who is masked again: every token with probability eta (cap), or the less sure ones as much as the schedule allows (conf)."),
				engines.Float("eta", -1, -1, 1, "For cap: probability per step and token of being masked again; -1 is the published 0.008, 0 is bd3lm's ancestral sampler."),
				denoise.DrawTemperature, denoise.TopPWithin(0.9), cache},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			r, err := denoise.ReMDM(o, 0)
			return denoise.Decoder{Rule: r, KeepSteps: true}, err
		}},
	}
}

func editToken(name, what string) engines.Param {
	return engines.Int(name, -1, -1, 1<<21, "Id of the token that "+what+" (LLaDA2.2); -1 is none.")
}
