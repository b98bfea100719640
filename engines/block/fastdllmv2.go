package block

import (
	"errors"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/network"
)

// fastDLLMv2 finishes each block in smaller parts, from left to right.
func fastDLLMv2() decode.Rule[denoise.Decoder] {
	return decode.Rule[denoise.Decoder]{
		Preset: engines.Preset{
			Engine: "block", Name: "fast-dllm-v2", Cache: "exact",
			Doc:    "Blocks in sub-blocks that are finished from left to right; every step sees the whole block and commits all tokens of the sub-block above the threshold, and the surest one in any case. Ends as soon as the end of the text and all before it are written.",
			Source: "Wu et al. 2025 (Fast-dLLM v2), arXiv 2509.26328; github.com/NVlabs/Fast-dLLM",
			Differs: "With weights whose masks predict themselves, such as ours, the first token of a block is denoised like the others and finished blocks are stored by the first pass of the next one. With shifted weights (config shift) it is taken greedily from the pass that stores the block before, as published; behind the last block that pass is not run." +
				" With block_cache a sub-block's later passes feed the row in front of it too, where the published code feeds the whole block until the sub-block's first token is there.",
			Params: []engines.Param{blockLength(32),
				{Name: "sub_block", Kind: engines.KindInt, Default: 8, Min: 0, Max: 1 << 24,
					Doc: "Positions per sub-block; 0 is the whole block."},
				thresholdAbove(0.9),
				{Name: "block_cache", Kind: engines.KindBool, Default: false,
					Doc: "Keep the keys and values of the block from the first pass of each sub-block on and feed the sub-block alone, which is approximate."},
				temperature, topK,
				{Name: "top_p", Kind: engines.KindFloat, Default: 0.95, Min: 1e-6, Max: 1,
					Doc: "Keep the most probable tokens up to the one with which their mass reaches top_p; 1 keeps all. It has no effect at temperature 0."},
				cache},
		},
		Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			pick := aboveThreshold(o)
			d := denoise.Decoder{Rule: &denoise.Lead{Rule: &pick}, SubLength: o["sub_block"].(int), Steps: onePerMask, Stop: denoise.StopAtPrefix}
			if o["block_cache"].(bool) {
				if o["cache"] == "none" {
					return d, errors.New("block_cache keeps keys and values and cache none recomputes them; use block_cache true with cache exact, or block_cache false")
				}
				d.Layout = partCached{}
			}
			return d, nil
		},
	}
}
