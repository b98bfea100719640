package block

import (
	"errors"
	"fmt"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/network"
)

// byThreshold are rules that commit what the model is sure of.
func byThreshold() []decode.Rule[denoise.Decoder] {
	return []decode.Rule[denoise.Decoder]{
		// threshold is the diffusion mode of models trained as ours is, with a block
		// that sees a causal context: the number of steps follows from how sure the
		// model is.
		{Preset: engines.Preset{
			Name: "threshold", Cache: "exact",
			Doc:     "Every step commits all tokens of the block with at least the threshold probability, and the surest one in any case.",
			Source:  "Wu et al. 2025 (Fast-dLLM), arXiv 2505.22618, section 3.3; over a causal context as in Nemotron-Labs-Diffusion, arXiv 2607.05722",
			Differs: "The first token of a block is denoised like the others. Nemotron's code takes it, as the most probable one, from the causal pass that stores the block before.",
			Params:  []engines.Param{blockLength(32), thresholdFrom(0.9), denoise.Temperature, topK, topP, cache},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			return denoise.Decoder{Rule: fromThreshold(o)}, nil
		}},
		// fast-dllm-v2 finishes each block in smaller parts, from left to right.
		{Preset: engines.Preset{
			Name: "fast-dllm-v2", Cache: "exact",
			Doc:    "Blocks in sub-blocks that are finished from left to right; every step sees the whole block and commits all tokens of the sub-block above the threshold, and the surest one in any case. Ends as soon as the end of the text and all before it are written.",
			Source: "Wu et al. 2025 (Fast-dLLM v2), arXiv 2509.26328; github.com/NVlabs/Fast-dLLM",
			Differs: "With weights whose masks predict themselves, such as ours, the first token of a block is denoised like the others and finished blocks are stored by the first pass of the next one. With shifted weights (config shift) it is taken greedily from the pass that stores the block before, as published; behind the last block that pass is not run." +
				" With block_cache a sub-block's later passes feed the row in front of it too, where the published code feeds the whole block until the sub-block's first token is there.",
			Params: []engines.Param{blockLength(32),
				engines.Int("sub_block", 8, 0, 1<<24, "Positions per sub-block; 0 is the whole block."),
				thresholdAbove(0.9),
				engines.Bool("block_cache", false, "Keep the keys and values of the block from the first pass of each sub-block on and feed the sub-block alone, which is approximate."),
				denoise.Temperature, topK,
				engines.Float("top_p", 0.95, 1e-6, 1, "Keep the most probable tokens up to the one with which their mass reaches top_p; 1 keeps all. It has no effect at temperature 0."),
				cache},
		}, Build: func(_ *network.Spec, o engines.Options) (denoise.Decoder, error) {
			d := denoise.Decoder{Rule: &denoise.Lead{Rule: aboveThreshold(o)}, SubLength: o["sub_block"].(int), Stop: denoise.StopAtPrefix}
			if o["block_cache"].(bool) {
				if o["cache"] == "none" {
					return d, errors.New("block_cache keeps keys and values and cache none recomputes them; use block_cache true with cache exact, or block_cache false")
				}
				d.Layout = denoise.Layout{Kind: "approximate", Lay: layPart}
			}
			return d, nil
		}},
		// adablock lets the text say where a block ends.
		{Preset: engines.Preset{
			Name: "adablock", Cache: "exact",
			Doc:    "Blocks end behind the delimiter that the block's first pass is surest of, and the tokens of a block are committed by threshold.",
			Source: "Lu et al. 2025 (AdaBlock-dLLM), arXiv 2509.26432, with Fast-dLLM's threshold; github.com/lgxi24/AdaBlock-dLLM",
			Differs: "Over finished text that is cached exactly, where the published one runs the whole canvas with full attention: the first pass of a block feeds max(window, block_length) positions, and not all that is left. " +
				"The window is a number of positions (published: a quarter of the canvas). In a template only positions still to be written count as delimiters. unit paragraph is our own: a block ends behind two delimiters in a row or behind the end of the text.",
			Params: []engines.Param{
				engines.Int("block_length", 16, 0, 1<<24, "Positions of a block in which no delimiter is sure enough; 0 is all that is left."),
				engines.Int("window", 32, 0, 1<<24, "Positions in which a delimiter is looked for at the start of a block, and so the longest block that ends with one; 0 is all that is left."),
				engines.Choice("unit", "delimiter", []string{"delimiter", "paragraph"},
					"delimiter ends a block behind a delimiter (a sentence, a line, a row), paragraph behind two in a row or behind the end of the text."),
				engines.Int("delimiter", -1, -1, 1<<21, "Token id of the delimiter; -1 takes those that the weights name (delimiter_token_ids in config.json)."),
				engines.Float("delimiter_threshold", 0.3, 0, 2, "Probability from which a predicted delimiter ends a block; above 1 all blocks have block_length positions."),
				thresholdFrom(0.9), denoise.Temperature, topK, topP, cache},
		}, Build: func(spec *network.Spec, o engines.Options) (denoise.Decoder, error) {
			delimiters, err := delimitersOf(spec, o["delimiter"].(int))
			if err != nil {
				return denoise.Decoder{}, err
			}
			length, window := o["block_length"].(int), o["window"].(int)
			longest := max(length, window)
			if length == 0 || window == 0 {
				longest = spec.Context
			}
			return denoise.Decoder{BlockLength: longest, Rule: &denoise.Adaptive{
				Pick: *fromThreshold(o), Delimiters: delimiters, Paragraphs: o["unit"] == "paragraph", Theta: o["delimiter_threshold"].(float64), Window: window, Default: length,
			}}, nil
		}},
	}
}

// delimitersOf are the tokens that end a sentence: the one asked for, or the
// weights' own.
func delimitersOf(spec *network.Spec, id int) ([]int32, error) {
	switch {
	case id >= spec.Vocab:
		return nil, fmt.Errorf("delimiter is token id %d, allowed is 0 to %d, or -1 for the weights' own", id, spec.Vocab-1)
	case id >= 0:
		return []int32{int32(id)}, nil
	case len(spec.Delimiters) == 0:
		return nil, errors.New("the weights name no token that ends a sentence (delimiter_token_ids in config.json), and delimiter is -1; give the id of one, for example delimiter 198 for the line feed of GPT-2's vocabulary")
	}
	return spec.Delimiters, nil
}
