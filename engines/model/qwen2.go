package model

// qwen2 is the network of Qwen2 and Qwen2.5: queries, keys and values have a
// bias, which no key of its files mentions.
var qwen2 = architecture{class: "Qwen2ForCausalLM", fixed: impliedBias, defaults: biased}

var impliedBias = map[string]rule{"attention_bias": {"null or true, which this model_type implies", func(v string, _ map[string]entry) bool {
	return v == "" || v == "null" || v == "true"
}}}

func biased(c *Config) { c.AttentionBias = true }
