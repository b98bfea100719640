package autoregressive

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/causal"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// rules lists the presets; a new one is a line here and a function.
func rules() []decode.Rule[rule] {
	return []decode.Rule[rule]{greedy(), sampled(), promptLookup()}
}

// Presets describes the decoding rules of this package, the default first.
func Presets() []engines.Preset {
	all := decode.LeftToRight(decode.Presets(rules()))
	for i := range all {
		all[i].Baseline = true
	}
	return all
}

// cache is a parameter that all presets share.
var cache = engines.Choice("cache", "exact", []string{"exact", "none"}, "exact keeps the keys and values of the text so far, none recomputes them in every pass, with the same tokens as the outcome.").As(engines.RoleCache)

// greedy takes the most probable token.
func greedy() decode.Rule[rule] {
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "autoregressive", Name: "greedy", Cache: "exact",
			Doc:    "The most probable token at every position, left to right.",
			Source: "standard practice",
			Params: []engines.Param{cache},
		},
		Build:     func(*network.Spec, engines.Options) (rule, error) { return rule{proposal: sample.Argmax{}}, nil },
		Untrained: causal.Untrained,
	}
}

// sampled draws tokens at random.
func sampled() decode.Rule[rule] {
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "autoregressive", Name: "sample", Cache: "exact",
			Doc:    "Draws every token from the tempered distribution, cut off by top-k, then top-p, then min-p.",
			Source: "top-k: Fan et al. 2018; top-p: Holtzman et al. 2020; min-p: Nguyen et al. 2024, arXiv 2407.01082",
			Params: append(causal.Sampling(1), cache),
		},
		Build:     func(_ *network.Spec, o engines.Options) (rule, error) { return rule{proposal: causal.Proposal(o)}, nil },
		Untrained: causal.Untrained,
	}
}
