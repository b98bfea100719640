package diffusion

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// lladaThreshold is LLaDA with the commit rule of Fast-dLLM, without its
// caches: how many tokens a step commits depends on how sure the model is, so
// the number of steps follows from the text.
func lladaThreshold() decode.Rule[rule] {
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "diffusion", Name: "llada-threshold", Cache: "none",
			Doc:    "Every step commits all tokens with at least the threshold probability, and the surest one in any case; a shorter last block is allowed.",
			Source: "Wu et al. 2025 (Fast-dLLM), arXiv 2505.22618, section 3.3, without cache",
			Params: []engines.Param{
				engines.Float("threshold", 0.9, 0, 2, "Probability from which a token is committed; 0 fills a block in one step, above 1 commits one token per step."),
				blockLength, temperature, cfgScale, stopAtEnd,
			},
		},
		Build: func(_ *network.Spec, o engines.Options) (rule, error) {
			pick := surest(o, sample.Threshold{Theta: o["threshold"].(float64)})
			return rule{Decoder: inBlocks(o, &pick)}, nil
		},
	}
}

// entropyBound writes as many tokens at once as the entropies of their rows say
// can be drawn independently.
func entropyBound() decode.Rule[rule] {
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "diffusion", Name: "entropy-bound", Cache: "none",
			Doc:    "Every step commits positions by rising entropy while the entropies of those before sum to at most gamma.",
			Source: "Ben-Hamu et al. 2025 (EB-Sampler), arXiv 2505.24857, ordered by entropy",
			Params: []engines.Param{
				engines.Float("gamma", 0.1, 0, 1e6, "Bound in nats on what tokens of one step can have to do with each other; 0 commits one token per step, and certain ones with it."),
				blockLength, temperature, cfgScale, stopAtEnd,
			},
		},
		Build: func(_ *network.Spec, o engines.Options) (rule, error) {
			pick := surest(o, sample.EntropyBound{Gamma: o["gamma"].(float64)})
			pick.Confidence = sample.NegEntropy{}
			return rule{Decoder: inBlocks(o, &pick)}, nil
		},
	}
}

// prophet is LLaDA until the network has made up its mind, and then one step
// for all that is left.
func prophet() decode.Rule[rule] {
	gap := func(name, when string, bound float64) engines.Param {
		return engines.Float(name, bound, 0, 1e6, "Mean lead of the best logit over the second that ends decoding "+when+".")
	}
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "diffusion", Name: "prophet", Cache: "none",
			Doc:    "LLaDA's rule, until the mean lead of the best logit over the second in a region reaches a bound; then all masks are written at once.",
			Source: "Li et al. 2025 (Prophet), arXiv 2508.19982; github.com/pixeli99/Prophet",
			Differs: "The region is known without the answer: all masks of the canvas, or those behind the last fixed part of the request's template. The published " +
				"code forces an answer phrase at a chosen position and looks at the five tokens behind it. Progress is the share of the canvas that is written.",
			Params: []engines.Param{
				engines.Int("steps", 0, 0, 1<<24, "Most denoising steps for the whole canvas; 0 is one per position, and more than that has no effect.").As(engines.RoleSteps),
				blockLength,
				engines.Choice("region", "canvas", []string{"canvas", "template"},
					"Where the lead is measured: at all masks of the canvas, or at those of the last run of gaps of the request's template, if it has one."),
				gap("gap_early", "while less than 0.33 of the canvas is written", 7.5),
				gap("gap_middle", "from there to 0.67", 5),
				gap("gap_late", "from there on", 2.5),
				temperature, stopAtEnd,
			},
		},
		Build: func(_ *network.Spec, o engines.Options) (rule, error) {
			return inSteps(o, &denoise.Early{
				Pick: surest(o, sample.TopK{}),
				Gaps: [3]float64{o["gap_early"].(float64), o["gap_middle"].(float64), o["gap_late"].(float64)},
				Tail: o["region"] == "template",
			}), nil
		},
	}
}
