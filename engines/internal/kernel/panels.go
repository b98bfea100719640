package kernel

// PanelWidth is the number of columns in one panel: two AVX2 registers.
const PanelWidth = 16

// Panels is a matrix B with K rows and N columns in column panels of width 16:
//
//	B[k][n] = Data[(n/16)*Stride + k*16 + n%16]
//
// Stride is the distance between panels, at least K*16; it may be larger, so
// that a cache can grow along K inside spare capacity. The columns beyond N in
// the last panel hold zeros.
type Panels struct {
	K, N   int
	Stride int
	Data   []float32
}

// NewPanels returns a zero matrix with k rows and n columns.
func NewPanels(k, n int) *Panels {
	b := new(Panels)
	b.Reset(k, n)
	return b
}

// panelCount returns the number of panels that hold n columns.
func panelCount(n int) int { return (n + PanelWidth - 1) / PanelWidth }

// Reset gives b the shape k×n with Stride k*16, reusing the storage when it is
// large enough. The contents are undefined until the next Pack, except that a
// freshly allocated matrix is zero.
func (b *Panels) Reset(k, n int) {
	if k < 0 || n < 0 {
		panic("kernel: negative matrix size")
	}
	size := panelCount(n) * k * PanelWidth
	if cap(b.Data) < size {
		b.Data = make([]float32, size)
	}
	b.K, b.N, b.Stride, b.Data = k, n, k*PanelWidth, b.Data[:size]
}

// PackNN fills b from src, a K×N row-major matrix with row stride ld. It takes a
// block of rows at a time, which stays in the cache while its panels are written.
func (b *Panels) PackNN(src []float32, ld int) {
	const block = 64
	for k0 := 0; k0 < b.K; k0 += block {
		rows := min(block, b.K-k0)
		for p := range panelCount(b.N) {
			n0 := p * PanelWidth
			w := min(PanelWidth, b.N-n0)
			from := src[k0*ld+n0 : (k0+rows-1)*ld+n0+w]
			dst := b.Data[p*b.Stride+k0*PanelWidth:][:rows*PanelWidth]
			if useAssembly && w == PanelWidth {
				packRows(&dst[0], &from[0], ld, rows)
				continue
			}
			for k := range rows {
				row := dst[k*PanelWidth:][:PanelWidth]
				copy(row, from[k*ld:][:w])
				clear(row[w:])
			}
		}
	}
}

// PackNT fills b from src, the transposed matrix: N×K row-major with row stride
// ld. This is how Hugging Face stores a linear layer, [out, in].
func (b *Panels) PackNT(src []float32, ld int) {
	for p := range panelCount(b.N) {
		n0 := p * PanelWidth
		w := min(PanelWidth, b.N-n0)
		dst := b.Data[p*b.Stride : p*b.Stride+b.K*PanelWidth]
		blocks := 0 // of 8 elements along k
		if w < PanelWidth {
			clear(dst)
		} else if useAssembly && b.K >= 8 {
			blocks = b.K / 8
			packPanel(&dst[0], &src[n0*ld : (n0+w-1)*ld+b.K][0], ld, blocks)
		}
		for j := 0; j < w; j++ {
			for k := blocks * 8; k < b.K; k++ {
				dst[k*PanelWidth+j] = src[(n0+j)*ld+k]
			}
		}
	}
}

// FloatBytes is the size of a stored number.
const FloatBytes = 4

// PackColumns implements [Factor].
func (b *Panels) PackColumns(from int, rows []float32) {
	n := len(rows) / max(b.K, 1)
	for ; n > 0 && from%PanelWidth != 0; from, n, rows = from+1, n-1, rows[b.K:] {
		column := b.Data[from/PanelWidth*b.Stride+from%PanelWidth:]
		for k, x := range rows[:b.K] {
			column[k*PanelWidth] = x
		}
	}
	if n > 0 {
		view := b.from(from)
		view.N = n
		view.PackNT(rows, b.K)
	}
}

// From implements [Factor].
func (b *Panels) From(n int) Factor { return b.from(n) }

func (b *Panels) from(n int) *Panels {
	checkView(n)
	return &Panels{K: b.K, N: b.N - n, Stride: b.Stride, Data: b.Data[n/PanelWidth*b.Stride:]}
}

func checkView(n int) {
	if n%PanelWidth != 0 {
		panic("kernel: a view begins within a panel")
	}
}
