package diffusion

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// prophet is LLaDA until the network has made up its mind, and then one step
// for all that is left.
func prophet() decode.Rule[rule] {
	gap := func(name, when string, bound float64) engines.Param {
		return engines.Param{Name: name, Kind: engines.KindFloat, Default: bound, Min: 0, Max: 1e6,
			Doc: "Mean lead of the best logit over the second that ends decoding " + when + "."}
	}
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "diffusion", Name: "prophet", Cache: "none",
			Doc:    "LLaDA's rule, until the mean lead of the best logit over the second in a region reaches a bound; then all masks are written at once.",
			Source: "Li et al. 2025 (Prophet), arXiv 2508.19982; github.com/pixeli99/Prophet",
			Differs: "The region is known without the answer: all masks of the canvas, or those behind the last fixed part of the request's template. The published " +
				"code forces an answer phrase at a chosen position and looks at the five tokens behind it. Progress is the share of the canvas that is written.",
			Params: []engines.Param{
				{Name: "steps", Role: engines.RoleSteps, Kind: engines.KindInt, Default: 0, Min: 0, Max: 1 << 24,
					Doc: "Most denoising steps for the whole canvas; 0 is one per position, and more than that has no effect."},
				blockLength,
				{Name: "region", Kind: engines.KindChoice, Default: "canvas", Allowed: []string{"canvas", "template"},
					Doc: "Where the lead is measured: at all masks of the canvas, or at those of the last run of gaps of the request's template, if it has one."},
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
