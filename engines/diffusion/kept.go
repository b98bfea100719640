package diffusion

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// dkvCache is LLaDA's rule with the delayed cache. The code of the paper is not
// public; this follows its text.
func dkvCache() decode.Rule[rule] {
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "diffusion", Name: "dkv-cache", Cache: "approximate",
			Doc:     "LLaDA with keys and values of written tokens kept from the pass after their commit on, and all of them renewed every few passes.",
			Source:  "Ma et al. 2025 (dKV-Cache), arXiv 2505.15781, section 3 (dKV-Cache-Decode)",
			Differs: "Written from the paper's description; the greedy variant, which also keeps most masks, is not here.",
			Params: []engines.Param{
				engines.Int("cache_steps", 8, 1, 1<<24, "Passes from one renewal of the whole cache to the next; 1 renews in every pass, which is no cache."),
				canvasSteps,
				blockLength, temperature, stopAtEnd,
			},
		},
		Build: func(_ *network.Spec, o engines.Options) (rule, error) {
			pick := surest(o, sample.TopK{})
			r := inSteps(o, &pick)
			r.Layout = &delayedCache{every: o["cache_steps"].(int)}
			return r, nil
		},
	}
}

// dllmCache is LLaDA's rule with the feature cache of dLLM-Cache.
func dllmCache() decode.Rule[rule] {
	every := func(name string, n int, what string) engines.Param {
		return engines.Int(name, n, 1, 1<<24, "Passes from one full computation of the "+what+" to the next; 1 computes it in every pass.")
	}
	return decode.Rule[rule]{
		Preset: engines.Preset{
			Engine: "diffusion", Name: "dllm-cache", Cache: "approximate",
			Doc: "LLaDA with the outputs of attention and MLP taken over from earlier passes: the prompt's for many passes, " +
				"the answer's but for the rows whose values changed most.",
			Source:  "Liu et al. 2025 (dLLM-Cache), arXiv 2506.06295, algorithm 1; github.com/maomaocun/dLLM-Cache",
			Differs: "The values of all rows of the answer are renewed in every pass, since they are computed anyway.",
			Params: []engines.Param{
				every("prompt_interval", 50, "prompt"),
				every("answer_interval", 7, "answer"),
				engines.Float("share", 0.25, 0, 1, "Share of the answer's rows that each layer computes between two full computations: those whose values are the least like the stored ones."),
				canvasSteps,
				blockLength, temperature, stopAtEnd,
			},
		},
		Build: func(_ *network.Spec, o engines.Options) (rule, error) {
			pick := surest(o, sample.TopK{})
			r := inSteps(o, &pick)
			r.Layout = &featureCache{prompt: o["prompt_interval"].(int), answer: o["answer_interval"].(int), share: o["share"].(float64)}
			return r, nil
		},
	}
}

// featureCache feeds the whole sequence, and lets the network take over what
// earlier passes left for rows whose turn it is not; see network.Partial.
type featureCache struct {
	approximate
	prompt, answer int // passes from one full computation to the next
	share          float64

	partial []*network.Partial // per request
	passes  []int
}

// Lay implements denoise.Layout.
func (c *featureCache) Lay(s *denoise.Step) {
	i := s.Job.Index
	for len(c.partial) <= i {
		c.partial, c.passes = append(c.partial, &network.Partial{Share: c.share}), append(c.passes, 0)
	}
	p := c.partial[i]
	if s.Window.Cache.Len() == 0 { // a new request
		c.passes[i] = 0
	}
	mode := func(every int, otherwise network.Mode) network.Mode {
		if c.passes[i]%every == 0 {
			return network.Fresh
		}
		return otherwise
	}
	prompt, answer := mode(c.prompt, network.Kept), mode(c.answer, network.Adaptive)
	p.Modes = p.Modes[:0]
	for pos := range s.Seq {
		if pos < s.P {
			p.Modes = append(p.Modes, prompt)
		} else {
			p.Modes = append(p.Modes, answer)
		}
	}
	wholeSequence(s, &s.Window)
	s.Window.Partial = p
	s.Refresh = c.passes[i] > 0 && (prompt == network.Fresh || answer == network.Fresh)
	if c.passes[i] == 0 {
		s.Window.PromptRows = s.P
	}
	c.passes[i]++
}
