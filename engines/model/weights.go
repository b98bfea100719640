package model

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// Tensor is one named parameter: a view into Weights.Flat.
type Tensor struct {
	Name  string // Hugging Face name, for example "model.layers.0.self_attn.q_proj.weight"
	Shape []int  // [out, in] for matrices, [n] for vectors
	Data  []float32
}

// Matrix tells whether the tensor is a hidden weight matrix: not a vector, not
// an embedding, not the head.
func (t Tensor) Matrix() bool {
	return len(t.Shape) == 2 && t.Name != nameEmbed && t.Name != nameHead
}

const (
	nameEmbed = "model.embed_tokens.weight"
	nameNorm  = "model.norm.weight"
	nameHead  = "lm_head.weight"
)

// Layer holds the parameters of one transformer block. Matrices are [out, in]
// row-major, as Hugging Face stores them. QKV and GateUp are the concatenation
// of their parts, which lie next to each other in memory.
type Layer struct {
	AttnNorm     []float32 // [hidden]
	QKV          []float32 // [(heads + 2·kvHeads)·headDim, hidden]
	QKVBias      []float32 // [(heads + 2·kvHeads)·headDim], nil without attention_bias
	QNorm, KNorm []float32 // [headDim], nil without q/k norm
	O            []float32 // [hidden, heads·headDim]
	MLPNorm      []float32 // [hidden]
	GateUp       []float32 // [2·intermediate, hidden]
	Down         []float32 // [hidden, intermediate]
}

// Weights are all parameters of a network in one float32 array, with views by
// role (Layers, Embed, …) and by name (Tensors). Gradients and optimiser
// moments use the same type.
type Weights struct {
	Config  Config
	Flat    []float32
	Embed   []float32 // [vocab, hidden]
	Layers  []Layer
	Norm    []float32 // [hidden]
	Head    []float32 // [vocab, hidden]; the same array as Embed when embeddings are tied
	Tensors []Tensor
}

// NewWeights returns zero weights for a valid config.
func NewWeights(cfg Config) *Weights {
	w := &Weights{Config: cfg, Flat: make([]float32, cfg.Params())}
	rest := w.Flat
	take := func(name string, shape ...int) []float32 {
		n := 1
		for _, s := range shape {
			n *= s
		}
		t := rest[:n:n]
		rest = rest[n:]
		w.Tensors = append(w.Tensors, Tensor{name, shape, t})
		return t
	}
	// joined returns the view over the parts taken since start.
	joined := func(start []float32) []float32 { n := len(start) - len(rest); return start[:n:n] }

	d, hd := cfg.HiddenSize, cfg.HeadDim
	q, kv := cfg.Heads*hd, cfg.KVHeads*hd
	w.Embed = take(nameEmbed, cfg.VocabSize, d)
	w.Layers = make([]Layer, cfg.Layers)
	for i := range w.Layers {
		l := &w.Layers[i]
		p := fmt.Sprintf("model.layers.%d.", i)
		l.AttnNorm = take(p+"input_layernorm.weight", d)
		start := rest
		take(p+"self_attn.q_proj.weight", q, d)
		take(p+"self_attn.k_proj.weight", kv, d)
		take(p+"self_attn.v_proj.weight", kv, d)
		l.QKV = joined(start)
		if cfg.AttentionBias {
			start = rest
			take(p+"self_attn.q_proj.bias", q)
			take(p+"self_attn.k_proj.bias", kv)
			take(p+"self_attn.v_proj.bias", kv)
			l.QKVBias = joined(start)
		}
		if cfg.QKNorm() {
			l.QNorm = take(p+"self_attn.q_norm.weight", hd)
			l.KNorm = take(p+"self_attn.k_norm.weight", hd)
		}
		l.O = take(p+"self_attn.o_proj.weight", d, q)
		l.MLPNorm = take(p+"post_attention_layernorm.weight", d)
		start = rest
		take(p+"mlp.gate_proj.weight", cfg.IntermediateSize, d)
		take(p+"mlp.up_proj.weight", cfg.IntermediateSize, d)
		l.GateUp = joined(start)
		l.Down = take(p+"mlp.down_proj.weight", d, cfg.IntermediateSize)
	}
	w.Norm = take(nameNorm, d)
	w.Head = w.Embed
	if !cfg.TieEmbeddings {
		w.Head = take(nameHead, cfg.VocabSize, d)
	}
	return w
}

// Init fills the weights for training from scratch: norms 1, biases 0,
// embeddings N(0, 0.02), matrices N(0, 1/in) and the two matrices that write
// into the residual stream scaled down by sqrt(2·layers) (GPT-2, section 2.3).
func (w *Weights) Init(rng *rand.Rand) {
	residual := 1 / math.Sqrt(2*float64(w.Config.Layers))
	for _, t := range w.Tensors {
		switch {
		case len(t.Shape) == 1:
			fill := float32(1)
			if strings.HasSuffix(t.Name, ".bias") {
				fill = 0
			}
			for i := range t.Data {
				t.Data[i] = fill
			}
		case !t.Matrix():
			normal(t.Data, 0.02, rng)
		default:
			std := 1 / math.Sqrt(float64(t.Shape[1]))
			if t.Shape[0] == w.Config.HiddenSize && (strings.HasSuffix(t.Name, "o_proj.weight") || strings.HasSuffix(t.Name, "down_proj.weight")) {
				std *= residual
			}
			normal(t.Data, std, rng)
		}
	}
}

func normal(x []float32, std float64, rng *rand.Rand) {
	for i := range x {
		x[i] = float32(std * rng.NormFloat64())
	}
}
