package kernel

import (
	"encoding/binary"
	"slices"
	"sync"
)

// Half is a matrix of numbers of 16 bits, in panels as [Panels] has them. Products
// read half the memory.
type Half struct {
	K, N   int
	Stride int
	Data   []uint16
	kind   *half
}

// half is a type of 16 bits that float32 holds exactly.
type half struct {
	name      string
	widen     func(uint16) float32
	round     func(float32) uint16 // to nearest, ties to even
	exponents uint64               // the bits of the exponent, four times
	fast      *halfLoops           // nil without assembly
}

// NewBF16 returns a zero matrix of bfloat16 with k rows and n columns.
func NewBF16(k, n int) *Half { return newHalf(k, n, &bf16) }

// NewF16 returns a zero matrix of float16 with k rows and n columns.
func NewF16(k, n int) *Half { return newHalf(k, n, &f16) }

func newHalf(k, n int, kind *half) *Half {
	return &Half{K: k, N: n, Stride: k * PanelWidth, Data: make([]uint16, panelCount(n)*k*PanelWidth), kind: kind}
}

// Size implements [Factor].
func (b *Half) Size() (k, n int) { return b.K, b.N }

// NumberBits implements [Factor].
func (b *Half) NumberBits() int { return 16 }

// PackColumns implements [Factor].
func (b *Half) PackColumns(from int, rows []float32) {
	kept := rounded.Get().(*[]byte)
	for len(rows) > 0 { // a panel at a time
		n := min(len(rows), (PanelWidth-from%PanelWidth)*b.K)
		raw := slices.Grow((*kept)[:0], 2*n)[:2*n]
		for i, v := range rows[:n] {
			binary.LittleEndian.PutUint16(raw[2*i:], b.kind.round(v))
		}
		b.pack(from, raw)
		*kept, from, rows = raw, from+n/b.K, rows[n:]
	}
	rounded.Put(kept)
}

// rounded is memory for rows on their way into panels, see pieces.
var rounded = sync.Pool{New: func() any { return new([]byte) }}

// PackRaw implements [Factor].
func (b *Half) PackRaw(from int, rows []byte) bool {
	finite := b.kind.finite(rows)
	if finite {
		b.pack(from, rows)
	}
	return finite
}

func (b *Half) pack(from int, rows []byte) {
	width := 2 * b.K
	for ; len(rows) > 0 && width > 0; from++ {
		dst := b.Data[from/PanelWidth*b.Stride+from%PanelWidth:]
		if from%PanelWidth == 0 && len(rows) >= PanelWidth*width {
			packHalf(dst[:b.K*PanelWidth], rows[:PanelWidth*width])
			from, rows = from+PanelWidth-1, rows[PanelWidth*width:]
			continue
		}
		for k := range b.K {
			dst[k*PanelWidth] = binary.LittleEndian.Uint16(rows[2*k:])
		}
		rows = rows[width:]
	}
}

// packHalf transposes 16 rows into a panel, four rows at a time.
func packHalf(panel []uint16, rows []byte) {
	width, done := len(rows)/PanelWidth, 0 // bytes of a row
	if blocks := width / 16; useAssembly && blocks > 0 {
		packHalfAsm(&panel[0], &rows[0], width, blocks)
		done = 16 * blocks
	}
	for j := 0; j < PanelWidth; j += 4 {
		r := rows[j*width:][:4*width]
		r0, r1, r2, r3 := r[:width], r[width:][:width], r[2*width:][:width], r[3*width:][:width]
		for k := done; k < width; k += 2 {
			to := panel[k/2*PanelWidth+j:][:4]
			to[0] = binary.LittleEndian.Uint16(r0[k:])
			to[1] = binary.LittleEndian.Uint16(r1[k:])
			to[2] = binary.LittleEndian.Uint16(r2[k:])
			to[3] = binary.LittleEndian.Uint16(r3[k:])
		}
	}
}

// finite reports whether no number is NaN or infinite, with all exponent bits set. It
// looks at four at a time: only then does the sum with the lowest one reach the sign.
func (h *half) finite(raw []byte) bool {
	const signs = 0x8000800080008000
	lowest, bad := signs-h.exponents, uint64(0)
	for ; len(raw) >= 8; raw = raw[8:] {
		bad |= binary.LittleEndian.Uint64(raw)&h.exponents + lowest
	}
	for ; len(raw) >= 2; raw = raw[2:] {
		bad |= uint64(binary.LittleEndian.Uint16(raw))&h.exponents + lowest&0xffff
	}
	return bad&signs == 0
}

// Columns implements [Factor].
func (b *Half) Columns(dst []float32, from int) {
	for ; len(dst) > 0; from, dst = from+1, dst[b.K:] {
		column := b.Data[from/PanelWidth*b.Stride+from%PanelWidth:]
		for k := range dst[:b.K] {
			dst[k] = b.kind.widen(column[k*PanelWidth])
		}
	}
}

// From implements [Factor].
func (b *Half) From(n int) Factor {
	checkView(n)
	return &Half{K: b.K, N: b.N - n, Stride: b.Stride, Data: b.Data[n/PanelWidth*b.Stride:], kind: b.kind}
}

func (b *Half) check() { checkPanels(b.K, b.N, b.Stride, len(b.Data)) }

func (b *Half) expand(dst []float32, panel, k0, k int) {
	src := b.Data[panel*b.Stride+k0*PanelWidth:][:k*PanelWidth]
	if b.kind.fast != nil && k > 0 {
		b.kind.fast.expand(&dst[0], &src[0], k, b.Stride) // in the next panel
		return
	}
	for i, v := range src {
		dst[i] = b.kind.widen(v)
	}
}

func (b *Half) multiply(c []float32, ldc int, a []float32, rs, ks, m, p0, p1 int, add bool) {
	if b.kind.fast != nil && m > 0 && m < tileRows && b.K > 0 {
		if whole := min(p1, b.N/PanelWidth); p0 < whole { // panels before a partly filled last one
			b.kind.fast.rows(c[p0*PanelWidth:], ldc, a, rs, ks, m, b.Data[p0*b.Stride:], b.Stride, b.K, whole-p0, add)
			p0 = whole
		}
	}
	if m > 0 && p0 < p1 {
		multiplyExpanded(c, ldc, a, rs, ks, m, b, p0, p1, add)
	}
}
