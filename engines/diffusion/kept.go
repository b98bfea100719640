package diffusion

import (
	"fmt"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// kept are rules with a cache.
func kept() []decode.Rule[denoise.Decoder] {
	return []decode.Rule[denoise.Decoder]{
		// fast-dllm is Fast-dLLM: LLaDA in blocks, with a cache that is renewed at the
		// start of each block, and commits by quota, threshold or factor.
		{Preset: engines.Preset{
			Name: "fast-dllm", Cache: "approximate",
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
				blockLength(32), denoise.Temperature, stopAtEnd,
			},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			commit, steps := o["commit"].(string), o["steps"].(int)
			if commit == "auto" {
				if commit = "threshold"; steps > 0 {
					commit = "quota"
				}
			}
			if steps > 0 && commit != "quota" {
				return denoise.Decoder{}, fmt.Errorf("steps (%d) needs commit quota, and commit is %s: leave steps away, or give commit quota with steps %d", steps, commit, steps)
			}
			selectors := map[string]sample.Selector{
				"threshold": sample.Threshold{Theta: o["threshold"].(float64)}, "factor": sample.Factor{F: o["factor"].(float64)}, "quota": sample.TopK{},
			}
			d := denoise.Decoder{Rule: surest(o, selectors[commit]), ZeroDiffers: o["commit"] == "auto"}
			if cache := o["cache"]; cache != "none" {
				behind := 0
				if cache == "prefix" {
					behind = denoise.WholeAnswer
				}
				d.Layout = denoise.Layout{Kind: "approximate", Lay: blockCache{after: behind}.lay}
			}
			if commit == "quota" {
				d = sharedOut(d, o, "commit quota")
			}
			return d, nil
		}},
		// dkv-cache is LLaDA's rule with the delayed cache.
		{Preset: engines.Preset{
			Name: "dkv-cache", Cache: "approximate",
			Doc:     "LLaDA with keys and values of written tokens kept from the pass after their commit on, and all of them renewed every few passes.",
			Source:  "Ma et al. 2025 (dKV-Cache), arXiv 2505.15781, section 3 (dKV-Cache-Decode); github.com/horseee/dKV-Cache",
			Differs: "The second pass already takes the prompt from the first; the published code runs its first two passes whole, and those of each block.",
			Params: []engines.Param{
				engines.Int("cache_steps", 8, 1, 1<<24, "Passes from one renewal of the whole cache to the next; 1 renews in every pass, which is no cache."),
				canvasSteps, blockLength(0), denoise.Temperature, stopAtEnd,
			},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			d := inSteps(o, surest(o, sample.TopK{}))
			cache := &delayedCache{every: o["cache_steps"].(int)}
			d.Layout = denoise.Layout{Kind: "approximate", Lay: cache.lay}
			return d, nil
		}},
		{Preset: engines.Preset{
			Name: "dkv-greedy", Cache: "approximate",
			Doc:     "Masks in a random order, of which a pass feeds those it writes, what the last pass wrote and the masks next to them: the work of a pass does not grow with the canvas. All is renewed every few passes.",
			Source:  "Ma et al. 2025 (dKV-Cache), arXiv 2505.15781 (dKV-Cache-Greedy); github.com/horseee/dKV-Cache",
			Differs: "The masks around several positions are looked for from left to right, and not in the order in which these were drawn.",
			Params: []engines.Param{
				engines.Int("cache_steps", 4, 1, 1<<24, "Passes of a block from one over the whole sequence to the next, the first of the block included; 1 runs all of them whole, which is no cache."),
				engines.Int("window", 4, 0, 1<<24, "Masks that are fed around each position that a pass writes, left and right in turns."),
				canvasSteps, blockLength(0), denoise.Temperature, stopAtEnd,
			},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			d := inSteps(o, &denoise.Sequential{Proposal: tempered(o), Shuffled: true})
			cache := &greedyCache{every: o["cache_steps"].(int), window: o["window"].(int)}
			d.Layout = denoise.Layout{Kind: "approximate", Lay: cache.lay}
			return d, nil
		}},
		// dllm-cache is LLaDA's rule with the feature cache of dLLM-Cache.
		{Preset: engines.Preset{
			Name: "dllm-cache", Cache: "approximate",
			Doc: "LLaDA with the outputs of attention and MLP taken over from earlier passes: the prompt's for many passes, " +
				"the answer's but for the rows whose values changed most.",
			Source:  "Liu et al. 2025 (dLLM-Cache), arXiv 2506.06295, algorithm 1; github.com/maomaocun/dLLM-Cache",
			Differs: "The values of all rows of the answer are renewed in every pass, since they are computed anyway.",
			Params: []engines.Param{
				every("prompt_interval", 50, "prompt"),
				every("answer_interval", 7, "answer"),
				engines.Float("share", 0.25, 0, 1, "Share of the answer's rows that each layer computes between two full computations: those whose values are the least like the stored ones."),
				canvasSteps, blockLength(0), denoise.Temperature, stopAtEnd,
			},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			d := inSteps(o, surest(o, sample.TopK{}))
			cache := &featureCache{prompt: o["prompt_interval"].(int), answer: o["answer_interval"].(int), partial: network.Partial{Share: o["share"].(float64)}}
			d.Layout = denoise.Layout{Kind: "approximate", Lay: cache.lay}
			return d, nil
		}},
	}
}

func every(name string, n int, what string) engines.Param {
	return engines.Int(name, n, 1, 1<<24, "Passes from one full computation of the "+what+" to the next; 1 computes it in every pass.")
}

// featureCache feeds the whole sequence, and lets the network take over what
// earlier passes left for rows whose turn it is not; see network.Partial.
type featureCache struct {
	prompt, answer int // passes from one full computation to the next
	partial        network.Partial
	passes         int // done for the request
}

func (c *featureCache) lay(s *denoise.Step) {
	if s.Window.Cache.Len() == 0 { // a new request
		c.passes = 0
	}
	mode := func(every int, otherwise network.Mode) network.Mode {
		if c.passes%every == 0 {
			return network.Fresh
		}
		return otherwise
	}
	prompt, answer := mode(c.prompt, network.Kept), mode(c.answer, network.Adaptive)
	c.partial.Modes = c.partial.Modes[:0]
	for pos := range s.Seq {
		if pos < s.P {
			c.partial.Modes = append(c.partial.Modes, prompt)
		} else {
			c.partial.Modes = append(c.partial.Modes, answer)
		}
	}
	wholeSequence(s, &s.Window)
	s.Window.Partial = &c.partial
	s.Refresh = c.passes > 0 && (prompt == network.Fresh || answer == network.Fresh)
	if c.passes == 0 {
		s.Window.PromptRows = s.P
	}
	c.passes++
}
