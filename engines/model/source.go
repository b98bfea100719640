package model

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"
	"runtime"
	"slices"

	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/internal/quant"
)

// A Source hands out the parameters of a checkpoint, one tensor at a time.
type Source interface {
	// Has reports whether there is a tensor of that name.
	Has(name string) bool
	// Read fills dst with the numbers of a tensor in row-major order. The error
	// says what is wrong if there is no such tensor of that shape.
	Read(dst []float32, name string, shape ...int) error
}

// pieces is a source that hands out matrices in pieces of rows, to several goroutines
// at once and as they are stored. Shapes have been checked.
type pieces interface {
	Source
	// Storage is that in which a matrix is kept if nobody asks for another one.
	Storage(name string) string
	// Whole reports whether a tensor can only be read whole.
	Whole(name string) bool
	// Type is how a tensor is stored: a storage, or another name.
	Type(name string) string
	// ReadFrom fills dst with numbers of a tensor from a given one on, whole rows.
	ReadFrom(dst []float32, name string, from int) error
	// ReadRaw is ReadFrom for the bytes of the file.
	ReadRaw(dst []byte, name string, from int) error
}

// pieceBytes is how much is read at once, as float32: it stays in the L2 cache.
const pieceBytes = 1 << 20

// buffer holds a piece.
type buffer struct {
	raw     []byte
	numbers []float32
}

// reader packs the tensors of a source into what a model keeps. No more than one
// tensor is in memory beside it, and of a source in pieces one piece per thread.
type reader struct {
	cfg     *Config
	src     Source
	pieces  pieces    // src, or nil
	sum     hash.Hash // of the values; nil for none
	pool    *kernel.Pool
	buffers chan *buffer // one per thread
	buf     []float32
	err     error
	kept    []string // storages of what was read
}

func newReader(cfg *Config, src Source, sum hash.Hash) *reader {
	threads := runtime.GOMAXPROCS(0)
	r := &reader{cfg: cfg, src: src, sum: sum, pool: kernel.NewPool(threads), buffers: make(chan *buffer, threads)}
	r.pieces, _ = src.(pieces)
	for range threads {
		r.buffers <- new(buffer)
	}
	return r
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
	storages := r.storages(p)
	r.kept = append(r.kept, storages...)
	m := newMatrix(storages, p.rows, p.cols)
	from := 0
	for i, rows := range p.rows {
		if r.pieces != nil && !r.pieces.Whole(p.names[i]) {
			r.inPieces(m, storages[i], from, p, i)
		} else {
			r.buf = grow(r.buf, rows*p.cols)
			r.read(r.buf, p, i)
			m.kept.PackColumns(from, r.buf)
		}
		from += rows
	}
	return m
}

// storages are those of the tensors of a part: their own if they are the same or all
// quantised, else float32.
func (r *reader) storages(p part) []string {
	list, quantised := make([]string, len(p.names)), true
	for i, name := range p.names {
		list[i] = r.storage(name, p.cols)
		quantised = quantised && quant.Named(list[i]) != nil
	}
	if !quantised && len(slices.Compact(slices.Clone(list))) > 1 {
		return slices.Repeat([]string{"F32"}, len(list))
	}
	return list
}

// storage is that in which a matrix is kept, by the name that types of files have.
func (r *reader) storage(name string, cols int) string {
	if p, ok := precisions[r.cfg.Precision]; ok {
		return p.storage(r.cfg, name, cols)
	} else if r.pieces != nil {
		return r.pieces.Storage(name)
	}
	return "F32"
}

