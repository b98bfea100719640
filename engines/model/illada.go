package model

// illada is the network of iLLaDA: that of Llama, trained to fill masks with full
// attention, with a bias and LayerNorm where keys ask for them. What its class takes
// for keys that are left out is not known here.
var illada = architecture{
	class: "ILLaDAForCausalLM", outBias: true,
	spelling: map[string]string{"layer_norm_eps": "layer_norm_eps", "mlp_bias": "mlp_bias"},
	fixed: map[string]rule{
		"rope_scaling": {`null or {"rope_type": "default"}`, func(v string, _ map[string]entry) bool {
			scaling, _, _, err := rotary([]byte(v))
			return v == "" || v == "null" || err == nil && scaling == nil
		}},
	},
	defaults: func(c *Config) { c.TieEmbeddings, c.NormEps, c.RopeTheta = true, 0, 0 },
}
