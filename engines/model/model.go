package model

import (
	"strings"

	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/internal/quant"
	"dllmbench/engines/network"
)

// Model is a network ready to run: weights packed once for the kernels. What a
// pass uses never changes, and any number of sessions may share it.
type Model struct {
	cfg    Config
	spec   network.Spec
	embed  *matrix // [vocab, hidden]
	layers []layer
	norm   []float32
	head   *matrix // [vocab, hidden]; embed itself when embeddings are tied
	// What only some architectures have; nil in others.
	positions, normBias, headBias []float32

	rotations   *Rotations // nil with learned positions
	local       *Rotations // of sliding layers
	attnScale   float32    // of products of queries and keys
	embedScale  float32    // 0 for none
	layerNorm   bool
	normEps     float32
	pick        picker
	formula     formula
	bytes       int64 // of all matrices
	bodyBytes   int64 // of the matrices of all layers that every pass reads
	expertBytes int64 // of all experts
}

// layer is one transformer block.
type layer struct {
	Block[[]float32, *matrix]
	// v are the value rows of QKV, behind vExtra other ones.
	v      *matrix
	vExtra int
	window int // how many keys a row sees, itself included; 0 for all
}

// describe makes the spec of the model.
func (m *Model) describe(weights string, tokenizer []byte, precision string) {
	s := m.cfg.Spec()
	bytes, numbers := m.bodyBytes+m.expertBytes+m.embed.bytes(), m.formula.row/2+m.cfg.idle()+int64(m.embed.out)*int64(m.embed.in)
	if m.head != m.embed {
		bytes, numbers = bytes+m.head.bytes(), numbers+int64(m.head.out)*int64(m.head.in)
	}
	s.Weights, s.Kernel, s.BitsPerWeight, s.Precision = weights, kernel.Variant(), 8*float64(bytes)/float64(numbers), precision
	if strings.HasSuffix(s.Precision, byInt8) || m.cfg.Precision == "bf16" { // what is written depends on it
		weights += " as " + s.Precision
	}
	weights, s.Precision = weights+m.cfg.keptAs(), s.Precision+m.cfg.keptAs()
	s.Digest = identity(m.cfg, weights, tokenizer)
	m.spec, m.bytes = s, bytes
}

// Bytes is what the matrices take up.
func (m *Model) Bytes() int64 { return m.bytes }

// Config returns the shape of the network.
func (m *Model) Config() Config { return m.cfg }

// Spec describes the network to decoders.
func (m *Model) Spec() network.Spec { return m.spec }

// Digest identifies the model: "sha256:<hex>" of weights, configuration and tokenizer.
func (m *Model) Digest() string { return m.spec.Digest }

// KernelVariant names the compute kernels in use, for example "avx2".
func KernelVariant() string { return kernel.Variant() }

// ProductBits is the width in bits of the registers that matrix products use:
// 512, 256, or 0 for plain Go. It tells machines apart in time, not in results.
func ProductBits() int { return kernel.ProductBits() }

// QuantLoops names the loops that multiply quantised weights, for example "avx512-vnni".
func QuantLoops() string { return quant.Loops() }
