package model

import (
	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/internal/quant"
)

// matrix is a weight matrix with out rows and in columns, in the storage that products
// read. It and its storages are the one place that knows how weights are kept.
type matrix struct {
	out, in int
	kept    storage
}

// storage keeps the rows of a matrix.
type storage interface {
	// Bytes is what the matrix takes up, without what panels pad it with.
	Bytes() int64
	// Columns copies rows from a given one on to dst, one after the other.
	Columns(dst []float32, from int)
	// PackColumns fills rows from a given one on, rounded to what the storage holds.
	PackColumns(from int, rows []float32)
	// PackRaw is PackColumns for rows as files have them in this storage. It reports
	// whether all numbers are finite, and packs nothing otherwise.
	PackRaw(from int, rows []byte) bool
	// mul computes y = x·Wᵀ, or y += x·Wᵀ when add is set, for n rows of x.
	mul(p *products, y, x []float32, n int, add bool)
	// tail is a view of the rows from a given one on, or from one before it.
	tail(from int) (view storage, first int)
}

// products is what a session multiplies with.
type products struct {
	*kernel.Pool
	rows *quant.Activations
}

func newProducts(threads int) *products {
	pool := kernel.NewPool(threads)
	return &products{pool, quant.NewActivations(pool)}
}

// newMatrix makes a zero matrix of some tensors, each of so many rows, in a storage by
// the name that its type has in files. Several storages are mixed if all are quantised.
func newMatrix(storages []string, rows []int, in int) *matrix {
	m := &matrix{in: in}
	for _, n := range rows {
		m.out += n
	}
	if quant.Named(storages[0]) == nil {
		m.kept = floats{kernel.NewFactor(storages[0], in, m.out)}
		return m
	}
	var kept quantised
	for i, n := range rows {
		if last := len(kept) - 1; i > 0 && storages[i] == storages[i-1] {
			kept[last] = quant.New(kept[last].Format, in, kept[last].N+n)
		} else {
			kept = append(kept, quant.New(quant.Named(storages[i]), in, n))
		}
	}
	m.kept = kept
	return m
}

// rawBytes is the size of so many numbers in a file.
func rawBytes(storage string, n int) int {
	switch storage {
	case "F32":
		return 4 * n
	case "BF16", "F16":
		return 2 * n
	}
	f := quant.Named(storage)
	return n / f.Block * f.Bytes
}

// rows copies rows from a given one on to dst.
func (m *matrix) rows(dst []float32, from int) { m.kept.Columns(dst, from) }

func (m *matrix) mul(p *products, y, x []float32, n int, add bool) { m.kept.mul(p, y, x, n, add) }

// bytes is what the matrix, if there is one, takes up.
func (m *matrix) bytes() int64 {
	if m == nil {
		return 0
	}
	return m.kept.Bytes()
}

func (m *matrix) rowBytes() int64 { return m.bytes() / int64(m.out) }

// tail are the last n rows as a matrix that shares its storage with m, and the
// number of other rows in front of them.
func (m *matrix) tail(n int) (view *matrix, extra int) {
	kept, first := m.kept.tail(m.out - n)
	return &matrix{m.out - first, m.in, kept}, m.out - n - first
}

// floats keeps numbers as a factor of package kernel does.
type floats struct{ kernel.Factor }

func (f floats) Bytes() int64 {
	k, n := f.Size()
	return int64(k) * int64(n) * int64(f.NumberBits()) / 8
}

func (f floats) mul(p *products, y, x []float32, n int, add bool) {
	k, out := f.Size()
	p.MatMul(y, out, x, k, n, f.Factor, add)
}

func (f floats) tail(from int) (storage, int) {
	from = from / kernel.PanelWidth * kernel.PanelWidth
	return floats{f.From(from)}, from
}

// quantised keeps whole numbers with scales, in a matrix for each format that follows
// another one. Rows of x are quantised, too.
type quantised []*quant.Matrix

func (q quantised) Bytes() (n int64) {
	for _, m := range q {
		n += m.Size()
	}
	return n
}

// at finds the matrix of a row, and the row in it.
func (q quantised) at(row int) (*quant.Matrix, int) {
	for _, m := range q {
		if row < m.N {
			return m, row
		}
		row -= m.N
	}
	panic("model: no such row")
}

func (q quantised) Columns(dst []float32, from int) {
	for k := q[0].K; len(dst) > 0; dst, from = dst[k:], from+1 {
		m, row := q.at(from)
		m.Column(dst[:k], row)
	}
}

func (q quantised) PackColumns(from int, rows []float32) {
	m, row := q.at(from)
	m.PutNumbers(row, rows)
}

func (q quantised) PackRaw(from int, rows []byte) bool {
	m, row := q.at(from)
	finite := m.Finite(rows)
	if finite {
		m.Put(row, rows)
	}
	return finite
}

func (q quantised) mul(p *products, y, x []float32, n int, add bool) {
	ld := 0
	for _, m := range q {
		ld += m.N
	}
	at := 0
	for i, m := range q {
		if i == 0 || !m.Alike(q[i-1].Format) {
			p.rows.Set(m.Format, x, m.K, n, m.K)
		}
		p.rows.Mul(m, y[at:], ld, add)
		at += m.N
	}
}

func (q quantised) tail(from int) (storage, int) {
	first := 0
	for i, m := range q {
		if from < first+m.N {
			row := (from - first) / quant.ViewStep * quant.ViewStep
			return append(quantised{m.From(row)}, q[i+1:]...), first + row
		}
		first += m.N
	}
	return q[len(q)-1:], first - q[len(q)-1].N
}
