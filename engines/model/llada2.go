package model

import "strings"

// llada2 is the network of LLaDA2.0 and 2.1: experts in all layers but the lowest,
// chosen in groups, beside one that computes every row; part of each head is not
// rotated. Its files leave out which token ends a text.
var llada2 = architecture{
	class: "LLaDA2MoeModelLM", qkNorm: true, fused: true, router: router{biased: true, pick: groupRouter},
	spelling: map[string]string{"partial_rotary_factor": "partial_rotary_factor"},
	fixed: map[string]rule{
		"attention_bias":                    may("false", "null"),
		"norm_head":                         may("false"),
		"norm_softmax":                      may("false"),
		"norm_topk_prob":                    may("true"),
		"score_function":                    may(`"sigmoid"`),
		"moe_router_enable_expert_bias":     may("true"),
		"router_dtype":                      may(`"fp32"`),
		"use_bias":                          may("false"),
		"use_qkv_bias":                      may("false"),
		"use_qk_norm":                       may("true"),
		"use_rmsnorm":                       may("true"),
		"using_split_qkv_in_self_attention": may("false"),
		"num_nextn_predict_layers":          may("0", "null"),
		"sliding_window": {"null, or use_sliding_window false or left out", func(_ string, all map[string]entry) bool {
			on := string(all["use_sliding_window"].value)
			return on == "" || on == "false"
		}},
	},
	harmless: strings.Fields("embedding_dropout output_dropout output_router_logits rotary_dim _moe_implementation"),
	defaults: func(c *Config) {
		c.NormEps, c.MaxPositions, c.EOS = 1e-5, 16384, TokenIDs{156892}
		c.Experts, c.ExpertsPerRow, c.Groups, c.TopGroups, c.Scale, c.RotaryShare = 16, 2, 8, 4, 2.5, 0.5
	},
	tensors: strings.NewReplacer(".embed_tokens.", ".word_embeddings.", ".self_attn.qkv_proj.", ".attention.query_key_value.",
		".self_attn.o_proj.", ".attention.dense.", ".self_attn.q_norm.", ".attention.query_layernorm.", ".self_attn.k_norm.", ".attention.key_layernorm."),
}
