//go:build (amd64 || arm64) && !purego

package kernel

import "sync"

// Blocking for 32 kB of L1 and 512 kB or more of L2 data cache. A panel of
// maxDepth×16 (20 kB) stays in L1 while it meets all row tiles of a block; the
// block of A, maxRows×maxDepth (120 kB), stays in L2.
const (
	maxDepth = 320
	maxRows  = 192 // a multiple of tileRows
	tailStep = 4   // panels between row tiles and tail rows: a panel is still in L2
)

//go:noescape
func mulTile6(c *float32, ldc int, a *float32, rs, ks, step int, b *float32, stride, k, tiles, panels int, add bool)

//go:noescape
func mulRows5(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)

//go:noescape
func mulRows4(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)

//go:noescape
func mulRows3(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)

//go:noescape
func mulRows2(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)

//go:noescape
func mulRows1(c *float32, ldc int, a *float32, rs, ks int, b *float32, stride, k, panels int, add bool)

//go:noescape
func packSlivers(dst *float32, step int, a *float32, lda, k, slivers int)

// matMulAsm is the fast twin of matMulGeneric. Long sums are cut into blocks
// of k: between blocks the accumulators rest in C, which does not change a bit.
func matMulAsm(c []float32, ldc int, a []float32, rs, ks, m int, b *Panels, p0, p1 int, add bool) {
	if m == 0 || p0 >= p1 {
		return
	}
	if b.K == 0 {
		matMulGeneric(c, ldc, a, rs, ks, m, b, p0, p1, add)
		return
	}
	depth := b.K
	if m > 2*tileRows && depth > maxDepth {
		depth = partSize(b.K, divUp(b.K, maxDepth), 8)
	}
	// With a transposed A, the six elements for one k are neighbours but
	// successive k are lda apart, often a power of two, so that they would fight
	// for a few cache sets. Copying a block of A once pays if several panels use
	// it.
	if rs == 1 && ks != 1 && p1-p0 > 1 && b.K >= 16 {
		matMulPacked(c, ldc, a, ks, m, b, p0, p1, min(depth, maxDepth), add)
		return
	}
	for i := 0; i < m; i += maxRows {
		rows := min(maxRows, m-i)
		for k0 := 0; k0 < b.K; k0 += depth {
			k := min(depth, b.K-k0)
			mulBlock(c[i*ldc:], ldc, a[i*rs+k0*ks:], rs, ks, tileRows*rs, rows, b, k0, k, p0, p1, add || k0 > 0)
		}
	}
}

// packedBlock holds a block of a transposed A as slivers of six rows: element
// (i, k) of sliver s at s*sliverStep(depth) + k*6 + i.
type packedBlock [maxRows / tileRows * (maxDepth*tileRows + 16)]float32

// sliverStep is the distance between slivers. The spare cache line keeps the
// starts of the slivers out of each other's cache sets.
func sliverStep(depth int) int { return depth*tileRows + 16 }

var packedBlocks = sync.Pool{New: func() any { return new(packedBlock) }}

// matMulPacked is matMulAsm for A given as K×m with row stride lda.
func matMulPacked(c []float32, ldc int, a []float32, lda, m int, b *Panels, p0, p1, depth int, add bool) {
	block := packedBlocks.Get().(*packedBlock)
	step := sliverStep(depth)
	for k0 := 0; k0 < b.K; k0 += depth {
		k := min(depth, b.K-k0)
		for i := 0; i < m; i += maxRows {
			rows := min(maxRows, m-i)
			pack6(block[:], step, a[k0*lda+i:], lda, rows, k)
			mulBlock(c[i*ldc:], ldc, block[:], 1, tileRows, step, rows, b, k0, k, p0, p1, add || k0 > 0)
		}
	}
	packedBlocks.Put(block)
}

// pack6 copies a k×rows block of a row-major matrix into slivers step apart.
func pack6(block []float32, step int, a []float32, lda, rows, k int) {
	slivers := rows / tileRows
	if slivers > 0 {
		packSlivers(&block[0], step, &a[0], lda, k, slivers)
	}
	if full := slivers * tileRows; full < rows {
		last := block[slivers*step:]
		for kk := range k {
			for i, v := range a[kk*lda+full : kk*lda+rows] {
				last[kk*tileRows+i] = v
			}
		}
	}
}

// mulBlock computes rows rows of C from k elements of A and of panels p0 to
// p1-1, starting at element k0 of the panels. step is the distance between row
// tiles in a.
func mulBlock(c []float32, ldc int, a []float32, rs, ks, step, rows int, b *Panels, k0, k, p0, p1 int, add bool) {
	tiles := rows / tileRows
	tail := rows % tileRows
	whole := min(p1, b.N/PanelWidth) // panels before a partly filled last one
	group := tailStep
	if tail == 0 || tiles == 0 {
		group = whole
	}
	for p := p0; p < whole; p += group {
		n := min(group, whole-p)
		data := b.Data[p*b.Stride+k0*PanelWidth:]
		if tiles > 0 {
			mulTiles(c[p*PanelWidth:], ldc, &a[0], rs, ks, step, data, b.Stride, k, tiles, n, add, p+n+tailStep <= whole)
		}
		if tail > 0 {
			at := tiles * tileRows * ldc
			mulTail(c[at+p*PanelWidth:], ldc, &a[tiles*step], rs, ks, tail, data, b.Stride, k, n, add)
		}
	}
	if whole < p1 {
		mulLastPanel(c, ldc, a, rs, ks, step, rows, b, k0, k, add)
	}
}

// mulRows is mulTile6 for 1 to 5 rows.
func mulRows(c []float32, ldc int, a *float32, rs, ks, rows int, b []float32, stride, k, panels int, add bool) {
	switch rows {
	case 1:
		mulRows1(&c[0], ldc, a, rs, ks, &b[0], stride, k, panels, add)
	case 2:
		mulRows2(&c[0], ldc, a, rs, ks, &b[0], stride, k, panels, add)
	case 3:
		mulRows3(&c[0], ldc, a, rs, ks, &b[0], stride, k, panels, add)
	case 4:
		mulRows4(&c[0], ldc, a, rs, ks, &b[0], stride, k, panels, add)
	case 5:
		mulRows5(&c[0], ldc, a, rs, ks, &b[0], stride, k, panels, add)
	}
}

// mulLastPanel computes the columns of a last panel with fewer than 16 of them.
// The kernels write 16, so the tile goes through a buffer.
func mulLastPanel(c []float32, ldc int, a []float32, rs, ks, step, rows int, b *Panels, k0, k int, add bool) {
	p := b.N / PanelWidth
	w := b.N - p*PanelWidth
	data := b.Data[p*b.Stride+k0*PanelWidth:]
	var tile [tileRows * PanelWidth]float32
	for i, at := 0, 0; i < rows; i, at = i+tileRows, at+step {
		n := min(tileRows, rows-i)
		out := c[i*ldc+p*PanelWidth:]
		if add {
			for r := range n {
				copy(tile[r*PanelWidth:], out[r*ldc:r*ldc+w])
			}
		}
		if n == tileRows {
			mulTile6(&tile[0], PanelWidth, &a[at], rs, ks, step, &data[0], b.Stride, k, 1, 1, add)
		} else {
			mulTail(tile[:], PanelWidth, &a[at], rs, ks, n, data, b.Stride, k, 1, add)
		}
		for r := range n {
			copy(out[r*ldc:r*ldc+w], tile[r*PanelWidth:])
		}
	}
}
