package library

import (
	"slices"

	"dllmbench/engines/model"
)

// Tiny is a config of the same kind with the smallest possible layers and
// as small a vocabulary as its special tokens allow.
func Tiny(c model.Config) model.Config {
	c.HiddenSize, c.IntermediateSize, c.Layers, c.Heads, c.KVHeads, c.HeadDim = 2, 2, 1, 1, 1, 2
	c.TieEmbeddings, c.AttentionBias = true, false
	spec := c.Spec()
	const enough = 64
	c.VocabSize = min(c.VocabSize, max(enough, int(slices.Max(append(spec.Special(), 0)))+1))
	return c
}
