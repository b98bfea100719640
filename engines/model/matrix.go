package model

import "dllmbench/engines/internal/kernel"

// matrix is a weight matrix with out rows and in columns, in the storage that
// the kernels multiply by. It is the one place that knows how weights are kept.
type matrix struct {
	out, in int
	panels  *kernel.Panels // its transpose: in × out
}

// put fills rows from a given one on. Rows are put in ascending order.
func (m *matrix) put(from int, rows []float32) { m.panels.PackColumns(from, rows) }

// row copies row i to dst.
func (m *matrix) row(dst []float32, i int) { m.panels.Column(dst, i) }

// mul computes y = x·Wᵀ, or y += x·Wᵀ when add is set, for n rows of x.
func (m *matrix) mul(pool *kernel.Pool, y, x []float32, n int, add bool) {
	pool.MatMul(y, m.out, x, m.in, n, m.panels, add)
}

// bytes is what the matrix takes up, without what the kernels pad it with.
func (m *matrix) bytes() int64 { return int64(m.out) * m.rowBytes() }

func (m *matrix) rowBytes() int64 { return int64(m.in) * kernel.FloatBytes }

// tail are the last n rows as a matrix that shares its storage with m, and the
// number of other rows in front of them: views begin where a panel does.
func (m *matrix) tail(n int) (view *matrix, extra int) {
	from := (m.out - n) / kernel.PanelWidth * kernel.PanelWidth
	return &matrix{m.out - from, m.in, m.panels.From(from)}, m.out - n - from
}
