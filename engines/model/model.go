package model

import (
	"slices"
	"strings"

	"dllmbench/engines/internal/kernel"
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
func (m *Model) describe(weights string, tokenizer []byte) {
	s := m.cfg.Spec()
	bytes, numbers := m.bodyBytes+m.expertBytes+m.embed.bytes(), m.formula.row/2+m.cfg.idle()+int64(m.embed.out)*int64(m.embed.in)
	if m.head != m.embed {
		bytes, numbers = bytes+m.head.bytes(), numbers+int64(m.head.out)*int64(m.head.in)
	}
	s.Digest, s.Weights, s.Kernel, s.BitsPerWeight = identity(m.cfg, weights, tokenizer), weights, kernel.Variant(), 8*float64(bytes)/float64(numbers)
	m.spec = s
}

// Config returns the shape of the network.
func (m *Model) Config() Config { return m.cfg }

// Spec describes the network to decoders.
func (m *Model) Spec() network.Spec { return m.spec }

// Digest identifies the model: "sha256:<hex>" of weights, configuration and tokenizer.
func (m *Model) Digest() string { return m.spec.Digest }

// Kept says how the matrices are kept in memory.
func (m *Model) Kept() string {
	var kinds []string
	matrix := func(x *matrix) any {
		if x != nil && !slices.Contains(kinds, x.factor.Storage()) {
			kinds = append(kinds, x.factor.Storage())
		}
		return nil
	}
	matrix(m.embed)
	for _, l := range m.layers {
		form(l.Block, func([]float32) any { return nil }, matrix)
	}
	matrix(m.head)
	return strings.Join(kinds, " and ")
}

// KernelVariant names the compute kernels in use, for example "avx2".
func KernelVariant() string { return kernel.Variant() }

// ProductBits is the width in bits of the registers that matrix products use:
// 512, 256, or 0 for plain Go. It tells machines apart in time, not in results.
func ProductBits() int { return kernel.ProductBits() }

// matrix is a weight matrix with out rows and in columns, in the storage that
// the kernels multiply by. It is the one place that knows how weights are kept.
type matrix struct {
	out, in int
	factor  kernel.Factor // its transpose: in × out
}

// newMatrix makes a zero matrix in a storage of [kernel.NewFactor].
func newMatrix(storage string, out, in int) *matrix {
	return &matrix{out, in, kernel.NewFactor(storage, in, out)}
}

// rows copies rows from a given one on to dst.
func (m *matrix) rows(dst []float32, from int) { m.factor.Columns(dst, from) }

// mul computes y = x·Wᵀ, or y += x·Wᵀ when add is set, for n rows of x.
func (m *matrix) mul(pool *kernel.Pool, y, x []float32, n int, add bool) {
	pool.MatMul(y, m.out, x, m.in, n, m.factor, add)
}

// bytes is what the matrix, if there is one, takes up, without what the kernels pad
// it with.
func (m *matrix) bytes() int64 {
	if m == nil {
		return 0
	}
	return int64(m.out) * m.rowBytes()
}

func (m *matrix) rowBytes() int64 { return int64(m.in) * int64(m.factor.NumberBits()) / 8 }

// tail are the last n rows as a matrix that shares its storage with m, and the
// number of other rows in front of them: views begin where a panel does.
func (m *matrix) tail(n int) (view *matrix, extra int) {
	from := (m.out - n) / kernel.PanelWidth * kernel.PanelWidth
	return &matrix{m.out - from, m.in, m.factor.From(from)}, m.out - n - from
}
