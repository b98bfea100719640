package model

import (
	"cmp"
	"maps"
	"slices"

	"dllmbench/engines/network"
)

// training is what the weights of an architecture were trained for, where their
// files do not say.
type training struct {
	context string // how finished text sees itself, see Config.Context; "" is from left to right
	block   int    // positions, of the context block
	shift   bool   // a mask is predicted by the row in front of it
	never   bool   // the mask was never a prediction, see network.Training.MaskNever
	mask    int32  // id of the mask token; 0 where files name it, or where there is none

	length int           // positions of the longest text of the training, where files claim more
	masks  map[int]int32 // likewise, where it depends on the size of the vocabulary
}

// trained has a row for every architecture. From it follows which decoders are
// native to weights, which use them untrained, and which cannot run. Those that
// read from left to right and yet name a mask token, ours and Nemotron's, were
// trained for both.
var trained = map[string]training{
	"nemotron_labs_diffusion": {mask: 100}, // arXiv 2607.05722
	"llama":                   {}, "mistral": {}, "qwen2": {}, "qwen3": {},
	"gpt2": {}, "gemma3_text": {},
	// arXiv 2410.17891; the mask of the small one is a word of GPT-2.
	"diffugpt":       {context: "full", shift: true, masks: map[int]int32{gpt2Size: 10541, gpt2Size + 1: gpt2Size}},
	"mdlm":           {context: "full", never: true, masks: map[int]int32{gpt2Size + 1: gpt2Size}},            // arXiv 2406.07524
	"bd3lm":          {context: "block", block: 1, never: true, masks: map[int]int32{gpt2Size + 1: gpt2Size}}, // arXiv 2503.09573
	"llada":          {context: "full"},                                                                       // arXiv 2502.09992
	"illada":         {context: "full", mask: 5},                                                              // arXiv 2606.25331
	"Dream":          {context: "full", shift: true, mask: 151666, length: 2048},                              // arXiv 2508.15487
	"a2d-llama":      {context: "full"},                                                                       // dLLM, arXiv 2602.22661; some in blocks,
	"a2d-qwen2":      {context: "full"},                                                                       // which no file says
	"a2d-qwen3":      {context: "full"},                                                                       //
	"lladamoe":       {context: "full", mask: 156895},                                                         // arXiv 2509.24389
	"llada2_moe":     {context: "block", block: 32, mask: 156895},                                             // arXiv 2512.15745
	"sdar":           {context: "block", block: 4, mask: 151669},                                              // arXiv 2510.06303
	"Fast_dLLM_Qwen": {context: "block", block: 32, shift: true, mask: 151665},                                // arXiv 2509.26328
}

// Types lists the architectures by their model_type.
func Types() []string { return slices.Sorted(maps.Keys(architectures)) }

// UsualMask is the mask token that the architecture itself names, or network.NoToken.
func (c *Config) UsualMask() int32 {
	t := trained[c.ModelType]
	if c.ModelType == "llama" && c.VocabSize == 32000 && c.Context == "full" && c.Shift {
		return 811 // DiffuLLaMA's, a word of Llama 2, whose config.json it has (arXiv 2410.17891)
	}
	if id := cmp.Or(t.mask, t.masks[c.VocabSize]); id > 0 {
		return id
	}
	return network.NoToken
}

// begin gives keys that files leave out the values of the architecture.
func (c *Config) begin() {
	if defaults := c.architecture().defaults; defaults != nil {
		defaults(c)
	}
	c.trainedAs()
}

func (c *Config) trainedAs() {
	t := trained[c.ModelType]
	c.Context, c.BlockSize, c.Shift = t.context, t.block, t.shift
	if t.mask > 0 {
		c.MaskToken = t.mask
	}
}

// trainedLength is that of the longest text of the training, where Positions are more.
func (c *Config) trainedLength() int {
	if n := trained[c.ModelType].length; n < c.Positions() {
		return n
	}
	return 0
}
