package causal

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// Sampling lists the parameters of drawing tokens, which all decoders share
// that follow the autoregressive law.
func Sampling(temperature float64) []engines.Param {
	return []engines.Param{
		engines.Float("temperature", temperature, 0, 100, "Divisor of the logits; 0 is greedy."),
		engines.Int("top_k", 0, 0, 1<<21, "Keep the k most probable tokens; 0 keeps all."),
		engines.Float("top_p", 1, 1e-6, 1, "Keep a nucleus of this share of what top_k left; 1 keeps all."),
		engines.Choice("nucleus", "crossing", []string{"crossing", "within"}, "crossing keeps the token with which the mass reaches top_p (Holtzman et al.), within leaves it out (BD3-LM)."),
		engines.Float("min_p", 0, 0, 1, "Keep tokens with at least this share of the probability of the most probable one; 0 keeps all. The order is temperature, top_k, top_p, min_p."),
	}
}

// Proposal builds the proposal of the parameters of Sampling.
func Proposal(o engines.Options) sample.Proposal {
	if o["temperature"].(float64) == 0 {
		return sample.Argmax{}
	}
	nucleus := sample.Crossing
	if o["nucleus"] == "within" {
		nucleus = sample.Within
	}
	return &sample.Categorical{
		Temperature: o["temperature"].(float64), TopK: o["top_k"].(int), TopP: o["top_p"].(float64), Nucleus: nucleus, MinP: o["min_p"].(float64),
	}
}

// Untrained says in which way reading a text token by token departs from how
// the weights were trained.
func Untrained(spec *network.Spec, _ engines.Options) []string {
	return spec.UntrainedCausal()
}

// Engine returns an engine that writes from left to right on a network. Lane
// makes a lane of a request; recompute is whether it keeps no keys and values. Passes may
// compute room more positions than a text has.
func Engine(net network.Network, info engines.Info, room int, lane func(recompute bool) decode.Lane) engines.Engine {
	info.Cache = info.Options["cache"].(string)
	return &decode.Engine{Bench: decode.Bench{Net: net, Room: room}, About: info, Refuse: decode.NoDraft, Lane: func() decode.Lane { return lane(info.Cache == "none") }}
}
