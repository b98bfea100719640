package kernel

import (
	"encoding/binary"
	"math"
)

// BF16 is a matrix of bfloat16, which are the upper halves of float32, in panels as
// [Panels] has them. Products read half the memory.
type BF16 struct {
	K, N   int
	Stride int
	Data   []uint16
}

// NewBF16 returns a zero matrix with k rows and n columns.
func NewBF16(k, n int) *BF16 {
	return &BF16{K: k, N: n, Stride: k * PanelWidth, Data: make([]uint16, panelCount(n)*k*PanelWidth)}
}

// RoundBF16 rounds a finite number to the upper half of its bits, to nearest, ties to
// even: adding just under half of the last kept bit, and one more if that bit is odd,
// carries exactly when this goes up.
func RoundBF16(v float32) uint16 {
	bits := math.Float32bits(v)
	return uint16((bits + 0x7fff + bits>>16&1) >> 16)
}

func widenBF16(v uint16) float32 { return math.Float32frombits(uint32(v) << 16) }

// Size implements [Factor].
func (b *BF16) Size() (k, n int) { return b.K, b.N }

// Storage implements [Factor].
func (b *BF16) Storage() string { return "bfloat16" }

// NumberBits implements [Factor].
func (b *BF16) NumberBits() int { return 16 }

// PackColumns implements [Factor].
func (b *BF16) PackColumns(from int, rows []float32) {
	for i := 0; i < len(rows); i, from = i+b.K, from+1 {
		column := b.Data[from/PanelWidth*b.Stride+from%PanelWidth:]
		for k, v := range rows[i : i+b.K] {
			column[k*PanelWidth] = RoundBF16(v)
		}
	}
}

// PackRaw implements [Factor].
func (b *BF16) PackRaw(from int, rows []byte) bool {
	if !finiteBF16(rows) {
		return false
	}
	width := 2 * b.K
	for ; len(rows) > 0 && width > 0; from++ {
		dst := b.Data[from/PanelWidth*b.Stride+from%PanelWidth:]
		if from%PanelWidth == 0 && len(rows) >= PanelWidth*width {
			packBF16(dst[:b.K*PanelWidth], rows[:PanelWidth*width])
			from, rows = from+PanelWidth-1, rows[PanelWidth*width:]
			continue
		}
		for k := range b.K {
			dst[k*PanelWidth] = binary.LittleEndian.Uint16(rows[2*k:])
		}
		rows = rows[width:]
	}
	return true
}

// packBF16 transposes 16 rows into a panel, four rows at a time.
func packBF16(panel []uint16, rows []byte) {
	width, done := len(rows)/PanelWidth, 0 // bytes of a row
	if blocks := width / 16; useAVX2 && blocks > 0 {
		packBF16AVX2(&panel[0], &rows[0], width, blocks)
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

// finiteBF16 reports whether no number is NaN or infinite, with all exponent bits
// set. It looks at four at a time: only then does the sum carry into the sign.
func finiteBF16(raw []byte) bool {
	const exponents, lowest, signs = 0x7f807f807f807f80, 0x0080008000800080, 0x8000800080008000
	var bad uint64
	for ; len(raw) >= 8; raw = raw[8:] {
		bad |= binary.LittleEndian.Uint64(raw)&exponents + lowest
	}
	for ; len(raw) >= 2; raw = raw[2:] {
		bad |= uint64(binary.LittleEndian.Uint16(raw))&0x7f80 + 0x80
	}
	return bad&signs == 0
}

// Columns implements [Factor].
func (b *BF16) Columns(dst []float32, from int) {
	for ; len(dst) > 0; from, dst = from+1, dst[b.K:] {
		column := b.Data[from/PanelWidth*b.Stride+from%PanelWidth:]
		for k := range dst[:b.K] {
			dst[k] = widenBF16(column[k*PanelWidth])
		}
	}
}

// From implements [Factor].
func (b *BF16) From(n int) Factor {
	checkView(n)
	return &BF16{K: b.K, N: b.N - n, Stride: b.Stride, Data: b.Data[n/PanelWidth*b.Stride:]}
}

func (b *BF16) check()       { checkPanels(b.K, b.N, b.Stride, len(b.Data)) }
func (b *BF16) byRows() bool { return false }

func (b *BF16) expand(dst []float32, panel, k0, k int) {
	src := b.Data[panel*b.Stride+k0*PanelWidth:][:k*PanelWidth]
	if useAVX2 && k > 0 {
		expandBF16(&dst[0], &src[0], k)
		return
	}
	for i, v := range src {
		dst[i] = widenBF16(v)
	}
}

func (b *BF16) multiply(c []float32, ldc int, a []float32, rs, ks, m, p0, p1 int, add bool) {
	if useAVX2 && m > 0 && m < tileRows && b.K > 0 {
		if whole := min(p1, b.N/PanelWidth); p0 < whole { // panels before a partly filled last one
			mulBF16Rows(c[p0*PanelWidth:], ldc, a, rs, ks, m, b.Data[p0*b.Stride:], b.Stride, b.K, whole-p0, add)
			p0 = whole
		}
	}
	if m > 0 && p0 < p1 {
		multiplyExpanded(c, ldc, a, rs, ks, m, b, p0, p1, add)
	}
}
