package quant

import (
	"sync"

	"dllmbench/engines/internal/kernel"
)

// stretch is how many numbers along k are unpacked at once: with those of two panels
// and their scales in the first cache.
const stretch = 512

// unpacked are the numbers of two panels along a stretch, as the inner loop reads them.
type unpacked struct {
	numbers [2 * stretch * Width]uint8
	scales  [stretch / 16 * 4 * Width]float32 // of a group: scales of both panels, then lows
}

var scratch = sync.Pool{New: func() any { return new(unpacked) }}

// product are the operands of a running product.
type product struct {
	x     *Activations
	m     *Matrix
	y     []float32
	ldy   int
	add   bool
	of    shares
	edges []float32
}

// shares is how a product is shared out: some pairs of panels, and some of the rows.
type shares struct{ pairs, rows, across, count int }

// share shares out a product. Few rows read memory in long runs.
func share(m, pairs, threads int) shares {
	step := 1
	if m < 8 {
		step = max(1, pairs/(8*threads))
	}
	across := (pairs + step - 1) / step
	rows := kernel.RowsOfPart(m, across, threads)
	return shares{step, rows, across, across * ((m-1)/rows + 1)}
}

// Mul computes Y = X·W, or Y += X·W when add is set, where X are the activations, set
// for the format of the matrix, and Y is row-major with row stride ldy.
func (a *Activations) Mul(m *Matrix, y []float32, ldy int, add bool) {
	pairs := m.pairs()
	if a.rows == 0 || pairs == 0 {
		return
	}
	if a.k != m.K || a.groups != m.K/m.group || ldy < m.N || len(y) < (a.rows-1)*ldy+m.N {
		panic("quant: sizes of a product do not fit")
	}
	edges := a.product.edges
	if m.N%(2*Width) != 0 {
		edges = grow(edges, a.rows*2*Width)
	}
	a.product = product{a, m, y, ldy, add, share(a.rows, pairs, a.pool.Threads()), edges}
	a.pool.Do(a.product.of.count, a.columns)
	a.product.m, a.product.y = nil, nil
}

func (q *product) part(i int) {
	s := scratch.Get().(*unpacked)
	row, first := i/q.of.across*q.of.rows, i%q.of.across*q.of.pairs
	x := *q.x
	x.rows = min(q.of.rows, x.rows-row)
	x.numbers, x.factors = x.numbers[row*x.k:], x.factors[row*x.groups:]
	if len(x.words) > 0 {
		x.words = x.words[row*x.k:]
	}
	for p := first; p < min(q.m.pairs(), first+q.of.pairs); p++ {
		q.pair(s, &x, row, p)
	}
	scratch.Put(s)
}

// pair computes two panels of some rows, from a given one on.
func (q *product) pair(s *unpacked, x *Activations, row, p int) {
	m, whole := q.m, q.y[row*q.ldy+p*2*Width:]
	y, ldy := whole, q.ldy
	n := m.N - p*2*Width
	if n < 2*Width { // whole panels are written; there is one such pair
		y, ldy = q.edges[row*2*Width:], 2*Width
		for r := range x.rows {
			copy(y[r*ldy:][:n], whole[r*q.ldy:])
		}
	}
	for k := 0; k < m.K; k += stretch {
		size := min(stretch, m.K-k)
		b := m.unpack(s, p, k, size)
		b.next, b.apart = m.next(p, k+size), m.step
		dot(y, ldy, x, k, size, &b, q.add || k > 0)
	}
	for r := 0; n < 2*Width && r < x.rows; r++ {
		copy(whole[r*q.ldy:][:n], y[r*ldy:])
	}
}

// block is a stretch of two panels as the inner loop reads it.
type block struct {
	numbers      []uint8   // bytes: four numbers of each of 16 columns side by side
	panel, group int       // distances between the numbers of panels and of groups
	scales       []float32 // of a group: those of both panels, then their lows
	bits, zero   int       // of a number; the one that stands for 0
	size         int       // numbers of a group
	lows         bool
	spare        []uint8 // room for as many numbers, where they are elsewhere
	next         []byte  // the next stretch of the first panel, where loops fetch it; that of the second is apart bytes behind
	apart        int
}

// step is the distance between the scales of groups.
func (b *block) step() int {
	if b.lows {
		return 4 * Width
	}
	return 2 * Width
}

// stretch is an empty block in memory.
func (m *Matrix) stretch(s *unpacked) block {
	return block{numbers: s.numbers[:], panel: stretch * Width, group: m.group * Width, scales: s.scales[:],
		bits: m.bits, zero: m.zero, size: m.group, lows: m.lows, spare: s.numbers[:]}
}

// next are the bytes of the first of two panels of the stretch that begins at k, or else with the next pair.
func (m *Matrix) next(pair, k int) []byte {
	if k == m.K {
		pair, k = pair+1, 0
	}
	if pair == m.pairs() {
		return nil
	}
	return m.data[2*pair*m.step+k/m.Block*m.panelBlock():][:min(stretch, m.K-k)/m.Block*m.panelBlock()]
}

// unpackGeneric makes a stretch of two panels ready.
func (m *Matrix) unpackGeneric(s *unpacked, pair, k, size int) block {
	var p parts
	b := m.stretch(s)
	for j := range 2 {
		data := m.data[(2*pair+j)*m.step:][k/m.Block*m.panelBlock():]
		for i := 0; i < size; i, data = i+m.Block, data[m.panelBlock():] {
			for c := range Width {
				m.head(&p, data, c)
				for g := range m.Block / m.group {
					to := s.scales[(i/m.group+g)*b.step()+j*Width+c:]
					scale, low := m.scale(&p, g)
					if to[0] = scale; m.lows {
						to[2*Width] = low
					}
				}
			}
			for u := range m.Block / unit {
				m.widenUnit(s.numbers[j*b.panel+(i+u*unit)*Width:], data[m.headBytes()+u*m.unitBytes():])
			}
		}
	}
	return b
}
