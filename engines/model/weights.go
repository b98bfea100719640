package model

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// Tensor is one named parameter: a view into Weights.Flat.
type Tensor struct {
	Name  string // Hugging Face name, for example "model.layers.0.self_attn.q_proj.weight"
	Shape []int  // [out, in] for matrices, [n] for vectors
	Data  []float32
}

// Matrix reports whether the tensor is a hidden weight matrix: not a vector, not
// an embedding, not the head.
func (t Tensor) Matrix() bool {
	return len(t.Shape) == 2 && !slices.Contains(embeddings, t.Name)
}

// Layer holds the parameters of one transformer block. Matrices are [out, in]
// row-major, as Hugging Face stores them. What lies next to each other in QKV and
// GateUp does so in memory.
type Layer = Block[[]float32, []float32]

// Weights are all parameters of a network in one float32 array, with views by
// role (Layers, Embed, …) and by name (Tensors). Training needs them like that,
// for gradients and the moments of the optimiser too; a [Model] does not keep
// them. They are a [Source]. What no trained network has, such as learned
// positions, has no role there.
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
	w := &Weights{Config: cfg, Flat: make([]float32, cfg.Params()), Layers: make([]Layer, cfg.Layers)}
	rest := w.Flat
	take := func(p part) (joined []float32) {
		joined, rest = rest[:p.size():p.size()], rest[p.size():]
		from := 0
		for i, name := range p.names {
			to := from + p.rows[i]*max(p.cols, 1)
			w.Tensors = append(w.Tensors, Tensor{name, p.shape(i), joined[from:to:to]})
			from = to
		}
		if from == 0 {
			return nil
		}
		return joined
	}
	w.Embed = take(cfg.embedding())
	take(cfg.positions())
	for i := range w.Layers {
		w.Layers[i] = form(cfg.layer(i), take, take)
	}
	w.Norm = take(cfg.finalNorm())
	take(cfg.finalNormBias())
	w.Head = w.Embed
	if !cfg.TieEmbeddings {
		w.Head = take(cfg.head())
	}
	take(cfg.headBias())
	return w
}

// Has implements Source.
func (w *Weights) Has(name string) bool { return w.tensor(name) != nil }

// Read implements Source.
func (w *Weights) Read(dst []float32, name string, shape ...int) error {
	t := w.tensor(name)
	if t == nil || !slices.Equal(t.Shape, shape) {
		return fmt.Errorf("the weights have no tensor %q of shape %v", name, shape)
	}
	copy(dst, t.Data)
	return nil
}

func (w *Weights) tensor(name string) *Tensor {
	if i := slices.IndexFunc(w.Tensors, func(t Tensor) bool { return t.Name == name }); i >= 0 {
		return &w.Tensors[i]
	}
	return nil
}

// Init fills the weights for training from scratch.
func (w *Weights) Init(rng *rand.Rand) {
	for _, t := range w.Tensors {
		t.init(&w.Config, rng)
	}
}

// init fills a tensor for training from scratch: norms 1, biases 0, embeddings
// N(0, 0.02), matrices N(0, 1/in) and the two matrices that write into the
// residual stream scaled down by sqrt(2·layers) (GPT-2, section 2.3).
func (t Tensor) init(cfg *Config, rng *rand.Rand) {
	switch {
	case len(t.Shape) == 1:
		fill := float32(1)
		if strings.HasSuffix(t.Name, "bias") {
			fill = 0
		}
		for i := range t.Data {
			t.Data[i] = fill
		}
	default:
		normal(t.Data, t.deviation(cfg), rng)
	}
}

func normal(x []float32, std float64, rng *rand.Rand) {
	for i := range x {
		x[i] = float32(std * rng.NormFloat64())
	}
}

// deviation is that of the numbers of a matrix.
func (t Tensor) deviation(cfg *Config) float64 {
	if !t.Matrix() {
		return 0.02
	}
	std := 1 / math.Sqrt(float64(t.Shape[1]))
	if t.Shape[0] == cfg.HiddenSize && (strings.HasSuffix(t.Name, "o_proj.weight") || strings.HasSuffix(t.Name, "down_proj.weight")) {
		std *= 1 / math.Sqrt(2*float64(cfg.Layers))
	}
	return std
}
