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
	const enough = 64
	c.VocabSize = min(c.VocabSize, max(enough, int(slices.Max(special(c)))+1))
	return c
}

// Ordinary is a token without a special meaning.
func Ordinary(c model.Config) int32 {
	id := int32(0)
	for slices.Contains(special(c), id) {
		id++
	}
	return id
}

// special are the tokens with a meaning of their own.
func special(c model.Config) []int32 {
	list := append([]int32{c.EOS, c.Pad, c.MaskToken}, c.Delimiters...)
	if c.FIM != nil {
		list = append(list, c.FIM.Prefix, c.FIM.Gap, c.FIM.Middle)
	}
	return list
}
