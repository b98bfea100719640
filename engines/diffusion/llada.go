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

// llada are the rules of LLaDA.
func llada() []decode.Rule[denoise.Decoder] {
	return []decode.Rule[denoise.Decoder]{
		// llada is the rule of LLaDA: an even quota of commits per step, the positions
		// with the most probable tokens first, or in another order. "Remasking" is the
		// paper's word; no token that was committed is ever masked again.
		{Preset: engines.Preset{
			Name: "llada", Cache: "none",
			Doc:    "Even quota of commits per step, the most confident positions first, all steps run.",
			Source: "Nie et al. 2025, arXiv 2502.09992, algorithm 5; github.com/ML-GSAI/LLaDA",
			Differs: "eos_confidence_last acts at every temperature and order of commits, on stop ids and padding alike; the published code misses one of its " +
				"two end tokens above temperature 0, and both in random order. margin and entropy are Dream's measures under LLaDA's quota.",
			Params: []engines.Param{
				canvasSteps, blockLength(0),
				engines.Choice("remasking", "low_confidence", []string{"low_confidence", "random", "margin", "entropy"},
					"What goes first: the most probable tokens (low_confidence), any (random), the largest lead over the second token (margin), or the least entropy."),
				engines.Bool("eos_logits_inf", false, "Never draw a token that ends the text (stop ids and padding), so that the whole canvas is text."),
				engines.Bool("eos_confidence_last", false, "Commit tokens that end the text only where a step has nothing else to commit, and rate the others as if there were no end."),
				denoise.Temperature, cfgScale, stopAtEnd,
			},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			noEnd, endLast := o["eos_logits_inf"].(bool), o["eos_confidence_last"].(bool)
			if noEnd && (endLast || o["stop_at_end"].(bool)) {
				return denoise.Decoder{}, errors.New("eos_logits_inf leaves no end to be put off or to stop at; give it without eos_confidence_last and stop_at_end")
			}
			pick := surest(o, sample.TopK{})
			pick.Confidence, pick.EndLast = remasking[o["remasking"]], endLast
			r := inSteps(o, pick)
			if noEnd {
				r.NoEnd = true
			}
			return r, nil
		}},
		// llada-threshold is LLaDA with the commit rule of Fast-dLLM, without its
		// caches: how many tokens a step commits depends on how sure the model is, so
		// the number of steps follows from the text.
		{Preset: engines.Preset{
			Name: "llada-threshold", Cache: "none",
			Doc:    "Every step commits all tokens with at least the threshold probability, and the surest one in any case; a shorter last block is allowed.",
			Source: "Wu et al. 2025 (Fast-dLLM), arXiv 2505.22618, section 3.3, without cache",
			Params: []engines.Param{
				engines.Float("threshold", 0.9, 0, 2, "Probability from which a token is committed; 0 fills a block in one step, above 1 commits one token per step."),
				blockLength(0), denoise.Temperature, cfgScale, stopAtEnd,
			},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			return denoise.Decoder{Rule: surest(o, sample.Threshold{Theta: o["threshold"].(float64)})}, nil
		}},
	}
}

// remasking are the confidences by the names of the parameter.
var remasking = map[any]sample.Confidence{
	"low_confidence": sample.Probability{}, "random": sample.Random{}, "margin": sample.Margin{}, "entropy": sample.NegEntropy{},
}

// inSteps is a decoder with LLaDA's number of steps for the canvas. It holds the two
// divisions that LLaDA's code asserts.
func inSteps(o engines.Options, r denoise.Rule) denoise.Decoder {
	length := o["block_length"].(int)
	d := sharedOut(denoise.Decoder{Rule: r}, o, "llada")
	even := d.Fits
	d.Fits = func(budget int) error {
		if length != 0 && budget%length != 0 {
			divisor := min(budget, length)
			for budget%divisor != 0 {
				divisor--
			}
			return fmt.Errorf("the token budget (%d) is not a multiple of block_length (%d); llada needs equal blocks, for example block_length %d or 0",
				budget, length, divisor)
		}
		return even(budget)
	}
	return d
}

// sharedOut shares the steps of the canvas out among its blocks, a shorter last
// one included.
func sharedOut(d denoise.Decoder, o engines.Options, who string) denoise.Decoder {
	steps, length := o["steps"].(int), o["block_length"].(int)
	blocks := func(budget int) int {
		if length == 0 {
			return 1
		}
		return (budget + length - 1) / length
	}
	d.Steps = func(budget int) int { return steps / blocks(budget) }
	d.Fits = func(budget int) error {
		if n := blocks(budget); steps%n != 0 {
			return fmt.Errorf("steps (%d) is not a multiple of the number of blocks (budget %d / block_length %d = %d); %s needs the same steps in every block, for example steps %d or 0",
				steps, budget, length, n, who, (steps/n+1)*n)
		}
		return nil
	}
	return d
}
