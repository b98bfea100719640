package model_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dllmbench/engines/model"
)

const plainConfig = `{
 "model_type": "qwen3", "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2,
 "vocab_size": 9, "max_position_embeddings": 8, "eos_token_id": 1, "pad_token_id": 0, "mask_token_id": 2%s
}`

// TestConfigKeys: every key is honoured, harmless, or stops the load with its place.
func TestConfigKeys(t *testing.T) {
	for _, c := range []struct{ keys, want string }{
		// As public Llama, Qwen3 and SDAR files have them.
		{`"architectures": ["SDARForCausalLM"], "auto_map": {"AutoConfig": "c.C"}, "_name_or_path": "x", "transformers_version": "4.51.0", "torch_dtype": "bfloat16"`, ""},
		{`"attention_dropout": 0.1, "initializer_range": 0.02, "use_cache": true, "bos_token_id": 3, "pretraining_tp": 2, "temperature": 0.7`, ""},
		{`"rope_scaling": null, "use_sliding_window": false, "sliding_window": 4096, "max_window_layers": 28, "layer_types": ["full_attention"]`, ""},
		{`"sliding_window": null`, ""},
		{`"debug": false, "ep_size": 1, "fuse_cross_entropy": true, "micro_forward": false, "skip_checkpoint": false`, ""},
		{`"mlp_bias": false, "head_dim": null, "rope_interleaved": false, "is_llama_config": true, "transformers.js_config": {"a": 1}`, ""},
		{`"rope_parameters": {"rope_type": "default", "rope_theta": 5e5}`, ""},
		{`"context": "block", "block_size": 4, "shift": true`, ""},

		{`"rope_scaling": {"type": "longrope", "factor": 4}`, `config.json:3:107: rope_scaling is {"type": "longrope", "factor": 4}, allowed is null or {"rope_type": "default"}`},
		{`"rope_scaling": {"type": "linear", "factor": 4}`, ""},
		{`"rope_scaling": {"type": "linear", "factor": 4, "beta_fast": 4}`, "rope_scaling is"},
		{`"rope_parameters": {"rope_type": "yarn", "rope_theta": 5e5, "factor": 4, "truncate": false}`, "rope_parameters is"},
		{`"rope_parameters": {"rope_type": "yarn", "rope_theta": 5e5, "factor": 4, "mscale": 1}`, ""},
		{`"rope_parameters": {"rope_type": "yarn", "rope_theta": 5e5, "factor": 4, "llama_4_scaling_beta": 0.1}`, "rope_parameters has a llama_4_scaling_beta, which is not for qwen3"},
		{`"rope_parameters": {"rope_type": "yarn", "rope_theta": 5e5}`, "rope_parameters is"},
		{`"rope_scaling": {"type": "yarn", "factor": 4}`, ""},
		{`"rope_scaling": {"type": "yarn", "factor": 4, "low_freq_factor": 1}`, "rope_scaling is"},
		{`"rope_theta": 1, "rope_scaling": {"type": "yarn", "factor": 4}`, "rope_theta is 1, allowed is more than 1 beside scaled positions"},
		{`"rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4}`, "rope_scaling is"},
		{`"rope_scaling": {"rope_type": "dynamic", "factor": 4}`, "rope_scaling is"},
		{`"rope_scaling": {"type": "yarn", "factor": 4}, "rope_parameters": {"rope_type": "yarn", "rope_theta": 5e5, "factor": 2}`, "rope_parameters scales positions otherwise than rope_scaling"},
		{`"rope_theta": 1e4, "rope_parameters": {"rope_theta": 5e5}`, "rope_parameters has the rope_theta 500000, beside a rope_theta of 10000"},
		{`"sliding_window": 4096`, "sliding_window is 4096, allowed is null, or use_sliding_window false beside it"},
		{`"use_sliding_window": true`, "use_sliding_window is true, allowed is false"},
		{`"layer_types": ["full_attention", "sliding_attention"]`, "layer_types is"},
		{`"partial_rotary_factor": 0.5`, "partial_rotary_factor is 0.5, allowed is 1"},
		{`"mlp_bias": true`, "mlp_bias is true, allowed is false"},
		{`"quantization_config": {"quant_method": "awq"}`, "quantization_config is"},
		{`"final_logit_softcapping": 30.0`, "final_logit_softcapping is 30.0, allowed is null"},
		{`"num_experts": 8`, `config.json:3:107: the key "num_experts" is not known and may change the network`},
		{`"rope_tetha": 5e5`, `the key "rope_tetha" is not known and may change the network; the nearest known key is rope_theta`},
		{`"Rope_Theta": 5e5`, `the key "Rope_Theta" is not known and may change the network; the nearest known key is rope_theta`},
		{`"block_size": 4`, "block_size is 4, which says nothing without the context block"},
		{`"rope_theta": "5e5"`, `rope_theta is "5e5", wanted is a number`},
		{`"head_dim": 4.5`, "head_dim is 4.5, wanted is a whole number"},
		{`"fim_token_ids": {"prefix": 3, "gap": 4, "midle": 5}`, `unknown field "midle"`},
		{`"hidden_size": 8`, "config.json:3:107: hidden_size is given twice"},
		{`"num_key_value_heads": 0`, "config.json:3:107: num_key_value_heads is 0, allowed is 1 or more"},
		{`"head_dim": 0`, "head_dim is 0, allowed is 1 or more"},
		{`"num_key_value_heads": null, "block_size": 0`, ""},
		{`"num_key_value_heads": 3`, "config.json:2:91: num_attention_heads (2) is not a multiple of num_key_value_heads (3)"},
		{`"head_dim": 4096, "max_position_embeddings ": 1`, `the key "max_position_embeddings "`},
		{`"eos_token_id ": 1`, "the nearest known key is eos_token_id"},
	} {
		got, err := model.ParseConfig(fmt.Appendf(nil, plainConfig, ", "+c.keys))
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.keys, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: error %v, which should say %q", c.keys, err, c.want)
		case strings.Contains(c.keys, "rope_parameters") && err == nil && got.RopeTheta != 5e5:
			t.Errorf("%s: rope_theta %g", c.keys, got.RopeTheta)
		}
	}
	for _, text := range []string{"", "{", `{"a"`, `{"a": 1`, `{"a": [`} {
		if _, err := model.ParseConfig([]byte(text)); err == nil || !strings.Contains(err.Error(), "the file ends early") {
			t.Errorf("%s: error %v", text, err)
		}
	}
	_, err := model.ParseConfig([]byte(`{"architectures": ["BloomForCausalLM"],
 "model_type": "bloom", "use_mrope": true, "x": 1}`))
	if want := `config.json:2:2: model_type is "bloom", allowed is one of Dream, `; err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v, wanted %s alone", err, want)
	}
}

