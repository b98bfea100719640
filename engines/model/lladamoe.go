package model

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// lladaMoE is the network of LLaDA-MoE-7B-A1B: that of Llama with normalised queries
// and keys, and experts in every layer, whose weights are probabilities among all of
// them.
var lladaMoE = architecture{
	class: "LLaDAMoEModelLM", qkNorm: true, router: router{pick: softmaxRouter},
	spelling: map[string]string{"dense_intermediate_size": "intermediate_size", "expert_intermediate_size": "moe_intermediate_size",
		"partial_rotary_factor": "partial_rotary_factor"},
	fixed: map[string]rule{
		"attention_bias":                  may("false"),
		"qk_layernorm":                    must("true"),
		"clip_qkv":                        may("null"),
		"shared_expert_intermediate_size": may("null"),
		"moe_router_enable_expert_bias":   may("false", "null"),
		"moe_router_score_function":       may(`"softmax"`, "null"),
		"routed_scaling_factor":           may("1", "1.0", "null"),
		"n_group":                         may("null"),
		"topk_group":                      may("null"),
		"num_shared_experts":              may("0", "null"),
		"first_k_dense_replace":           may("0", "null"),
		"moe_layer_freq":                  {"a 1 for each layer", onesPerLayer},
	},
	// The reference reads none of these.
	harmless: strings.Fields("output_router_logits router_aux_loss_coef norm_topk_prob router_num_group router_topk_group"),
	written: func(c *Config) map[string]any {
		return map[string]any{"moe_layer_freq": slices.Repeat([]int{1}, c.Layers)}
	},
	defaults: func(c *Config) {
		c.NormEps, c.RopeTheta, c.MaxPositions = 1e-5, 0, 4096
	},
}

// onesPerLayer allows a list with a 1 for each layer.
func onesPerLayer(v string, all map[string]entry) bool {
	var list []int
	layers, err := strconv.Atoi(string(all["num_hidden_layers"].value))
	if err != nil || json.Unmarshal([]byte(v), &list) != nil || len(list) != layers {
		return false
	}
	for _, n := range list {
		if n != 1 {
			return false
		}
	}
	return true
}
