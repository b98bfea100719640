package model

import (
	"errors"
	"math"
	"slices"
	"strings"

	"dllmbench/engines/internal/safetensors"
)

// The networks of BD3-LM (arXiv 2503.09573) and MDLM (arXiv 2406.07524): a diffusion
// transformer (DiT, arXiv 2212.09748) in which norms are shifted and scaled, and
// outputs of both halves of a block scaled, by the noise level. The published weights
// were trained without it, so that these are constants, and part of the weights here.
// The mask is the token behind the vocabulary of GPT-2.
var (
	mdlm  = dit("MDLM")
	bd3lm = func() architecture {
		a := dit("BD3LM")
		for key, value := range map[string]string{"cross_attn": "true", "adaln": "true", "causal": "false"} {
			a.fixed[key] = may(value)
		}
		a.harmless = append(a.harmless, "attn_backend", "var_min", "sampling_eps_min", "sampling_eps_max")
		return a
	}()
)

func dit(class string) architecture {
	return architecture{
		class: class, fused: true, gelu: true, unfold: unfold, headBias: true,
		spelling: map[string]string{"hidden_dim": "hidden_size", "n_blocks": "num_hidden_layers", "n_heads": "num_attention_heads", "model_length": "max_position_embeddings"},
		fixed: unset(`layer_norm_eps rms_norm_eps intermediate_size hidden_act attention_bias mlp_bias tie_word_embeddings num_key_value_heads head_dim
			rope_theta rope_scaling rope_parameters`, map[string]rule{"time_conditioning": may("false")}),
		harmless: strings.Fields("cond_dim dropout"),
		defaults: func(c *Config) {
			c.LayerNormEps, c.HiddenAct, c.MLPBias = 1e-5, "gelu_pytorch_tanh", true
		},
		finish: func(c *Config) {
			c.IntermediateSize = 4 * c.HiddenSize
			c.endOfGPT2()
		},
		settle:  func(c *Checkpoint) (err error) { c.tensors, err = modulate(c.tensors, c.Config.HiddenSize); return },
		written: func(*Config) map[string]any { return map[string]any{"cond_dim": 1} }, // that of unfold
		derived: []string{"sampling_eps_min", "sampling_eps_max"},                      // of the training
		tensors: strings.NewReplacer("model.embed_tokens.weight", "backbone.vocab_embed.embedding", "model.norm.", "backbone.output_layer.norm_final.",
			"lm_head.", "backbone.output_layer.linear.", "model.layers.", "backbone.blocks.", ".input_layernorm.", ".norm1.", ".post_attention_layernorm.", ".norm2.",
			".self_attn.qkv_proj.", ".attn_qkv.", ".self_attn.o_proj.", ".attn_out.", ".mlp.up_proj.", ".mlp.0.", ".mlp.down_proj.", ".mlp.2."),
	}
}

// modulated are the tensors of a DiT without its noise level. A block has in one
// vector what its norms are shifted and its outputs scaled by.
type modulated struct {
	tensors
	hidden int
	level  []float64 // what the noise level 0 is embedded as

	prefix string // of the tensors that the vector is for
	vector []float64
}

// modulate embeds the noise level 0: its cosines are 1 and its sines 0, through two
// layers of sigma_map.
func modulate(t tensors, hidden int) (*modulated, error) {
	m := &modulated{tensors: t, hidden: hidden}
	shape, ok := t.Shape(levelMap + "0.bias")
	if !ok || len(shape) != 1 {
		return nil, errors.New("the network has no tensor \"" + levelMap + "0.bias\" for the noise level")
	}
	x := make([]float64, noiseWaves)
	for i := range noiseWaves / 2 {
		x[i] = 1
	}
	var err error
	for _, layer := range []string{levelMap + "0.", levelMap + "2."} {
		if x, err = m.affine(layer, x, shape[0]); err != nil {
			return nil, err
		}
		for i, v := range x {
			x[i] = v / (1 + math.Exp(-v))
		}
	}
	m.level = x
	return m, nil
}

const (
	levelMap   = "backbone.sigma_map.mlp."
	noiseWaves = 256 // numbers that the noise level is given by, half of them cosines
)

// affine computes what a layer makes of x.
func (m *modulated) affine(name string, x []float64, out int) ([]float64, error) {
	if err := errors.Join(m.tensors.Check(name+"weight", out, len(x)), m.tensors.Check(name+"bias", out)); err != nil {
		return nil, err
	}
	weight, bias, y := make([]float32, out*len(x)), make([]float32, out), make([]float64, out)
	if err := errors.Join(m.tensors.Read(weight, name+"weight", out, len(x)), m.tensors.Read(bias, name+"bias", out)); err != nil {
		return nil, err
	}
	for i := range y {
		y[i] = float64(bias[i])
		for j, v := range x {
			y[i] += float64(weight[i*len(x)+j]) * v
		}
	}
	return y, nil
}