// TestArchitectureKeys: an architecture has keys, spellings and defaults of its own.
func TestArchitectureKeys(t *testing.T) {
	for _, c := range []struct{ kind, keys, want string }{
		{"qwen2", `"attention_bias": true`, ""},
		{"qwen2", `"attention_bias": false`, "attention_bias is false, allowed is null or true, which this model_type implies"},
		{"mistral", `"sliding_window": null`, ""},
		{"mistral", `"use_sliding_window": false`, "config.json:1:1: sliding_window is missing, allowed is null"},
		// What a file has, and what stands there instead.
		{"llada", `-"precision": null,+"hidden_size": 16,`, `the key "hidden_size" is not known and may change the network`},
		{"llada", `-"activation_type": "silu",+`, `config.json:1:1: activation_type is missing, allowed is "silu"`},
		{"llada", `-"activation_type": "silu"+"activation_type": "swiglu"`, `config.json:2:2: activation_type is "swiglu", allowed is "silu"`},
		{"llada", `-"alibi": false,+`, ""},
		{"llada", `-"alibi": false+"alibi": true`, "alibi is true, allowed is false"},
		{"llada", `-"embedding_size": 320+"embedding_size": 512`, "embedding_size is 512, allowed is null or the vocab_size"},
		{"llada", `-"mlp_hidden_size": 24+"mlp_hidden_size": null`, "mlp_hidden_size is 0, allowed is 1 to"},
		{"llada", `-"n_layers": 2+"n_layers": 0`, "n_layers is 0, allowed is 1 or more"},
		{"llada", `-"n_kv_heads": 1+"n_kv_heads": null`, ""},
		{"Dream", `"use_mrope": false`, ""},
		{"Dream", `-"mask_token_id": 2,+`, "config.json:1:1: mask_token_id is 151666, allowed is 0 to vocab_size-1 = 319"},
		{"Dream", `"bd_size": 4`, "bd_size is 4, allowed is null"},
		{"Fast_dLLM_Qwen", `"block_size": 4`, `the key "block_size" is not known`},
		{"Fast_dLLM_Qwen", `"bd_size": 0`, "bd_size is 0 beside the context block, which needs at least 1"},
		{"Fast_dLLM_Qwen", `-"bd_size": 8,+`, ""},
		{"Fast_dLLM_Qwen", `"attention_bias": false`, "attention_bias is false, allowed is null or true"},
		{"sdar", `-"block_size": 4,+"context": "token", "block_size": 0,`, ""},
		{"sdar", `"conplemenrary_mask": true`, `the key "conplemenrary_mask" is not known`},
		{"a2d-qwen2", `"context": "half"`, `context is "half", allowed are token, block and full`},
		{"gpt2", `-"n_inner": 24+"n_inner": null`, ""},
		{"gpt2", `-"activation_function": "gelu_new"+"activation_function": "gelu"`, `activation_function is "gelu", allowed is gelu_new or gelu_pytorch_tanh`},
		{"gpt2", `-"scale_attn_weights": true+"scale_attn_weights": false`, "scale_attn_weights is false, allowed is true"},
		{"gpt2", `-"layer_norm_epsilon": 1e-05+"layer_norm_epsilon": 1`, "layer_norm_epsilon is 1 and must lie between 0 and 1"},
		{"gpt2", `-"vocab_size": 320+"rope_theta": 10000.0, "vocab_size": 320`, "rope_theta is 10000.0, allowed is null"},
		{"illada", `-"layer_norm_eps": 1e-05,+`, ""},
		{"illada", `-"layer_norm_eps": 1e-05+"layer_norm_eps": 0`, "layer_norm_eps is 0, allowed is more"},
		{"illada", `-"layer_norm_eps": 1e-05+"layer_norm_eps": 1`, "layer_norm_eps is 1 and must lie between 0 and 1"},
		{"illada", `-"rope_scaling": null+"rope_scaling": {"type": "yarn", "factor": 4}`, `allowed is null or {"rope_type": "default"}`},
		{"illada", `-"rope_scaling": null+"rope_scaling": {"type": "default"}`, ""},
		{"illada", `-"rope_theta": 10000.0,+`, "rope_theta is 0 and must be positive"},
		{"illada", `-"mask_token_id": 2,+`, ""},
		{"illada", `"hidden_act": "silu"`, "rms_norm_eps is 0 and must lie between 0 and 1"},
		{"bd3lm", `-"block_size": 4,+`, ""},
		{"bd3lm", `-"mask_token_id": 2,+`, ""},
		{"bd3lm", `-"time_conditioning": false+"time_conditioning": true`, "time_conditioning is true, allowed is false"},
		{"bd3lm", `-"cross_attn": true+"cross_attn": false`, "cross_attn is false, allowed is true"},
		{"bd3lm", `-"adaln": true+"adaln": false`, "adaln is false, allowed is true"},
		{"mdlm", `-"n_blocks": 2+"n_layers": 2`, `the key "n_layers" is not known`},
		{"mdlm", `-"cond_dim": 8+"adaln": true`, `the key "adaln" is not known`},
		{"llama", `"layer_norm_eps": 1e-5`, "layer_norm_eps is 1e-5, allowed is null"},
		{"mistral", `"sliding_window": 4096`, "sliding_window is 4096, allowed is null"},
		{"lladamoe", `-"lladamoe"+"llada"`, ""},
		{"lladamoe", `-"qk_layernorm": true+"qk_layernorm": false`, "qk_layernorm is false, allowed is true"},
		{"lladamoe", `-"qk_layernorm": true,+`, "qk_layernorm is missing, allowed is true"},
		{"lladamoe", `-"clip_qkv": null+"clip_qkv": 8.0`, "clip_qkv is 8.0, allowed is null"},
		{"lladamoe", `-"shared_expert_intermediate_size": null+"shared_expert_intermediate_size": 12`, "shared_expert_intermediate_size is 12, allowed is null"},
		{"lladamoe", `-"moe_router_enable_expert_bias": false+"moe_router_enable_expert_bias": true`, "allowed is false or null"},
		{"lladamoe", `-"num_hidden_layers": 2+"num_hidden_layers": 3`, "moe_layer_freq is [ 1, 1 ], allowed is a 1 for each layer"},
		{"lladamoe", `-"num_experts": 7,+`, "num_experts is 0, allowed is 1 to 32768"},
		{"lladamoe", `-"num_experts_per_tok": 3+"num_experts_per_tok": 8`, "num_experts_per_tok is 8, allowed is 1 to 7"},
		{"lladamoe", `-"expert_intermediate_size": 12,+`, "expert_intermediate_size is 0, allowed is 1 to"},
		{"lladamoe", `-"rope_theta": 10000.0,+`, "rope_theta is 0 and must be positive"},
		{"lladamoe", `-"mask_token_id": 2,+`, "mask_token_id is 156895, allowed is 0 to"},
		{"lladamoe", `-"partial_rotary_factor": 1+"partial_rotary_factor": 0.4`, "partial_rotary_factor is 0.4, which has to leave an even number of the 8 numbers of a head"},
		{"llada2_moe", `-"block_size": 8,+`, ""},
		{"llada2_moe", `-"use_qk_norm": true,+`, ""},
		{"llada2_moe", `-"norm_head": false+"norm_head": true`, "norm_head is true, allowed is false"},
		{"llada2_moe", `-"use_bias": false+"use_bias": true`, "use_bias is true, allowed is false"},
		{"llada2_moe", `-"use_sliding_window": false+"use_sliding_window": true`, "sliding_window is 4096, allowed is null, or use_sliding_window false or left out"},
		{"llada2_moe", `-"n_group": 4+"n_group": 3`, "n_group is 3, which has to divide num_experts (8) into groups of at least 2"},
		{"llada2_moe", `-"topk_group": 2+"topk_group": 1`, "topk_group is 1, allowed is 1 to n_group (4), with room for 3 experts"},
		{"llada2_moe", `-"num_shared_experts": 1+"num_shared_experts": 0`, ""},
		{"llada2_moe", `-"num_shared_experts": 1+"num_shared_experts": 100000`, "num_shared_experts is 100000, allowed is 0 to 10922 beside a moe_intermediate_size of 12"},
		{"llada2_moe", `-"first_k_dense_replace": 1+"first_k_dense_replace": 3`, "first_k_dense_replace is 3, allowed is 0 to the number of layers, 2"},
		{"llada2_moe", `-"rope_scaling": null+"rope_parameters": {"rope_theta": 1e4, "partial_rotary_factor": 0.5}`, ""},
		{"llada2_moe", `-"rope_scaling": null+"rope_parameters": {"rope_theta": 1e4, "partial_rotary_factor": 0.25}`, "rope_parameters has the partial_rotary_factor 0.25, allowed is 0.5"},
		{"qwen3", `"rope_parameters": {"partial_rotary_factor": 0.5}`, "rope_parameters has the partial_rotary_factor 0.5, allowed is 1"},
		{"nemotron_labs_diffusion", `-"mask_token_id": 2,+`, ""},
		{"nemotron_labs_diffusion", `-"dlm_paradigm": "bidirectional"+"dlm_paradigm": "autoregressive"`, `dlm_paradigm is "autoregressive", allowed is "bidirectional" or "block_diff" or "sbd_block_diff"`},
		{"nemotron_labs_diffusion", `-"block_size": 32+"block_size": 64`, ""},
		{"nemotron_labs_diffusion", `-"llama_4_scaling_beta": 0.1,+`, ""},
		{"nemotron_labs_diffusion", `-"factor": 0.25+"factor": 0`, "rope_parameters is"},
		{"gemma3_text", `-"layer_types": [+"sliding_window_pattern": 2, "layer_kinds": [`, `the key "layer_kinds" is not known`},
		{"gemma3_text", `-"sliding_attention",+`, "layer_types has 2 layers, num_hidden_layers is 3"},
		{"gemma3_text", `-"full_attention"+"chunked_attention"`, `layer_types has a layer of "chunked_attention", allowed are sliding_attention and full_attention`},
		{"gemma3_text", `-"sliding_window": 5+"sliding_window": 0`, "sliding_window is 0, allowed is 1 or more"},
		{"gemma3_text", `-"rope_local_base_freq": 10000.0,+`, ""},
		{"gemma3_text", `-"query_pre_attn_scalar": 6+"query_pre_attn_scalar": -6`, "query_pre_attn_scalar is -6 and must be positive"},
		{"gemma3_text", `-"use_bidirectional_attention": false+"use_bidirectional_attention": true`, "use_bidirectional_attention is true, allowed is false or null"},
		{"gemma3_text", `-"hidden_activation": "gelu_pytorch_tanh"+"hidden_activation": "gelu"`, `hidden_activation is "gelu", allowed is gelu_new or gelu_pytorch_tanh`},
		{"gemma3_text", `-"final_logit_softcapping": null+"final_logit_softcapping": 30.0`, "final_logit_softcapping is 30.0, allowed is null"},
		{"gemma3_text", `-"rope_type": "linear"+"rope_type": "dynamic"`, "rope_scaling is"},
		{"gemma3_text", `-"rope_scaling": {
  "factor": 8.0,
  "rope_type": "linear"
 }+"rope_parameters": {"sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}, "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1e6}}`, ""},
		{"gemma3_text", `-"rope_scaling": {+"rope_parameters": {"sliding_attention": {"rope_theta": 5e4}, "full_attention": {}}, "rope_scaling": {`, "rope_parameters of sliding_attention has the rope_theta 50000, beside a rope_local_base_freq of 10000"},
		{"gemma3_text", `-"rope_scaling": {+"rope_parameters": {"sliding_attention": {"rope_type": "linear", "factor": 8.0}, "full_attention": {}}, "rope_scaling": {`, `rope_parameters of sliding_attention is {"rope_type": "linear"`},
		{"gemma3_text", `-"rope_scaling": {+"rope_parameters": {"sliding_attention": {}}, "rope_scaling": {`, "rope_parameters is"},
		{"qwen3", `"rope_local_base_freq": 1e4`, `the key "rope_local_base_freq" is not known`},
		{"qwen3", `"num_experts": 8`, `the key "num_experts" is not known`},
	} {
		text := strings.Replace(fmt.Sprintf(plainConfig, ", "+c.keys), `"qwen3"`, `"`+c.kind+`"`, 1)
		if file, err := os.ReadFile("testdata/" + c.kind + "/config.json"); strings.HasPrefix(c.keys, "-") && err == nil {
			old, new, _ := strings.Cut(strings.TrimPrefix(c.keys, "-"), "+")
			if text = strings.Replace(string(file), old, new, 1); text == string(file) {
				t.Fatalf("%s: config.json has no %s", c.kind, old)
			}
		}
		if _, err := model.ParseConfig([]byte(text)); c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s, %s: error %v, which should say %q", c.kind, c.keys, err, c.want)
		}
	}
}

