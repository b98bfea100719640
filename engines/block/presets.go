package block

import (
	"slices"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
)

// family lists the presets; a new one is an entry of one of these tables. Layout
// and stop rule are the engine's where the rule leaves them open.
func family() *decode.Family[denoise.Decoder] {
	return &decode.Family[denoise.Decoder]{
		Preset: engines.Preset{Engine: "block"}, Masked: true,
		Rules: slices.Concat(sdar(), byThreshold(), revising()),
	}
}

// Presets describes the decoding rules of this package, the default first.
func Presets() []engines.Preset { return family().Presets() }

// Parameters that several presets share.
var (
	cache = engines.Choice("cache", "exact", []string{"exact", "none"},
		"exact keeps the keys and values of finished text, none recomputes them in every step, with the same tokens as the outcome.").As(engines.RoleCache)
	stepsPerBlock = engines.Int("steps_per_block", 0, 0, 1<<24, "Denoising steps for one block; 0 is one per position, and more than that has no effect.").As(engines.RoleSteps)
	topK          = engines.Int("top_k", 0, 0, 1<<21, "Keep the k most probable tokens; 0 keeps all.")
	topP          = engines.Float("top_p", 1, 1e-6, 1, "Keep the most probable tokens up to the one with which their mass reaches top_p; 1 keeps all.")
)

func blockLength(n int) engines.Param {
	return engines.Int("block_length", n, 0, 1<<24,
		"Positions per block, counted from the end of the prompt (from position 0 where the weights' context is block-causal); the last block may be shorter, and 0 is one block over the whole answer.")
}

func thresholdFrom(p float64) engines.Param {
	return engines.Float("threshold", p, 0, 2, "Probability from which a token is committed; 0 fills a block in one step, above 1 commits one token per step.")
}

func thresholdAbove(p float64) engines.Param {
	return engines.Float("threshold", p, 0, 2, "Probability above which a token is committed.")
}

// proposal builds the proposal of the SDAR family from its three parameters.
func proposal(o engines.Options) sample.Proposal {
	return sample.Tempered(o["temperature"].(float64), o["top_k"].(int), o["top_p"].(float64), sample.Crossing)
}

// fromThreshold commits tokens of at least the threshold probability.
func fromThreshold(o engines.Options) *denoise.Pick {
	return &denoise.Pick{Proposal: proposal(o), Confidence: sample.Probability{}, Selector: sample.Threshold{Theta: o["threshold"].(float64)}}
}

// aboveThreshold commits drawn tokens of more than the threshold probability, and
// the quota's surest ones if these are more.
func aboveThreshold(o engines.Options) *denoise.Pick {
	return &denoise.Pick{Proposal: proposal(o), Confidence: sample.Proposed{}, Selector: sample.Dynamic{Theta: o["threshold"].(float64)}}
}
