package diffusion

import (
	"fmt"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// dinfer has the three parallel decoders of dInfer, without its caches.
func dinfer() decode.Rule[rule] {
	length := blockLength
	length.Default = 32
	credit := func(name string, value, most float64, doc string) engines.Param {
		return engines.Float(name, value, 0, most, "For credit: "+doc)
	}
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "diffusion", Name: "dinfer", Cache: "none",
			Doc:    "Blocks decoded by a threshold, by splitting runs of masks, or with credit for predictions that last; ends after the block with the end.",
			Source: "Ma et al. 2025 (dInfer), arXiv 2510.08666; credit from CreditDecoding, arXiv 2510.06133; github.com/inclusionAI/dInfer",
			Differs: "No cache with vicinity refresh and no soft embeddings of masks. After the block with the end, the rest of the canvas stays unwritten " +
				"instead of being filled with end tokens.",
			Params: []engines.Param{
				engines.Choice("selection", "threshold", []string{"threshold", "hierarchy", "credit"},
					"Which tokens a pass commits: those above the threshold (threshold; credit raises the logits of lasting predictions first), or also the surest of each run of masks (hierarchy)."),
				engines.Float("threshold", 0.9, 0, 2, "Probability from which a token is committed; above 1 commits the surest token of each pass, and those within 0.00001 of it."),
				engines.Float("low_threshold", 0.4, 0, 2, "For hierarchy: probability above which the surest token of a run of masks is committed; at most the threshold."),
				credit("credit_alpha", 0.7, 100, "weight of ln(1 + credit) in the logits."),
				credit("credit_beta", 0.8, 1, "share of the credit that is kept from pass to pass."),
				credit("credit_gamma", 0.2, 100, "power of the probability that is added to the credit of the most probable token."),
				engines.Bool("early_stop", true, "End a request after the block in which a stop token was written, instead of filling the canvas."),
				length, temperature,
			},
		},
		Build: func(_ *network.Spec, o engines.Options) (rule, error) {
			theta, low := o["threshold"].(float64), o["low_threshold"].(float64)
			pick := surest(o, sample.NearThreshold{Theta: theta, Near: 1e-5})
			d := denoise.Decoder{Rule: &pick, BlockLength: o["block_length"].(int), Steps: constant(0)}
			switch o["selection"] {
			case "hierarchy":
				if low > theta {
					return rule{}, fmt.Errorf("low_threshold (%g) is above threshold (%g), so that runs would never be split; for example threshold 0.9 and low_threshold 0.4", low, theta)
				}
				pick.Selector = sample.Hierarchy{Theta: theta, Low: low}
			case "credit":
				d.Adjust = []denoise.Adjust{&denoise.Credit{Alpha: o["credit_alpha"].(float64), Beta: o["credit_beta"].(float64), Gamma: o["credit_gamma"].(float64)}}
			}
			if o["early_stop"].(bool) {
				d.Stop = denoise.StopAtBlock
			}
			return rule{Decoder: d}, nil
		},
	}
}