// TestCeilings: no count in config.json is taken at its word.
func TestCeilings(t *testing.T) {
	for key, want := range map[string]string{
		`"head_dim": 4096, "max_position_embeddings": 16777216`:                        "max_position_embeddings is 16777216, allowed is at most 65536 beside a head_dim of 4096",
		`"max_position_embeddings": 16777217`:                                          "allowed is 1 to 16777216",
		`"num_hidden_layers": 2000000000`:                                              "num_hidden_layers is 2000000000, allowed is 1 to 1024",
		`"num_attention_heads": 65536`:                                                 "allowed is 1 to 4096",
		`"num_attention_heads": 4096, "num_key_value_heads": 5000`:                     "num_key_value_heads is 5000, allowed is 1 to 4096",
		`"vocab_size": 2147483648`:                                                     "allowed is 1 to 2097152",
		`"hidden_size": 1e5`:                                                           "hidden_size is 1e5, wanted is a whole number",
		`"intermediate_size": 99999999999999999999`:                                    "wanted is a whole number",
		`"eos_token_id": "end"`:                                                        `eos_token_id is "end", wanted is a token id or a list of them`,
		`"eos_token_id": [1, 2147483647]`:                                              "eos_token_id is 2147483647, allowed is 0 to vocab_size-1 = 8",
		`"mask_token_id": 9`:                                                           "mask_token_id is 9",
		`"delimiter_token_ids": [1, -3]`:                                               "delimiter_token_ids has an id that is -3",
		`"fim_token_ids": {"prefix": 1, "gap": 1, "middle": 2147483647}`:               "fim_token_ids has a middle that is 2147483647",
		`"head_dim": 2, "num_attention_heads": 4096, "num_key_value_heads": 4096`:      "",
		`"head_dim": 64, "max_position_embeddings": 4194304, "num_hidden_layers": 512`: "",
	} {
		var all map[string]json.RawMessage
		if err := json.Unmarshal(fmt.Appendf(nil, plainConfig, ""), &all); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte("{"+key+"}"), &all); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		c, err := model.ParseConfig(text)
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: error %v, which should say %q", key, err, want)
		}
		if want == "" && err != nil {
			t.Errorf("%s: %v", key, err)
		}
		if per := int64(c.Layers*c.KVHeads*c.HeadDim) * 8; err == nil && int64(c.Spec().Context)*per > 1<<34 {
			t.Errorf("%s: a sequence of %d positions takes %d bytes each", key, c.Spec().Context, per)
		}
	}
}

