package diffusion

import (
	"fmt"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// untilSure are rules whose number of steps follows from the text.
func untilSure() []decode.Rule[denoise.Decoder] {
	return []decode.Rule[denoise.Decoder]{
		// entropy-bound writes as many tokens at once as the entropies of their rows say
		// can be drawn independently.
		{Preset: engines.Preset{
			Name: "entropy-bound", Cache: "none",
			Doc:    "Every step commits positions by rising entropy while the entropies of those before sum to at most gamma.",
			Source: "Ben-Hamu et al. 2025 (EB-Sampler), arXiv 2505.24857, ordered by entropy",
			Params: []engines.Param{
				engines.Float("gamma", 0.1, 0, 1e6, "Bound in nats on what tokens of one step can have to do with each other; 0 commits one token per step, and certain ones with it."),
				blockLength(0), denoise.Temperature, cfgScale, stopAtEnd,
			},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			pick := surest(o, sample.EntropyBound{Gamma: o["gamma"].(float64)})
			pick.Confidence = sample.NegEntropy{}
			return denoise.Decoder{Rule: pick}, nil
		}},
		// prophet is LLaDA until the network has made up its mind, and then one step
		// for all that is left.
		{Preset: engines.Preset{
			Name: "prophet", Cache: "none",
			Doc:    "LLaDA's rule, until the mean lead of the best logit over the second in a region reaches a bound; then all masks are written at once.",
			Source: "Li et al. 2025 (Prophet), arXiv 2508.19982; github.com/pixeli99/Prophet",
			Differs: "The region is known without the answer: all masks of the canvas, or those behind the last fixed part of the request's template. The published " +
				"code forces an answer phrase at a chosen position and looks at the five tokens behind it. Progress is the share of the canvas that is written.",
			Params: []engines.Param{
				engines.Int("steps", 0, 0, 1<<24, "Most denoising steps for the whole canvas; 0 is one per position, and more than that has no effect.").As(engines.RoleSteps),
				blockLength(0),
				engines.Choice("region", "canvas", []string{"canvas", "template"},
					"Where the lead is measured: at all masks of the canvas, or at those of the last run of gaps of the request's template, if it has one."),
				gap("gap_early", "while less than 0.33 of the canvas is written", 7.5),
				gap("gap_middle", "from there to 0.67", 5),
				gap("gap_late", "from there on", 2.5),
				denoise.Temperature, stopAtEnd,
			},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			return inSteps(o, &denoise.Early{
				Pick: *surest(o, sample.TopK{}),
				Gaps: [3]float64{o["gap_early"].(float64), o["gap_middle"].(float64), o["gap_late"].(float64)},
				Tail: o["region"] == "template",
			}), nil
		}},
		// dcd has a window that slides over the masks instead of blocks.
		{Preset: engines.Preset{
			Name: "dcd", Cache: "none",
			Doc:    "A window of the first masks instead of a block: every pass commits all tokens of the window with at least the threshold probability, and the surest one in any case, so that unsure positions wait while the window goes on.",
			Source: "Shu et al. 2026 (Deferred Commitment Decoding), arXiv 2601.02076; github.com/shuyingte/DCD",
			Differs: "With stop_at_end the canvas behind the end is left as it is, instead of being filled with end tokens that the text in front of it sees. " +
				"The published window may also lie within the blocks of Fast-dLLM v2.",
			Params: []engines.Param{
				engines.Int("window", 16, 1, 1<<24, "Masks in the window."),
				engines.Int("longest", 128, 1, 1<<24, "Most positions of the window, written ones included."),
				engines.Float("threshold", 0.9, 0, 2, "Probability from which a token is committed; 0 fills the window in one step, above 1 commits one token per step."),
				engines.Choice("cache", "none", []string{"none", "prefix", "dual"},
					"dual feeds the window alone, prefix the window and all behind it, with what the last pass showed; none the whole sequence in every pass.").As(engines.RoleCache),
				engines.Int("refresh", 32, 1, 1<<24, "With a cache: tokens written from one pass over the whole sequence to the next."),
				engines.Int("around", 2, 0, 1<<24, "With a cache: positions fed around the window, so that their keys are those of what was written."),
				denoise.Temperature, stopAtEnd},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			r := &denoise.Sliding{Pick: *surest(o, sample.Threshold{Theta: o["threshold"].(float64)}), Masks: o["window"].(int), Longest: o["longest"].(int)}
			d := denoise.Decoder{Rule: r, BlockLength: denoise.WholeAnswer}
			if o["cache"] != "none" {
				cache := &windowCache{rule: r, suffix: o["cache"] == "prefix", around: o["around"].(int), every: o["refresh"].(int)}
				d.Layout = denoise.Layout{Kind: "approximate", Lay: cache.lay}
			}
			return d, nil
		}},
		// d3llm decodes several blocks at once, by entropy.
		{Preset: engines.Preset{
			Name: "d3llm", Cache: "none",
			Doc:    "Several blocks at once: a block is begun when a share of the one in front of it is written, and every pass commits all tokens of at most the threshold entropy, the surest in any case, and that of the first block whose predecessor is nearly full.",
			Source: "Qian et al. 2026 (d3LLM), arXiv 2601.07568, entropy-based multi-block decoding; github.com/hao-ai-lab/d3LLM, generate_multi_block",
			Differs: "No cache (published: delayed by some passes and renewed, as dkv-cache). With stop_at_end the canvas behind the end is left as it is, instead of being filled with end tokens that the text in front of it sees." +
				" The weights that it is published with are distilled to be sure of more tokens at once; it runs on any.",
			Params: []engines.Param{
				engines.Int("block_length", 32, 0, 1<<24, "Positions per block; 0 is the whole canvas."),
				denoise.BlockAdd, denoise.BlockWake,
				engines.Float("threshold", 0.5, 0, 1e6, "Entropy of a row, in nats, up to which its token is committed."),
				denoise.Temperature, cfgScale, stopAtEnd},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			r := denoise.Pipelined(o, denoise.Pick{Proposal: tempered(o), Confidence: sample.NegEntropy{}}, -o["threshold"].(float64))
			r.Together = true
			return denoise.Decoder{Rule: r, BlockLength: denoise.WholeAnswer}, nil
		}},
		// dinfer has the three parallel decoders of dInfer, without its caches.
		{Preset: engines.Preset{
			Name: "dinfer", Cache: "none",
			Doc:    "Blocks decoded by a threshold, by splitting runs of masks, or with credit for predictions that last; ends after the block with the end.",
			Source: "Ma et al. 2025 (dInfer), arXiv 2510.08666; credit from CreditDecoding, arXiv 2510.06133; github.com/inclusionAI/dInfer",
			Differs: "No soft embeddings of masks. The published vicinity cache also runs a pass over a block that its first pass has filled. After the block with the end, the rest of the canvas stays unwritten " +
				"instead of being filled with end tokens.",
			Params: []engines.Param{
				engines.Choice("selection", "threshold", []string{"threshold", "hierarchy", "credit"},
					"Which tokens a pass commits: those above the threshold (threshold; credit raises the logits of lasting predictions first), or also the surest of each run of masks (hierarchy)."),
				engines.Float("threshold", 0.9, 0, 2, "Probability from which a token is committed; above 1 commits the surest token of each pass, and those within 0.00001 of it."),
				engines.Float("low_threshold", 0.4, 0, 2, "For hierarchy: probability above which the surest token of a run of masks is committed; at most the threshold."),
				credit("credit_alpha", 0.7, 100, "weight of ln(1 + credit) in the logits."),
				credit("credit_beta", 0.8, 1, "share of the credit that is kept from pass to pass."),
				credit("credit_gamma", 0.2, 100, "power of the probability that is added to the credit of the most probable token."),
				engines.Choice("cache", "none", []string{"none", "vicinity"},
					"vicinity feeds the block and positions around it, and sees the rest as it was in the block's first pass, which is approximate; none runs the whole sequence in every pass.").As(engines.RoleCache),
				engines.Int("look_before", 16, 0, 1<<24, "For vicinity: positions fed in front of the block."),
				engines.Int("look_after", 16, 0, 1<<24, "For vicinity: positions fed behind it."),
				engines.Int("warmup_steps", 4, 0, 1<<24, "For vicinity: passes over the whole sequence before the first that is kept."),
				engines.Bool("early_stop", true, "End a request after the block in which a stop token was written, instead of filling the canvas."),
				blockLength(32), denoise.Temperature,
			},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			theta, low := o["threshold"].(float64), o["low_threshold"].(float64)
			pick := surest(o, sample.NearThreshold{Theta: theta, Near: 1e-5})
			d := denoise.Decoder{Rule: pick}
			switch o["selection"] {
			case "hierarchy":
				if low > theta {
					return denoise.Decoder{}, fmt.Errorf("low_threshold (%g) is above threshold (%g), so that runs would never be split; for example threshold 0.9 and low_threshold 0.4", low, theta)
				}
				pick.Selector = sample.Hierarchy{Theta: theta, Low: low}
			case "credit":
				credit := &denoise.Credit{Alpha: o["credit_alpha"].(float64), Beta: o["credit_beta"].(float64), Gamma: o["credit_gamma"].(float64)}
				d.Adjust = credit.Adjust
			}
			if o["cache"] == "vicinity" {
				d.Layout = denoise.Layout{Kind: "approximate", Lay: blockCache{before: o["look_before"].(int), after: o["look_after"].(int), warm: o["warmup_steps"].(int)}.lay}
			}
			if o["early_stop"].(bool) {
				d.Stop = denoise.StopAtBlock
			}
			return d, nil
		}},
	}
}

func gap(name, when string, bound float64) engines.Param {
	return engines.Float(name, bound, 0, 1e6, "Mean lead of the best logit over the second that ends decoding "+when+".")
}

func credit(name string, value, most float64, doc string) engines.Param {
	return engines.Float(name, value, 0, most, "For credit: "+doc)
}
