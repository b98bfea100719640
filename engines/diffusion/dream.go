package diffusion

import (
	"fmt"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// dream is the family of rules of Dream: a time grid says how many masks a step
// writes, and alg says which.
func dream() decode.Rule[rule] {
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "diffusion", Name: "dream", Cache: "none",
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
				temperature,
				engines.Float("top_p", 1, 1e-6, 1, "Keep the most probable tokens up to the one with which their mass reaches top_p; 1 keeps all."),
				engines.Int("top_k", 0, 0, 1<<21, "Keep the k most probable tokens of these; 0 keeps all."),
				stopAtEnd,
			},
		},
		Build: func(_ *network.Spec, o engines.Options) (rule, error) {
			alg, eps, algTemp := o["alg"].(string), o["eps"].(float64), o["alg_temp"].(float64)
			d := denoise.Decoder{Steps: constant(o["steps"].(int)), KeepSteps: true, Stop: stop(o["stop_at_end"].(bool))}
			proposal, confidence := dreamChoice(o)
			if alg == "origin" {
				if algTemp > 0 {
					return rule{}, fmt.Errorf("alg_temp (%g) has no meaning for alg origin, which takes positions at random; give alg_temp 0, or alg entropy with alg_temp %g", algTemp, algTemp)
				}
				d.Rule = &denoise.Ancestral{Proposal: proposal, Grid: denoise.ForwardAll(eps)}
				return rule{Decoder: d}, nil
			}
			pick := &denoise.Pick{Proposal: proposal, Confidence: confidence, Selector: sample.TopK{}, Quota: denoise.Falling(eps)}
			if algTemp > 0 {
				pick.Selector = &sample.Sampled{Temperature: algTemp}
			}
			d.Rule = pick
			return rule{Decoder: d}, nil
		},
	}
}

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
