package diffusion

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
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
				{Name: "cache_steps", Kind: engines.KindInt, Default: 8, Min: 1, Max: 1 << 24,
					Doc: "Passes from one renewal of the whole cache to the next; 1 renews in every pass, which is no cache."},
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
