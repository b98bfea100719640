package model

// mistral is the network of Mistral from version 0.2 on, which has no sliding
// window.
var mistral = architecture{
	class: "MistralForCausalLM",
	fixed: map[string]rule{"sliding_window": must("null")},
}
