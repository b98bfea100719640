package model

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"dllmbench/engines/internal/kernel"
)

// A Source hands out the parameters of a checkpoint, one tensor at a time.
type Source interface {
	// Has reports whether there is a tensor of that name.
	Has(name string) bool
	// Read fills dst with the numbers of a tensor in row-major order. The error
	// says what is wrong if there is no such tensor of that shape.
	Read(dst []float32, name string, shape ...int) error
}

// reader packs the tensors of a source into what a model keeps. No more than one
// part is in memory beside it.
type reader struct {
	src Source
	sum *bufio.Writer // to the hash of the values; nil for none
	buf []float32
	err error
}

// vector reads a part that the model keeps as it is; nil if there is none.
func (r *reader) vector(p part) []float32 {
	if len(p.names) == 0 {
		return nil
	}
	x := make([]float32, p.size())
	from := 0
	for i := range p.names {
		to := from + p.rows[i]*max(p.cols, 1)
		r.read(x[from:to], p, i)
		from = to
	}
	return x
}

// matrix reads a part that the model multiplies by; nil if there is none.
func (r *reader) matrix(p part) *matrix {
	if len(p.names) == 0 {
		return nil
	}
	m := &matrix{p.out(), p.cols, kernel.NewPanels(p.cols, p.out())}
	from := 0
	for i, rows := range p.rows {
		r.buf = grow(r.buf, rows*p.cols)
		r.read(r.buf, p, i)
		m.put(from, r.buf)
		from += rows
	}
	return m
}

func (r *reader) read(dst []float32, p part, i int) {
	if r.err != nil {
		return
	}
	if r.err = r.src.Read(dst, p.names[i], p.shape(i)...); r.err != nil || r.sum == nil {
		return
	}
	var number [kernel.FloatBytes]byte
	for _, v := range dst {
		binary.LittleEndian.PutUint32(number[:], math.Float32bits(v))
		r.sum.Write(number[:])
	}
}

// New makes a model of the tensors of a source. Weights is their digest; "" is
// replaced by that of the float32 values. The identity of the model covers its
// tokenizer too, given by all that decides about ids; nil for none.
func New(cfg Config, src Source, weights string, tokenizer []byte) (*Model, error) {
	r, sum := &reader{src: src}, sha256.New()
	if weights == "" {
		r.sum = bufio.NewWriter(sum)
	}
	m := &Model{cfg: cfg, formula: cfg.formula(), layerNorm: cfg.layerNorm(), normEps: cfg.normEps(), pick: cfg.architecture().router.pick}
	m.embed = r.matrix(cfg.embedding())
	if m.positions = r.vector(cfg.positions()); m.positions == nil {
		m.rotations = cfg.Rotations()
	}
	for i := range cfg.Layers {
		l := layer{Block: form(cfg.layer(i), r.vector, r.matrix)}
		l.v, l.vExtra = l.QKV.tail(cfg.KVHeads * cfg.HeadDim)
		for _, matrix := range []*matrix{l.QKV, l.O, l.GateUp, l.Down, l.Router} {
			m.bodyBytes += matrix.bytes()
		}
		for _, e := range l.Experts {
			m.expertBytes += e.GateUp.bytes() + e.Down.bytes()
		}
		m.layers = append(m.layers, l)
	}
	m.norm, m.normBias = r.vector(cfg.finalNorm()), r.vector(cfg.finalNormBias())
	m.head = m.embed
	if !cfg.TieEmbeddings {
		m.head = r.matrix(cfg.head())
	}
	m.headBias = r.vector(cfg.headBias())
	if r.err != nil {
		return nil, r.err
	}
	if weights == "" {
		r.sum.Flush() // a hash takes everything
		weights = "sha256:" + hex.EncodeToString(sum.Sum(nil))
	}
	m.describe(weights, tokenizer)
	return m, nil
}

// random is a source of random weights. Its tensors have to be read in the order
// of our files, each once.
type random struct {
	cfg *Config
	rng *rand.Rand
}

// Has implements Source.
func (r random) Has(name string) bool {
	return slices.ContainsFunc(r.cfg.parts(), func(p part) bool { return slices.Contains(p.names, name) })
}

// Read implements Source.
func (r random) Read(dst []float32, name string, shape ...int) error {
	Tensor{name, shape, dst}.init(r.cfg, r.rng)
	return nil
}

// Random returns a model with random weights, for measuring cost. Its output
// means nothing, so reports leave its quality empty.
func Random(cfg Config, seed uint64) *Model {
	m, err := New(cfg, random{&cfg, rand.New(rand.NewPCG(seed, 0x5eed))}, "", nil)
	if err != nil {
		panic(fmt.Sprintf("model: random weights cannot fail: %v", err))
	}
	return m
}
