package diffusion

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// p2 is path planning: after each step the least sure positions are masks, also
// where a token stood.
func p2() decode.Rule[rule] {
	planners := map[string]denoise.Planner{"committed": denoise.Committed, "self": denoise.Self, "remask": denoise.Held}
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "diffusion", Name: "p2", Cache: "none", Revises: true,
			Doc:    "After step i of S, the i/S of the canvas with the highest scores is written, and tokens that have fallen behind are masked again.",
			Source: "Peng et al. 2025 (Path Planning), arXiv 2502.03540; github.com/pengzhangzhi/Path-Planning",
			Differs: "The planner is committed by default: here a written token's row predicts its successor, so it cannot judge the token. Scores are log " +
				"probabilities of tokens; the published code takes them from logits with Gumbel noise added. With planner self the token that stands is scored, " +
				"not one drawn anew. remask is our own. Steps default to one per position.",
			Params: []engines.Param{gridSteps,
				{Name: "eta", Kind: engines.KindFloat, Default: 1.0, Min: 0, Max: 1e6,
					Doc: "Factor on the log probability of written tokens: above 1 more of them are masked again, 0 never does."},
				{Name: "planner", Kind: engines.KindChoice, Default: "committed", Allowed: []string{"committed", "self", "remask"},
					Doc: "How written tokens are scored: as they were when written (committed), by their own row in every step (self), or in an extra pass per step " +
						"that hides a random half of them (remask)."},
				drawTemperature},
		},
		Build: func(_ *network.Spec, o engines.Options) (rule, error) {
			return rule{Decoder: denoise.Decoder{
				Rule: &denoise.Path{Proposal: sample.Tempered(o["temperature"].(float64), 0, 1, sample.Crossing),
					Eta: o["eta"].(float64), Planner: planners[o["planner"].(string)]},
				Steps: constant(o["steps"].(int)), KeepSteps: true,
			}}, nil
		},
		Untrained: func(spec *network.Spec, o engines.Options) []string {
			if o["planner"] == "self" && !spec.SelfPrediction {
				return []string{"p2 with planner self scores a written token by its own row, and these weights were not trained to predict written tokens there"}
			}
			return nil
		},
	}
}
