package model

import (
	"fmt"
	"strings"

	"dllmbench/engines/network"
)

// gpt2 is the network of GPT-2 and DistilGPT-2: learned positions, LayerNorm, GELU and
// a bias everywhere. DiffuGPT has the same config.json, and is told by the names of its
// tensors.
var gpt2 = architecture{
	class: "GPT2LMHeadModel", fused: true, outBias: true, gelu: true, learned: true,
	spelling: map[string]string{
		"n_embd": "hidden_size", "n_inner": "intermediate_size", "n_layer": "num_hidden_layers", "n_head": "num_attention_heads",
		"n_positions": "max_position_embeddings", "layer_norm_epsilon": "layer_norm_eps", "activation_function": "hidden_act",
	},
	fixed: map[string]rule{
		"scale_attn_weights":              may("true"),
		"scale_attn_by_inverse_layer_idx": may("false"),
		"attention_bias":                  {"null or true, which this model_type implies", impliedBias["attention_bias"].ok},
		"mlp_bias":                        {"null or true, which this model_type implies", impliedBias["attention_bias"].ok},
		"rope_theta":                      unset,
		"rope_scaling":                    unset,
		"rope_parameters":                 unset,
		"rms_norm_eps":                    unset,
		"head_dim":                        unset,
		"num_key_value_heads":             unset,
	},
	harmless: strings.Fields(`n_ctx n_special n_vocab _num_labels gradient_checkpointing output_past predict_special_tokens reorder_and_upcast_attn
		summary_activation summary_first_dropout summary_proj_to_labels summary_type summary_use_proj`),
	defaults: func(c *Config) {
		c.LayerNormEps, c.HiddenAct, c.AttentionBias, c.MLPBias, c.TieEmbeddings = 1e-5, "gelu_new", true, true, true
	},
	finish: func(c *Config) {
		if c.IntermediateSize == 0 {
			c.IntermediateSize = 4 * c.HiddenSize
		}
		if c.EOS == nil && c.VocabSize > endOfGPT2 {
			c.EOS = TokenIDs{endOfGPT2}
		}
	},
	settle:  settleGPT2,
	derived: []string{".attn.bias", ".attn.masked_bias"}, // the causal mask
}

// unset is for keys of other architectures.
var unset = rule{"null", oneOf("")}

// endOfGPT2 is "<|endoftext|>", the last token of the vocabulary of GPT-2.
const endOfGPT2 = 50256

// settleGPT2 finds out how tensors are called: with the prefix "transformer." or none,
// or as DiffuGPT has them. DiffuGPT (arXiv 2410.17891) was trained on from GPT-2 to
// fill masks with full attention, and predicts them through the row in front. Its small
// version has a rare token for the mask, and others one behind the vocabulary.
func settleGPT2(c *Checkpoint) error {
	prefix, embed := "", "wte."
	for _, name := range c.Names() {
		if strings.HasPrefix(name, "transformer.") {
			prefix, embed = "transformer.", "transformer.wte."
		} else if strings.HasPrefix(name, "denoise_model.") {
			prefix, embed = "denoise_model.", "embed_tokens."
		}
	}
	c.stored = strings.NewReplacer("model.embed_tokens.", embed, "model.embed_positions.", prefix+"wpe.", "model.norm.", prefix+"ln_f.",
		"model.layers.", prefix+"h.", ".input_layernorm.", ".ln_1.", ".post_attention_layernorm.", ".ln_2.",
		".self_attn.qkv_proj.", ".attn.c_attn.", ".self_attn.o_proj.", ".attn.c_proj.", ".mlp.up_proj.", ".mlp.c_fc.", ".mlp.down_proj.", ".mlp.c_proj.")
	c.tensors = conv1D{c.tensors}
	if prefix != "denoise_model." {
		return nil
	}
	cfg := &c.Config
	if shape, ok := c.Shape("embed_tokens.weight"); ok && len(shape) == 2 {
		cfg.VocabSize = shape[0] // rows were added for the mask, and to an even number
	}
	cfg.Shift, cfg.Context = true, "full"
	switch {
	case cfg.MaskToken != network.NoToken:
	case cfg.VocabSize == endOfGPT2+1:
		cfg.MaskToken = 10541
	case cfg.VocabSize > endOfGPT2+1:
		cfg.MaskToken = endOfGPT2 + 1
	default:
		return fmt.Errorf("%s has no mask_token_id, which is known only for the vocabulary of GPT-2; add it", ConfigFile)
	}
	return nil
}

// conv1D are the tensors of GPT-2's files. Its blocks hold matrices as [in, out].
type conv1D struct{ tensors }

func (c conv1D) turned(name string, shape []int) bool {
	return len(shape) == 2 && strings.Contains(name, ".c_")
}

// Check implements tensors.
func (c conv1D) Check(name string, shape ...int) error {
	if c.turned(name, shape) {
		return c.tensors.Check(name, shape[1], shape[0])
	}
	return c.tensors.Check(name, shape...)
}

// Read implements tensors.
func (c conv1D) Read(dst []float32, name string, shape ...int) error {
	if !c.turned(name, shape) {
		return c.tensors.Read(dst, name, shape...)
	}
	rows, cols := shape[0], shape[1]
	stored := make([]float32, len(dst))
	err := c.tensors.Read(stored, name, cols, rows)
	for i := range rows {
		for j := range cols {
			dst[i*cols+j] = stored[j*rows+i]
		}
	}
	return err
}
