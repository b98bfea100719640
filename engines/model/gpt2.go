package model

import "strings"

// gpt2 is the network of GPT-2 and DistilGPT-2: learned positions, LayerNorm, GELU and
// a bias everywhere. DiffuGPT has the same config.json, and is told by the names of its
// tensors.
var gpt2 = architecture{
	class: "GPT2LMHeadModel", fused: true, outBias: true, gelu: true, learned: true,
	spelling: map[string]string{
		"n_embd": "hidden_size", "n_inner": "intermediate_size", "n_layer": "num_hidden_layers", "n_head": "num_attention_heads",
		"n_positions": "max_position_embeddings", "layer_norm_epsilon": "layer_norm_eps", "activation_function": "hidden_act",
	},
	fixed: unset("rope_theta rope_scaling rope_parameters rms_norm_eps head_dim num_key_value_heads", map[string]rule{
		"scale_attn_weights":              may("true"),
		"scale_attn_by_inverse_layer_idx": may("false"),
		"attention_bias":                  {"null or true, which this model_type implies", impliedBias["attention_bias"].ok},
		"mlp_bias":                        {"null or true, which this model_type implies", impliedBias["attention_bias"].ok},
	}),
	harmless: strings.Fields(`n_ctx n_special n_vocab _num_labels gradient_checkpointing output_past predict_special_tokens reorder_and_upcast_attn
		summary_activation summary_first_dropout summary_proj_to_labels summary_type summary_use_proj`),
	defaults: func(c *Config) {
		c.LayerNormEps, c.HiddenAct, c.AttentionBias, c.MLPBias, c.TieEmbeddings = 1e-5, "gelu_new", true, true, true
	},
	finish: func(c *Config) {
		if c.IntermediateSize == 0 {
			c.IntermediateSize = 4 * c.HiddenSize
		}
		c.endOfGPT2()
	},
	settle:  settleGPT2,
	derived: []string{".attn.bias", ".attn.masked_bias"}, // the causal mask
	tensors: gpt2Names("", "wte."),
	turned:  turnedInGPT2,
}

// diffugpt is the network of DiffuGPT, which is that of GPT-2 under other names.
var diffugpt = func() architecture {
	a := gpt2
	a.class, a.tensors = "DiscreteDiffusionModel", gpt2Names("denoise_model.", "embed_tokens.")
	a.written = func(*Config) map[string]any { return map[string]any{"model_type": "gpt2"} } // as its files have it
	return a
}()

func gpt2Names(prefix, embed string) *strings.Replacer {
	return strings.NewReplacer("model.embed_tokens.", embed, "model.embed_positions.", prefix+"wpe.", "model.norm.", prefix+"ln_f.",
		"model.layers.", prefix+"h.", ".input_layernorm.", ".ln_1.", ".post_attention_layernorm.", ".ln_2.",
		".self_attn.qkv_proj.", ".attn.c_attn.", ".self_attn.o_proj.", ".attn.c_proj.", ".mlp.up_proj.", ".mlp.c_fc.", ".mlp.down_proj.", ".mlp.c_proj.")
}

// gpt2Size is the size of the vocabulary of GPT-2.
const gpt2Size = 50257

// endOfGPT2 makes the last token of that vocabulary, "<|endoftext|>", the end of a
// text, where the file names none.
func (c *Config) endOfGPT2() {
	if c.EOS == nil && c.VocabSize >= gpt2Size {
		c.EOS = TokenIDs{gpt2Size - 1}
	}
}

// settleGPT2 tells DiffuGPT by its names, and whether others have a prefix.
func settleGPT2(c *Checkpoint) error {
	for _, name := range c.Names() {
		switch {
		case strings.HasPrefix(name, "transformer."):
			c.stored = gpt2Names("transformer.", "transformer.wte.")
		case strings.HasPrefix(name, "denoise_model.") && c.Config.ModelType == "gpt2":
			c.Config.ModelType = "diffugpt"
			c.Config.trainedAs()
		}
	}
	if c.Config.ModelType == "diffugpt" {
		shape, ok := c.Shape("embed_tokens.weight")
		if !ok { // of two names of one tensor a file has either
			c.stored = gpt2Names("denoise_model.", "lm_head.")
			shape, ok = c.Shape("lm_head.weight")
		}
		if ok && len(shape) == 2 {
			c.Config.VocabSize = shape[0] // rows were added for the mask, and to an even number
		}
	}
	c.tensors = conv1D{c.tensors}
	return nil
}

// conv1D are the tensors of GPT-2's files. Its blocks hold matrices as [in, out].
type conv1D struct{ tensors }

func turnedInGPT2(name string, shape []int) bool {
	return len(shape) == 2 && strings.Contains(name, ".c_")
}

func (c conv1D) whole(name string) bool {
	shape, _ := c.Shape(name)
	return turnedInGPT2(name, shape)
}

// Check implements tensors.
func (c conv1D) Check(name string, shape ...int) error {
	if turnedInGPT2(name, shape) {
		return c.tensors.Check(name, shape[1], shape[0])
	}
	return c.tensors.Check(name, shape...)
}

// Read implements tensors.
func (c conv1D) Read(dst []float32, name string, shape ...int) error {
	if !turnedInGPT2(name, shape) {
		return c.tensors.Read(dst, name, shape...)
	}
	stored := make([]float32, len(dst))
	err := c.tensors.Read(stored, name, shape[1], shape[0])
	transpose(dst, stored, shape[0])
	return err
}

// transpose copies a matrix, of which to has so many rows.
func transpose(to, from []float32, rows int) {
	cols := len(to) / rows
	for i := range rows {
		for j := range cols {
			to[i*cols+j] = from[j*rows+i]
		}
	}
}
