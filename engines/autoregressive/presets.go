package autoregressive

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/model"
)

// rules lists the presets; a new one is a line here and a function.
func rules() []decode.Rule[sample.Proposal] {
	return []decode.Rule[sample.Proposal]{greedy(), sampled()}
}

// Presets describes the decoding rules of this package, the default first.
func Presets() []engines.Preset { return decode.Presets(rules()) }

func greedy() decode.Rule[sample.Proposal] {
	return decode.Rule[sample.Proposal]{
		Preset: engines.Preset{
			Engine: "autoregressive", Name: "greedy", Cache: "exact",
			Doc:    "The most probable token at every position, left to right.",
			Source: "standard practice",
		},
		Build: func(*model.Config, engines.Options) (sample.Proposal, error) { return sample.Argmax{}, nil },
	}
}

func sampled() decode.Rule[sample.Proposal] {
	return decode.Rule[sample.Proposal]{
		Preset: engines.Preset{
			Engine: "autoregressive", Name: "sample", Cache: "exact",
			Doc:    "Draws every token from the tempered distribution, cut off by top-k and then by top-p.",
			Source: "top-k: Fan et al. 2018; top-p: Holtzman et al. 2020",
			Params: []engines.Param{
				{Name: "temperature", Kind: engines.KindFloat, Default: 1.0, Min: 0, Max: 100, Doc: "Divisor of the logits; 0 is greedy."},
				{Name: "top_k", Kind: engines.KindInt, Default: 0, Min: 0, Max: 1 << 21, Doc: "Keep the k most probable tokens; 0 keeps all."},
				{Name: "top_p", Kind: engines.KindFloat, Default: 1.0, Min: 1e-6, Max: 1, Doc: "Keep a nucleus of this probability mass; 1 keeps all."},
				{Name: "nucleus", Kind: engines.KindChoice, Default: "crossing", Allowed: []string{"crossing", "within"},
					Doc: "crossing keeps the token with which the mass reaches top_p (Holtzman et al.), within leaves it out (BD3-LM)."},
			},
		},
		Build: func(_ *model.Config, o engines.Options) (sample.Proposal, error) {
			nucleus := sample.Crossing
			if o["nucleus"] == "within" {
				nucleus = sample.Within
			}
			return sample.Tempered(o["temperature"].(float64), o["top_k"].(int), o["top_p"].(float64), nucleus), nil
		},
	}
}
