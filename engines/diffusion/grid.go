package diffusion

import (
	"fmt"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// onGrid are rules whose steps are those of a time grid.
func onGrid() []decode.Rule[denoise.Decoder] {
	return []decode.Rule[denoise.Decoder]{
		// dream is the family of rules of Dream: a time grid says how many masks a step
		// writes, and alg says which.
		{Preset: engines.Preset{
			Name: "dream", Cache: "none",
			Doc:    "Of n masks a step writes n(1 - s/t), rounded down, the surest first (or, with alg origin, each with that probability); the last step writes the rest.",
			Source: "Ye et al. 2025 (Dream 7B), arXiv 2508.15487; github.com/DreamLM/Dream",
			Differs: "alg is entropy by default, as in the published examples, and origin in the published configuration. The count of a step is that of the " +
				"request and no average over the batch; steps that write nothing take no pass; steps default to one per position instead of 512; numbers are float64. " +
				"Whether a mask is predicted by its own row or by the one before follows the weights.",
			Params: []engines.Param{gridSteps,
				engines.Choice("alg", "entropy", []string{"origin", "maskgit_plus", "topk_margin", "entropy"},
					"Which masks are written: random ones (origin), those with the most probable drawn token (maskgit_plus), the largest lead over the second token (topk_margin), or the least entropy."),
				engines.Float("eps", 1e-3, 1e-6, 0.5, "Last time of the grid, which runs from 1 to eps in equal steps."),
				engines.Float("alg_temp", 0, 0, 1e6, "Above 0, positions are drawn without replacement with weights exp(confidence/alg_temp) instead of taken in order."),
				denoise.Temperature,
				engines.Float("top_p", 1, 1e-6, 1, "Keep the most probable tokens up to the one with which their mass reaches top_p; 1 keeps all."),
				engines.Int("top_k", 0, 0, 1<<21, "Keep the k most probable tokens of these; 0 keeps all."),
				stopAtEnd,
			},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			alg, eps, algTemp := o["alg"].(string), o["eps"].(float64), o["alg_temp"].(float64)
			proposal, confidence := dreamChoice(o)
			if alg == "origin" {
				if algTemp > 0 {
					return denoise.Decoder{}, fmt.Errorf("alg_temp (%g) has no meaning for alg origin, which takes positions at random; give alg_temp 0, or alg entropy with alg_temp %g", algTemp, algTemp)
				}
				return denoise.Decoder{Rule: &denoise.Ancestral{Proposal: proposal, Grid: denoise.ForwardAll(eps)}, KeepSteps: true}, nil
			}
			pick := &denoise.Pick{Proposal: proposal, Confidence: confidence, Selector: sample.TopK{}, Quota: denoise.Falling(eps)}
			if algTemp > 0 {
				pick.Selector = &sample.Sampled{Temperature: algTemp}
			}
			return denoise.Decoder{Rule: pick, KeepSteps: true}, nil
		}},
		// mdlm is ancestral sampling: every mask is written with the probability that
		// the schedule gives the step, whatever the network says.
		{Preset: engines.Preset{
			Name: "mdlm", Cache: "none",
			Doc:    "Ancestral sampling: each step writes a random number of random masks; steps that write nothing take no pass.",
			Source: "Sahoo et al. 2024, arXiv 2406.07524, with forward caching and final noise removal; github.com/kuleshov-group/mdlm",
			Differs: "Which positions a step writes is drawn before the pass, so that logits are computed for these alone, with the same law; " +
				"the pass of the final noise removal is run only if a mask is left; random numbers are float64.",
			Params: []engines.Param{gridSteps, denoise.DrawTemperature, denoise.TopPWithin(1), stopAtEnd},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			return denoise.Decoder{Rule: &denoise.Ancestral{Proposal: denoise.Within(o), Grid: denoise.Capped(gridEnd, 0)}, KeepSteps: true}, nil
		}},
		// remdm is ancestral sampling that masks written tokens again, at a rate that
		// the schedule can bear.
		{Preset: engines.Preset{
			Name: "remdm", Cache: "none", Revises: true,
			Doc:    "Ancestral sampling in which written tokens are masked again with a probability that the strategy gives.",
			Source: "Wang et al. 2025, arXiv 2503.00307; github.com/kuleshov-group/remdm",
			Differs: "Which positions are written and masked again is drawn before the pass, and a step that writes none takes no pass, with the same law. The share of " +
				"written positions is one continuous function of time, also for steps across a switch time of loop. forward_backward erases no more than " +
				"the schedule allows. Steps default to one per position; the published 1024 are for 1024 positions.",
			Params: []engines.Param{gridSteps,
				engines.Choice("strategy", "cap", []string{"cap", "rescale", "conf", "loop", "forward_backward"},
					"Who is masked again: every token with probability eta (cap), or eta times what the schedule allows (rescale), the less sure ones (conf), eta while the share of written positions stands still (loop), or as many as noising would mask (forward_backward)."),
				engines.Float("eta", -1, -1, 1, "Probability per step and token of being masked again; -1 is the published value of the strategy (cap 0.008, rescale 0.015, loop 0.02), 0 is mdlm."),
				engines.Float("t_on", 0.55, 0.001, 0.999, "For loop: time, running from 1 to 0, at which masking again begins."),
				engines.Float("t_off", 0.05, 0.001, 0.999, "For loop: time at which it ends, at most t_on."),
				engines.Float("alpha_on", 0.9, 0.001, 0.999, "For loop: share of positions that is written in between; it stands still only for eta up to (1 - alpha_on) / alpha_on."),
				denoise.DrawTemperature, denoise.TopPWithin(0.9)},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			r, err := denoise.ReMDM(o, gridEnd)
			return denoise.Decoder{Rule: r, KeepSteps: true}, err
		}},
		// p2 is path planning: after each step the least sure positions are masks, also
		// where a token stood.
		{Preset: engines.Preset{
			Name: "p2", Cache: "none", Revises: true,
			Doc:    "After step i of S, the i/S of the canvas with the highest scores is written, and tokens that have fallen behind are masked again.",
			Source: "Peng et al. 2025 (Path Planning), arXiv 2502.03540; github.com/pengzhangzhi/Path-Planning",
			Differs: "The planner is committed by default: here a written token's row predicts its successor, so it cannot judge the token. Scores are log " +
				"probabilities of tokens; the published code takes them from logits with Gumbel noise added. With planner self the token that stands is scored, " +
				"not one drawn anew. remask is our own. Steps default to one per position.",
			Params: []engines.Param{gridSteps,
				engines.Float("eta", 1, 0, 1e6, "Factor on the log probability of written tokens: above 1 more of them are masked again, 0 never does."),
				engines.Choice("planner", "committed", []string{"committed", "self", "remask"},
					"How written tokens are scored: as they were when written (committed), by their own row in every step (self), or in an extra pass per step that hides a random half of them (remask)."),
				denoise.DrawTemperature},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			planner := map[any]denoise.Planner{"committed": denoise.Committed, "self": denoise.Self, "remask": denoise.Held}[o["planner"]]
			return denoise.Decoder{Rule: &denoise.Path{Proposal: tempered(o), Eta: o["eta"].(float64), Planner: planner}, KeepSteps: true}, nil
		}, Untrained: func(spec *network.Spec, o engines.Options) []string {
			if o["planner"] == "self" && !spec.SelfPrediction {
				return []string{"p2 with planner self scores a written token by its own row, and these weights were not trained to predict written tokens there"}
			}
			return nil
		}},
	}
}

// gridEnd is the last time of the grid of MDLM and ReMDM.
const gridEnd = 1e-5

// gridSteps is a parameter of samplers on a time grid.
var gridSteps = engines.Int("steps", 0, 0, 1<<16, "Steps of the time grid; 0 is one per position of the canvas. More steps draw fewer tokens at once.").As(engines.RoleSteps)

// dreamChoice is how tokens are drawn, and how sure the decoder is of them: by
// the distribution after temperature, top-p and top-k. At temperature 0 that is
// the distribution at temperature 1 after top-p and top-k, and where these are
// off too, no row is weighed token by token.
func dreamChoice(o engines.Options) (sample.Proposal, sample.Confidence) {
	temperature, topP, topK := o["temperature"].(float64), o["top_p"].(float64), o["top_k"].(int)
	of := &sample.Categorical{Temperature: temperature, TopP: topP, TopK: topK, NucleusFirst: true}
	var proposal sample.Proposal = of
	if plain := topP == 1 && topK == 0; temperature == 0 {
		of.Temperature, proposal = 1, &sample.Mode{Of: of}
		if plain {
			proposal = sample.Argmax{}
		}
		if plain && o["alg"] == "topk_margin" {
			return proposal, sample.Margin{}
		}
		if plain && o["alg"] == "entropy" {
			return proposal, sample.NegEntropy{}
		}
	}
	switch o["alg"] {
	case "topk_margin":
		return proposal, &sample.DrawnMargin{Of: of}
	case "entropy":
		return proposal, &sample.DrawnNegEntropy{Of: of}
	}
	return proposal, sample.Proposed{}
}
