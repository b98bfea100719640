package kernel

// Split is one factor of a matrix product, each number the sum of two bfloat16:
// x = high + low with |x - high - low| ≤ 2⁻¹⁶·|x|. Products of such factors run in
// the tile registers of a CPU that has them (Intel AMX), which multiply bfloat16
// many times faster than vector registers multiply float32:
//
//	A·B ≈ Ah·Bh + Ah·Bl + Al·Bh,   |error| ≤ 2⁻¹⁴·Σ|a||b|
//
// with sums in float32. That is between TensorFloat-32 (2⁻¹¹ a factor) and
// float32, close enough for training and not the bits of [MatMul]; decoders do not
// use it. The scheme is Henry, Tang and Heinecke, "Leveraging the bfloat16
// Artificial Intelligence Datatype for Higher-Precision Computations" (2019).
//
// A factor is stored in tiles of 1 KiB, high parts then low parts: 16 of its outer
// index (rows of A, columns of B) times 32 along the summed index k. A left tile
// has a line per row, a right tile a line per two k. Data[o][k][part] is the tile
// of outer block o and summed block k. What lies beyond the matrix along k is 0,
// along the outer index undefined.
type Split struct {
	// HighOnly leaves the low parts out: plain bfloat16, |error| ≤ 2⁻⁷·Σ|a||b| at a
	// third of the multiplications. Set it before packing; both factors of a product
	// must agree.
	HighOnly bool
	Outer, K int
	blocks   int // along k
	data     []uint16
}

// Numbers along each side of a tile.
const (
	tileOuter = 16
	tileK     = 32
)

// group is how many numbers the tiles of one block of s hold, high and low.
func (s *Split) group() int { return s.parts() * tileOuter * tileK }

// reset gives s its shape, reusing the storage when it is large enough.
func (s *Split) reset(outer, k int) {
	s.Outer, s.K, s.blocks = outer, k, divUp(k, tileK)
	// Blocks are multiplied two by two.
	size := divUp(outer, 2*tileOuter) * 2 * s.blocks * s.group()
	if cap(s.data) < size {
		s.data = make([]uint16, size)
	}
	s.data = s.data[:size]
}

// parts is how many tiles hold a block: high, and low if it is there.
func (s *Split) parts() int {
	if s.HighOnly {
		return 1
	}
	return 2
}

// CanSplit reports whether this CPU multiplies [Split] factors; without it their
// methods panic.
func CanSplit() bool { return hasTiles() }

// SplitFits reports whether a dimension of a matrix can be split: rows that are
// stored side by side must be a multiple of 32 numbers long.
func SplitFits(n int) bool { return n%tileK == 0 }

// LeftRows makes s the left factor A[i][k] = x[i*ld+k], m×K. K must fit.
func (s *Split) LeftRows(x []float32, ld, m, k int) {
	checkSplit(x, ld, m, k)
	s.reset(m, k)
	s.rows(x, ld)
}

// LeftColumns makes s the left factor A[i][k] = x[k*ld+i], m×K. m must fit.
func (s *Split) LeftColumns(x []float32, ld, m, k int) {
	checkSplit(x, ld, k, m)
	s.reset(m, k)
	s.pairs(x, ld, true)
}

// RightRows makes s the right factor B[k][j] = x[k*ld+j], K×n. n must fit.
func (s *Split) RightRows(x []float32, ld, k, n int) {
	checkSplit(x, ld, k, n)
	s.reset(n, k)
	s.pairs(x, ld, false)
}

// RightColumns makes s the right factor B[k][j] = x[j*ld+k], K×n. K must fit.
func (s *Split) RightColumns(x []float32, ld, k, n int) {
	checkSplit(x, ld, n, k)
	s.reset(n, k)
	s.rows(x, ld)
	if tiles := len(s.data) / s.group(); tiles > 0 {
		transposeTiles(&s.data[0], tiles, 2*s.group(), s.parts())
	}
}

// checkSplit panics unless x holds rows×cols numbers of which a row fits.
func checkSplit(x []float32, ld, rows, cols int) {
	switch {
	case rows < 0 || cols < 0 || ld < cols:
		panic("kernel: wrong size of a split matrix")
	case !SplitFits(cols):
		panic("kernel: rows of a split matrix must be a multiple of 32 long")
	case rows > 0 && cols > 0 && len(x) < (rows-1)*ld+cols:
		panic("kernel: split matrix is too short")
	}
}

// rows fills s from a matrix whose rows run along k.
func (s *Split) rows(x []float32, ld int) {
	if s.blocks == 0 {
		return
	}
	for o := 0; o < s.Outer; o += tileOuter {
		splitRows(&s.data[o/tileOuter*s.blocks*s.group()], &x[o*ld], ld, min(tileOuter, s.Outer-o), s.blocks, s.parts())
	}
}

// pairs fills s from a matrix whose rows run along the outer index.
func (s *Split) pairs(x []float32, ld int, transposed bool) {
	panels, stride := s.Outer/tileOuter, 2*s.blocks*s.group()
	if panels == 0 {
		return
	}
	for b := range s.blocks {
		from, step := x[b*tileK*ld:], ld
		if rows := s.K - b*tileK; rows < tileK { // the last block ends in zeros
			padded := make([]float32, tileK*s.Outer)
			for r := range rows {
				copy(padded[r*s.Outer:(r+1)*s.Outer], from[r*ld:])
			}
			from, step = padded, s.Outer
		}
		dst := &s.data[b*s.group()]
		splitPairs(dst, &from[0], step, panels, stride, s.parts())
		if transposed {
			transposeTiles(dst, panels, stride, s.parts())
		}
	}
}

// MulSplit computes C = A·B, or C += A·B when add is set, on one thread, where C is
// m×n row-major with row stride ldc. An element does not depend on the number of
// rows or columns.
func MulSplit(c []float32, ldc int, a, b *Split, add bool) {
	m, n := a.Outer, b.Outer
	switch {
	case a.K != b.K || a.HighOnly != b.HighOnly:
		panic("kernel: factors of a split product do not match")
	case ldc < n || m > 0 && n > 0 && len(c) < (m-1)*ldc+n:
		panic("kernel: C is too short")
	}
	if a.blocks == 0 { // the sum over nothing
		for i := 0; i < m && !add; i++ {
			clear(c[i*ldc : i*ldc+n])
		}
		return
	}
	const side = 2 * tileOuter
	whole := n / side // pairs of panels that need no edge
	for i := 0; i < m; i += side {
		left := &a.data[i/tileOuter*a.blocks*a.group()]
		first := 0
		if i+side <= m && whole > 0 {
			mulSplit(&c[i*ldc], ldc, left, &b.data[0], a.blocks, whole, &tileConfig, a.parts(), add)
			first = whole
		}
		for p := first; p*side < n; p++ {
			mulEdge(c[i*ldc+p*side:], ldc, min(side, m-i), min(side, n-p*side), left, &b.data[p*2*b.blocks*b.group()], a.blocks, a.parts(), add)
		}
	}
}

// mulEdge computes a piece of C that fills its tiles only in part.
func mulEdge(c []float32, ldc, rows, cols int, a, b *uint16, blocks, parts int, add bool) {
	var whole [4 * tileOuter * tileOuter]float32
	const ld = 2 * tileOuter
	for r := range rows {
		if add {
			copy(whole[r*ld:][:cols], c[r*ldc:])
		}
	}
	mulSplit(&whole[0], ld, a, b, blocks, 1, &tileConfig, parts, add)
	for r := range rows {
		copy(c[r*ldc:][:cols], whole[r*ld:])
	}
}
