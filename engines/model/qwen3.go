package model

// qwen3 is the network of Qwen3 without experts.
var qwen3 = architecture{class: "Qwen3ForCausalLM", qkNorm: true}
