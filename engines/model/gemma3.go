package model

import (
	"strings"

	"dllmbench/engines/internal/safetensors"
)

// gemma3 is the network of Gemma 3 for text alone: norms in front of and behind both
// halves of a layer, a gated GELU, and five layers that see a window of keys to one
// that sees all.
var gemma3 = architecture{
	class: "Gemma3ForCausalLM", qkNorm: true, geglu: true, outNorm: true, wide: true, sliding: true,
	spelling: map[string]string{"hidden_activation": "hidden_act", "sliding_window": "sliding_window", "layer_types": "layer_types"},
	fixed: map[string]rule{
		"attention_bias":              may("false"),
		"mlp_bias":                    may("false"),
		"use_bidirectional_attention": may("false", "null"),
	},
	harmless: []string{"_sliding_window_pattern"}, // it made layer_types
	defaults: func(c *Config) {
		c.HiddenAct, c.HeadDim, c.MaxPositions, c.TieEmbeddings, c.RopeTheta = "gelu_pytorch_tanh", 256, 131072, true, 1e6
		c.EOS, c.Pad = TokenIDs{1}, 0
		c.Window, c.Pattern, c.LocalTheta, c.QueryScalar = 4096, 6, 1e4, 256
	},
	settle: func(c *Checkpoint) error { c.tensors = plusOne{c.tensors}; return nil },
	unfold: func(list []safetensors.Out, read func(dst []float32, name string)) []safetensors.Out {
		for i, t := range list {
			if isNorm(t.Name) {
				list[i].Data = make([]float32, t.Shape[0])
				read(list[i].Data, t.Name)
				shift(list[i].Data, -1)
			}
		}
		return list
	},
	tensors: strings.NewReplacer(".post_attention_layernorm.", ".pre_feedforward_layernorm.",
		".self_attn.out_norm.", ".post_attention_layernorm.", ".mlp.out_norm.", ".post_feedforward_layernorm."),
}

// plusOne are the tensors of a folder, in which norms have 1 less than they multiply by.
type plusOne struct{ tensors }

func isNorm(name string) bool { return strings.HasSuffix(name, "norm.weight") }

// Read implements tensors.
func (p plusOne) Read(dst []float32, name string, shape ...int) error {
	err := p.tensors.Read(dst, name, shape...)
	if err == nil && isNorm(name) {
		shift(dst, 1)
	}
	return err
}

func shift(x []float32, by float32) {
	for i := range x {
		x[i] += by
	}
}