// inPieces reads tensor i of a part into rows of a matrix from a given one on. Pieces
// end where panels do, so that no two of them write to the same one.
func (r *reader) inPieces(m *matrix, storage string, from int, p part, i int) {
	if r.err != nil || p.rows[i] == 0 {
		return
	}
	to, step := from+p.rows[i], max(pieceBytes/kernel.FloatBytes/p.cols/kernel.PanelWidth, 1)*kernel.PanelWidth
	first := from / step
	errs := make([]error, (to-1)/step-first+1)
	piece := func(k int) {
		lo, hi := max(from, (first+k)*step), min(to, (first+k+1)*step)
		b := <-r.buffers
		errs[k] = r.piece(b, m, storage, lo, (hi-lo)*p.cols, p.names[i], (lo-from)*p.cols)
		r.buffers <- b
	}
	if r.sum == nil {
		r.pool.Do(len(errs), piece)
	} else {
		for k := range errs {
			piece(k)
		}
	}
	r.err = cmp.Or(errs...)
}

// piece reads n numbers of a tensor into rows of a matrix from a given one on.
func (r *reader) piece(b *buffer, m *matrix, storage string, row, n int, name string, from int) error {
	if r.sum == nil && r.pieces.Type(name) == storage {
		b.raw = grow(b.raw, rawBytes(storage, n))
		if err := r.pieces.ReadRaw(b.raw, name, from); err != nil || m.kept.PackRaw(row, b.raw) {
			return err
		} // something is not finite, which the other way says with its place
	}
	b.numbers = grow(b.numbers, n)
	err := r.pieces.ReadFrom(b.numbers, name, from)
	if err == nil {
		r.hash(b.numbers)
		m.kept.PackColumns(row, b.numbers)
	}
	return err
}

func (r *reader) read(dst []float32, p part, i int) {
	if r.err != nil {
		return
	}
	if r.err = r.src.Read(dst, p.names[i], p.shape(i)...); r.err == nil {
		r.hash(dst)
	}
}

// hash adds numbers to the hash of the values, if there is one.
func (r *reader) hash(numbers []float32) {
	var block [1 << 12]byte
	for r.sum != nil && len(numbers) > 0 {
		n := min(len(numbers), len(block)/kernel.FloatBytes)
		for i, v := range numbers[:n] {
			binary.LittleEndian.PutUint32(block[kernel.FloatBytes*i:], math.Float32bits(v))
		}
		r.sum.Write(block[:kernel.FloatBytes*n]) // a hash takes everything
		numbers = numbers[n:]
	}
}

// New makes a model of the tensors of a source. Weights is their digest; "" is
// replaced by that of the float32 values. The identity of the model covers its
// tokenizer too, given by all that decides about ids; nil for none.
func New(cfg Config, src Source, weights string, tokenizer []byte) (*Model, error) {
	var sum hash.Hash
	if weights == "" {
		sum = sha256.New()
	}
	m, precision, err := assemble(cfg, src, sum)
	if err != nil {
		return nil, err
	}
	if sum != nil {
		weights = "sha256:" + hex.EncodeToString(sum.Sum(nil))
	}
	m.describe(weights, tokenizer, precision)
	return m, nil
}

// assemble makes a model that nothing is said of yet, and says how its matrices are kept. Sum gets
// the float32 values; nil for none.
func assemble(cfg Config, src Source, sum hash.Hash) (m *Model, precision string, err error) {
	r := newReader(&cfg, src, sum)
	defer r.pool.Close()
	m = &Model{cfg: cfg, formula: cfg.formula(), layerNorm: cfg.layerNorm(), normEps: cfg.normEps(), pick: cfg.architecture().router.pick}
	arch := cfg.architecture()
	m.attnScale = float32(1 / math.Sqrt(cmp.Or(cfg.QueryScalar, float64(cfg.HeadDim))))
	if arch.wide {
		m.embedScale = float32(math.Sqrt(float64(cfg.HiddenSize)))
	}
	if arch.sliding {
		m.local = cfg.localRotations()
	}
	m.embed = r.matrix(cfg.embedding())
	if m.positions = r.vector(cfg.positions()); m.positions == nil {
		m.rotations = cfg.Rotations()
	}
	for i := range cfg.Layers {
		l := layer{Block: form(cfg.layer(i), r.vector, r.matrix)}
		l.v, l.vExtra = l.QKV.tail(cfg.KVHeads * cfg.HeadDim)
		l.window = cfg.window(i)
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
	return m, precisionOf(r.kept), r.err
}
