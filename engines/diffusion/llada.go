package diffusion

import (
	"errors"
	"fmt"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// llada is the rule of LLaDA: an even quota of commits per step, the positions
// with the most probable tokens first, or in another order. "Remasking" is the
// paper's word; no token that was committed is ever masked again.
func llada() decode.Rule[rule] {
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "diffusion", Name: "llada", Cache: "none",
			Doc:    "Even quota of commits per step, the most confident positions first, all steps run.",
			Source: "Nie et al. 2025, arXiv 2502.09992, algorithm 5; github.com/ML-GSAI/LLaDA",
			Differs: "eos_confidence_last acts at every temperature, on stop ids and padding alike; the published code misses one of its two end tokens " +
				"above temperature 0. margin and entropy are Dream's measures under LLaDA's quota.",
			Params: []engines.Param{
				canvasSteps,
				blockLength,
				engines.Choice("remasking", "low_confidence", []string{"low_confidence", "random", "margin", "entropy"},
					"What goes first: the most probable tokens (low_confidence), any (random), the largest lead over the second token (margin), or the least entropy."),
				engines.Bool("eos_logits_inf", false, "Never draw a token that ends the text (stop ids and padding), so that the whole canvas is text."),
				engines.Bool("eos_confidence_last", false, "Commit tokens that end the text only where a step has nothing else to commit."),
				temperature, cfgScale, stopAtEnd,
			},
		},
		Build: func(_ *network.Spec, o engines.Options) (rule, error) {
			noEnd, endLast := o["eos_logits_inf"].(bool), o["eos_confidence_last"].(bool)
			if noEnd && (endLast || o["stop_at_end"].(bool)) {
				return rule{}, errors.New("eos_logits_inf leaves no end to be put off or to stop at; give it without eos_confidence_last and stop_at_end")
			}
			pick := surest(o, sample.TopK{})
			pick.Confidence, pick.EndLast = lladaConfidence(o["remasking"].(string)), endLast
			r := inSteps(o, &pick)
			if noEnd {
				r.Adjust = []denoise.Adjust{denoise.NoEnd{}}
			}
			return r, nil
		},
	}
}

func lladaConfidence(remasking string) sample.Confidence {
	switch remasking {
	case "random":
		return sample.Random{}
	case "margin":
		return sample.Margin{}
	case "entropy":
		return sample.NegEntropy{}
	}
	return sample.Probability{}
}

// blocks is the number of blocks of a canvas, for lengths that divide it.
func blocks(budget, length int) int {
	if length == 0 {
		return 1
	}
	return max(1, budget/length)
}

// inSteps is inBlocks with LLaDA's number of steps for the canvas, which is shared
// out among the blocks.
func inSteps(o engines.Options, r denoise.Rule) rule {
	steps, length := o["steps"].(int), o["block_length"].(int)
	d := inBlocks(o, r)
	d.Steps = func(budget int) int { return steps / blocks(budget, length) }
	return rule{Decoder: d, fits: func(budget int) error { return lladaFits(budget, steps, length) }}
}

// lladaFits holds the two divisions that LLaDA's code asserts.
func lladaFits(budget, steps, length int) error {
	if length != 0 && budget%length != 0 {
		return fmt.Errorf("the token budget (%d) is not a multiple of block_length (%d); llada needs equal blocks, for example block_length %d or 0",
			budget, length, divisorBelow(budget, length))
	}
	if n := blocks(budget, length); steps%n != 0 {
		return fmt.Errorf("steps (%d) is not a multiple of the number of blocks (budget %d / block_length %d = %d); llada needs the same steps in every block, for example steps %d or 0",
			steps, budget, length, n, (steps/n+1)*n)
	}
	return nil
}

// divisorBelow is the largest divisor of n that is at most limit.
func divisorBelow(n, limit int) int {
	d := min(n, limit)
	for n%d != 0 {
		d--
	}
	return d
}