// modulations say which stretch of the vector is for a tensor.
var modulations = []struct {
	name, end string // of the tensor
	stretch   int
	shift     bool    // it is the tensor, which no file has
	plus      float64 // added to what the rows are multiplied by
}{
	{"norm1", ".bias", 0, true, 0}, {"norm1", ".weight", 1, false, 1}, {"attn_out", ".weight", 2, false, 0},
	{"norm2", ".bias", 3, true, 0}, {"norm2", ".weight", 4, false, 1}, {"mlp.2", ".weight", 5, false, 0}, {"mlp.2", ".bias", 5, false, 0},
	{"norm_final", ".bias", 0, true, 0}, {"norm_final", ".weight", 1, false, 1},
}

// Names implements tensors, without those that are read for others.
func (m *modulated) Names() []string {
	return slices.DeleteFunc(slices.Clone(m.tensors.Names()), func(name string) bool {
		return strings.HasPrefix(name, levelMap) || strings.Contains(name, ".adaLN_modulation.")
	})
}

// whole reports whether a tensor is computed.
func (m *modulated) whole(name string) bool {
	for _, mod := range modulations {
		if strings.HasSuffix(name, mod.name+mod.end) {
			return true
		}
	}
	return false
}

// Type implements tensors. No file has what is computed.
func (m *modulated) Type(name string) string {
	if m.whole(name) {
		return ""
	}
	return m.tensors.Type(name)
}

// Check implements tensors.
func (m *modulated) Check(name string, shape ...int) error {
	for _, mod := range modulations {
		if prefix, ok := strings.CutSuffix(name, mod.name+mod.end); ok && mod.shift {
			return m.tensors.Check(prefix+"adaLN_modulation.weight", stretches(mod.name)*m.hidden, len(m.level))
		}
	}
	return m.tensors.Check(name, shape...)
}

// stretches is how many there are for a tensor and those beside it.
func stretches(name string) int {
	if name == "norm_final" {
		return 2
	}
	return 6
}

// Read implements tensors.
func (m *modulated) Read(dst []float32, name string, shape ...int) error {
	for _, mod := range modulations {
		prefix, ok := strings.CutSuffix(name, mod.name+mod.end)
		if !ok {
			continue
		}
		if m.prefix != prefix {
			vector, err := m.affine(prefix+"adaLN_modulation.", m.level, stretches(mod.name)*m.hidden)
			if err != nil {
				return err
			}
			m.prefix, m.vector = prefix, vector
		}
		by := m.vector[mod.stretch*m.hidden:][:m.hidden]
		if mod.shift {
			for i, v := range by {
				dst[i] = float32(v)
			}
			return nil
		}
		if err := m.tensors.Read(dst, name, shape...); err != nil {
			return err
		}
		cols := len(dst) / m.hidden
		for i := range dst {
			dst[i] = float32(float64(dst[i]) * (by[i/cols] + mod.plus))
		}
		return nil
	}
	return m.tensors.Read(dst, name, shape...)
}

// unfold makes tensors of a noise level that is embedded as 0, so that only biases
// are left of what it does: norms are shifted by what is their bias here, and all
// else is multiplied by 1.
func unfold(list []safetensors.Out, read func(dst []float32, name string)) (out []safetensors.Out) {
	layer := func(name string, rows, cols int) (bias []float32) { // of zeros
		bias = make([]float32, rows)
		out = append(out, safetensors.Out{Name: name + "bias", Shape: []int{rows}, Data: bias},
			safetensors.Out{Name: name + "weight", Shape: []int{rows, cols}, Data: make([]float32, rows*cols)})
		return bias
	}
	layer(levelMap+"0.", 1, noiseWaves)
	layer(levelMap+"2.", 1, 1)
	biases := map[string][]float32{} // by the prefix of the tensors that they are for
	for _, t := range list {
		keep := true
		for _, mod := range modulations {
			prefix, ok := strings.CutSuffix(t.Name, mod.name+mod.end)
			if !ok {
				continue
			}
			d, n := t.Shape[0], stretches(mod.name)
			if biases[prefix] == nil {
				biases[prefix] = layer(prefix+"adaLN_modulation.", n*d, 1)
			}
			stretch := biases[prefix][mod.stretch*d:][:d]
			if keep = !mod.shift; !keep {
				read(stretch, t.Name)
				continue
			}
			for i := range stretch {
				stretch[i] = float32(1 - mod.plus)
			}
		}
		if keep {
			out = append(out, t)
		}
	}
	return out
}
