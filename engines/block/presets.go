package block

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
)

// rules lists the presets; a new one is a word here and a function. Block length,
// layout and stop rule are the engine's where the rule leaves them open.
func rules() []decode.Rule[denoise.Decoder] {
	return []decode.Rule[denoise.Decoder]{
		sdarStatic(), sdarDynamic(), sdarEntropyBound(), sdarSequential(),
		threshold(), fastDLLMv2(), adablock(), bd3lm(),
		revise(), llada2Edit(), remdm(),
	}
}

// Presets describes the decoding rules of this package, the default first.
func Presets() []engines.Preset { return decode.Presets(rules()) }

// Parameters that several presets share.
var (
	cache = engines.Param{Name: "cache", Role: engines.RoleCache, Kind: engines.KindChoice, Default: "exact", Allowed: []string{"exact", "none"},
		Doc: "exact keeps the keys and values of finished text, none recomputes them in every step, with the same tokens as the outcome."}
	stepsPerBlock = engines.Param{Name: "steps_per_block", Role: engines.RoleSteps, Kind: engines.KindInt, Default: 0, Min: 0, Max: 1 << 24,
		Doc: "Denoising steps for one block; 0 is one per position, and more than that has no effect."}
	temperature = engines.Param{Name: "temperature", Kind: engines.KindFloat, Default: 0.0, Min: 0, Max: 100,
		Doc: "Divisor of the logits when tokens are drawn; 0 takes the most probable token."}
	topK = engines.Param{Name: "top_k", Kind: engines.KindInt, Default: 0, Min: 0, Max: 1 << 21,
		Doc: "Keep the k most probable tokens; 0 keeps all."}
	topP = engines.Param{Name: "top_p", Kind: engines.KindFloat, Default: 1.0, Min: 1e-6, Max: 1,
		Doc: "Keep the most probable tokens up to the one with which their mass reaches top_p; 1 keeps all."}
)

func blockLength(n int) engines.Param {
	return engines.Param{Name: "block_length", Kind: engines.KindInt, Default: n, Min: 0, Max: 1 << 24,
		Doc: "Positions per block, counted from the end of the prompt (from position 0 where the weights' context is block-causal); the last block may be shorter, and 0 is one block over the whole answer."}
}

func thresholdFrom(p float64) engines.Param {
	return engines.Param{Name: "threshold", Kind: engines.KindFloat, Default: p, Min: 0, Max: 2,
		Doc: "Probability from which a token is committed; 0 fills a block in one step, above 1 commits one token per step."}
}

func thresholdAbove(p float64) engines.Param {
	return engines.Param{Name: "threshold", Kind: engines.KindFloat, Default: p, Min: 0, Max: 2,
		Doc: "Probability above which a token is committed."}
}

// proposal builds the proposal of the SDAR family from its three parameters.
func proposal(o engines.Options) sample.Proposal {
	return sample.Tempered(o["temperature"].(float64), o["top_k"].(int), o["top_p"].(float64), sample.Crossing)
}

// onePerMask leaves the number of steps to the selector.
func onePerMask(int) int { return 0 }

// constant is a number of steps for a block, whatever the budget.
func constant(steps int) func(budget int) int { return func(int) int { return steps } }

// fromThreshold commits tokens of at least the threshold probability.
func fromThreshold(o engines.Options) denoise.Pick {
	return denoise.Pick{Proposal: proposal(o), Confidence: sample.Probability{}, Selector: sample.Threshold{Theta: o["threshold"].(float64)}}
}

// aboveThreshold commits drawn tokens of more than the threshold probability, and
// the quota's surest ones if these are more.
func aboveThreshold(o engines.Options) denoise.Pick {
	return denoise.Pick{Proposal: proposal(o), Confidence: sample.Proposed{}, Selector: sample.Dynamic{Theta: o["threshold"].(float64)}}
}
