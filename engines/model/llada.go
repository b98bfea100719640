package model

import "strings"

// llada is the network of LLaDA 8B and 1.5, in the words of OLMo. Keys that its
// files leave out have defaults of another network, so most have to be there.
var llada = architecture{
	class: "LLaDAModelLM",
	spelling: map[string]string{
		"d_model": "hidden_size", "mlp_hidden_size": "intermediate_size", "n_layers": "num_hidden_layers", "n_heads": "num_attention_heads",
		"n_kv_heads": "num_key_value_heads", "max_sequence_length": "max_position_embeddings", "weight_tying": "tie_word_embeddings",
	},
	fixed: map[string]rule{
		"activation_type":        must(`"silu"`),
		"block_type":             must(`"llama"`),
		"layer_norm_type":        must(`"rms"`),
		"rope":                   must("true"),
		"bias_for_layer_norm":    must("false"),
		"alibi":                  may("false"),
		"attention_layer_norm":   may("false"),
		"block_group_size":       may("1"),
		"include_bias":           may("false"),
		"include_qkv_bias":       may("false", "null"),
		"input_emb_norm":         may("false"),
		"layer_norm_with_affine": may("true"),
		"multi_query_attention":  may("null", "false"),
		"scale_logits":           may("false"),
		"embedding_size": {"null or the vocab_size", func(v string, all map[string]entry) bool {
			return v == "null" || v != "" && v == string(all["vocab_size"].value)
		}},
	},
	harmless: strings.Fields(`alibi_bias_max attention_layer_norm_with_affine embedding_dropout flash_attention init_cutoff_factor init_device
		init_fn init_std mlp_ratio precision residual_dropout rope_full_precision`),
	defaults: func(c *Config) { c.NormEps, c.TieEmbeddings = 1e-5, true },
	tensors: strings.NewReplacer("model.embed_tokens.", "model.transformer.wte.", "model.norm.", "model.transformer.ln_f.", "lm_head.", "model.transformer.ff_out.",
		"model.layers.", "model.transformer.blocks.", ".input_layernorm.", ".attn_norm.", ".post_attention_layernorm.", ".ff_norm.",
		".self_attn.o_proj.", ".attn_out.", ".self_attn.", ".", ".mlp.gate_proj.", ".ff_proj.", ".mlp.up_proj.", ".up_proj.", ".mlp.down_proj.", ".ff_out."),
}
