package diffusion

import (
	"fmt"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// fastDLLM is Fast-dLLM: LLaDA in blocks, with a cache that is renewed at the
// start of each block, and commits by quota, threshold or factor.
func fastDLLM() decode.Rule[rule] {
	length := blockLength
	length.Default = 32
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "diffusion", Name: "fast-dllm", Cache: "approximate",
			Doc:    "Blocks with a cache that the first pass of each block renews; commits by threshold, factor or quota.",
			Source: "Wu et al. 2025 (Fast-dLLM), arXiv 2505.22618, algorithms 1 and 2; github.com/NVlabs/Fast-dLLM",
			Differs: "No wasted pass when the first one fills the block; factor stops at the first rank that fails, the last rank included; " +
				"any last block may be shorter.",
			Params: []engines.Param{
				engines.Choice("cache", "dual", []string{"none", "prefix", "dual"}, "dual feeds the block alone, prefix the block and all behind it, none the whole sequence in every pass.").As(engines.RoleCache),
				engines.Choice("commit", "auto", []string{"auto", "threshold", "factor", "quota"},
					"What a pass commits: all tokens of at least the threshold probability, as many as the factor rule allows, or an even quota; auto is quota where steps are given, and threshold otherwise."),
				engines.Float("threshold", 0.9, 0, 2, "Probability from which a token is committed, for commit threshold; above 1 commits one token per pass."),
				engines.Float("factor", 1, 0, 1e6, "For commit factor: the n-th surest token is committed while its probability is at least 1 - factor/(n+1)."),
				engines.Int("steps", 0, 0, 1<<24, "For commit quota: denoising steps for the whole canvas; 0 is one per position.").As(engines.RoleSteps),
				length, temperature, stopAtEnd,
			},
		},
		Build: func(_ *network.Spec, o engines.Options) (rule, error) {
			commit, steps, length := o["commit"].(string), o["steps"].(int), o["block_length"].(int)
			if commit == "auto" {
				if commit = "threshold"; steps > 0 {
					commit = "quota"
				}
			}
			if steps > 0 && commit != "quota" {
				return rule{}, fmt.Errorf("steps (%d) needs commit quota, and commit is %s: leave steps away, or give commit quota with steps %d", steps, commit, steps)
			}
			pick := surest(o, fastSelector(commit, o))
			r := rule{Decoder: inBlocks(o, &pick)}
			r.Layout = fastLayout(o["cache"].(string))
			if commit == "quota" {
				r.Steps = func(budget int) int { return steps / begun(budget, length) }
				r.fits = func(budget int) error {
					if n := begun(budget, length); steps%n != 0 {
						return fmt.Errorf("steps (%d) is not a multiple of the number of blocks (budget %d in blocks of %d = %d); commit quota needs the same steps in every block, for example steps %d or 0",
							steps, budget, length, n, (steps/n+1)*n)
					}
					return nil
				}
			}
			return r, nil
		},
	}
}

func fastLayout(cache string) denoise.Layout {
	switch cache {
	case "prefix":
		return blockCache{suffix: true}
	case "dual":
		return blockCache{}
	}
	return full{}
}

// begun is the number of blocks of a canvas, a shorter last one included.
func begun(budget, length int) int {
	if length == 0 {
		return 1
	}
	return (budget + length - 1) / length
}

func fastSelector(commit string, o engines.Options) sample.Selector {
	switch commit {
	case "threshold":
		return sample.Threshold{Theta: o["threshold"].(float64)}
	case "factor":
		return sample.Factor{F: o["factor"].(float64)}
	}
	return sample.TopK{}
}