// TestHugeConfig: a file full of mistakes is refused in time, with the first of them.
func TestHugeConfig(t *testing.T) {
	var keys, ids strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&keys, `, "x%d": 1`, i)
		fmt.Fprintf(&ids, "%d, ", i%9)
	}
	for text, want := range map[string]string{
		keys.String(): `the key "x9" is not known`,
		`, "` + strings.Repeat("rope_theta", 1_000_000) + `": 1`: "is not known",
		`, "delimiter_token_ids": [` + ids.String() + `1]`:       "delimiter_token_ids has 200001 ids, allowed are at most 4096",
	} {
		_, err := model.ParseConfig(fmt.Appendf(nil, plainConfig, text))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Count(err.Error(), "\n") > 10 {
			t.Errorf("error %.200v", err)
		}
	}
}

// TestEnds: the ends of generation_config.json go before those of config.json, as in
// the reference, and make another model; its other defaults do not.
func TestEnds(t *testing.T) {
	dir, _ := savedCheckpoint(t, "F32")
	plain, err := load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		`{"temperature": 0.6, "do_sample": true}`:                  "[1]",
		`{"eos_token_id": [4, 5], "pad_token_id": 5, "top_k": 20}`: "[4 5]",
		`{"eos_token_id": null}`:                                   "[1]",
		`{"eos_token_id": 37}`:                                     "generation_config.json: eos_token_id is 37, allowed is 0 to vocab_size-1 = 36",
		`{"eos_token_id": "x"}`:                                    "generation_config.json: eos_token_id is no token id, wanted is a token id or a list of them",
		`{"eos_token_id"`:                                          "generation_config.json: unexpected end",
	} {
		if err := os.WriteFile(filepath.Join(dir, "generation_config.json"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		m, err := load(dir)
		if got := fmt.Sprint(err); err != nil && !strings.Contains(got, want) {
			t.Errorf("%s: error %s", text, got)
		}
		if err == nil && (fmt.Sprint(m.Spec().End) != want || (m.Digest() == plain.Digest()) != (want == "[1]")) {
			t.Errorf("%s: ends %v, digest %s beside %s", text, m.Spec().End, m.Digest(), plain.Digest())
		}
	}
}

// TestIdentity: a model is told from another by all that decides what it writes,
// and by nothing else.
func TestIdentity(t *testing.T) {
	dir, _ := savedCheckpoint(t, "F32")
	path := filepath.Join(dir, model.ConfigFile)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	digest := func(old, new string, tokenizer string) string {
		t.Helper()
		if !strings.Contains(string(before), old) {
			t.Fatalf("config.json has no %s", old)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(before), old, new, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		m, err := load(dir)
		if err != nil {
			t.Fatal(err)
		}
		c, err := model.OpenCheckpoint(os.DirFS(dir))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if tokenizer != "" {
			if m, err = c.Model([]byte(tokenizer)); err != nil {
				t.Fatal(err)
			}
		}
		return m.Digest()
	}
	plain := digest("{", "{", "")
	if !strings.HasPrefix(plain, "sha256:") || len(plain) != len("sha256:")+64 {
		t.Errorf("digest %q", plain)
	}
	for _, edit := range [][2]string{
		{"{", "{\n\n"},
		{`"Qwen3ForCausalLM"`, `"AnotherName"`},
		{`"torch_dtype": "float32"`, `"torch_dtype": "float16", "temperature": 0.5, "transformers_version": "5.0"`},
		{`"hidden_act": "silu",`, ``},
		{`"rope_theta": 10000,`, `"rope_parameters": {"rope_theta": 1e4},`},
	} {
		if got := digest(edit[0], edit[1], ""); got != plain {
			t.Errorf("%s for %s gives another identity", edit[1], edit[0])
		}
	}
	seen := map[string]string{plain: "nothing"}
	for _, edit := range [][3]string{
		{`"rope_theta": 10000`, `"rope_theta": 20000`},
		{`"rms_norm_eps": 0.000001`, `"rms_norm_eps": 0.00001`},
		{`"max_position_embeddings": 128`, `"max_position_embeddings": 64`},
		{`"eos_token_id": 1`, `"eos_token_id": [1, 4]`},
		{`"mask_token_id": 2`, `"mask_token_id": 3`},
		{`{`, `{"shift": true,`},
		{`{`, `{`, "a tokenizer"},
		{`{`, `{`, "another tokenizer"},
	} {
		got := digest(edit[0], edit[1], edit[2])
		if other, same := seen[got]; same {
			t.Errorf("%s %s has the identity of %s", edit[1], edit[2], other)
		}
		seen[got] = edit[1] + edit[2]
	}
}
