package model

import "strings"

// sdar is the network of SDAR: that of Qwen3, trained to read finished text in
// blocks.
var sdar = architecture{
	class: "SDARForCausalLM", qkNorm: true, harmless: strings.Fields("use_deepep"),
}
