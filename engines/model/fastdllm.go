package model

import "strings"

// fastDLLM is the network of Fast-dLLM v2: that of Qwen2, trained on to read
// finished text in blocks, in which a mask is predicted by the row in front of it.
var fastDLLM = architecture{
	class: "Fast_dLLM_QwenForCausalLM", fixed: impliedBias, harmless: strings.Fields("conplemenrary_mask"), // as its files spell it
	spelling: map[string]string{"bd_size": "block_size"},
	defaults: biased,
}
