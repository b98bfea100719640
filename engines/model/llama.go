package model

// llama is the network of Llama 2 and 3 and SmolLM2, and that of our own weights.
var llama = architecture{class: "LlamaForCausalLM"}
