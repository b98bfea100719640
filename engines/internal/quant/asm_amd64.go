//go:build amd64 && !purego

package quant

import (
	"os"
	"unsafe"

	"dllmbench/engines/internal/kernel"
	"golang.org/x/sys/cpu"
)

// Width of the registers in use, in bits: those that multiply bytes in 512, else AVX2, with
// products of bytes where it has them (AVX-VNNI).
var (
	wide   = cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL && cpu.X86.HasAVX512VNNI
	narrow = cpu.X86.HasAVX2 && cpu.X86.HasFMA
	dots   = cpu.X86.HasAVXVNNI
	tiles  = os.Getenv("DLLMBENCH_AMX") == "int8" && hasTiles() // off by default: never timed on such a CPU
)

// hasTiles reports whether 512-bit loops can leave whole numbers to the tile registers of AMX.
func hasTiles() bool {
	return wide && cpu.X86.HasAMXTile && cpu.X86.HasAMXInt8 && kernel.AllowTiles()
}

// Loops names the loops in use, by the extension that multiplies bytes. The results of all but
// "generic" have the same bits.
func Loops() string {
	switch {
	case wide && tiles:
		return "amx-int8"
	case wide:
		return "avx512-vnni"
	case narrow && dots:
		return "avx-vnni"
	case narrow:
		return "avx2"
	}
	return "generic"
}

// narrowWay is how the narrow loops multiply.
type narrowWay uint8

const (
	plainWay  narrowWay = iota // two bytes at a time, adding up several products in 16 bits
	signedWay                  // of numbers of eight bits
	dotsWay                    // four bytes at a time
	wordsWay                   // two words at a time: numbers of eight bits in many rows
)

// wordRows is from how many rows on numbers of eight bits become words.
const wordRows = 6

// byWords reports whether products with numbers of some bits may need words.
func byWords(bits int) bool { return bits == 8 && narrow && !wide && !dots }

// narrowWayOf is the way for numbers of some bits, and how many products of them fit into
// 16 bits: two for each of the quads of a run.
func narrowWayOf(bits, quads int) (way narrowWay, run int) {
	switch {
	case dots:
		return dotsWay, 0
	case bits == 8:
		return signedWay, 0
	}
	return plainWay, min(quads, 8>>(bits-4))
}

// tile computes 32 columns of some rows from groups of a stretch. For each of these it fetches some lines of
// two panels, apart bytes from each other.
type tile func(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, panel, group int, s *float32, groups, quads int, next *uint8, apart, lines int, lows, add bool)

func dot1(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, panel, group int, s *float32, groups, quads int, next *uint8, apart, lines int, lows, add bool)

func dot2(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, panel, group int, s *float32, groups, quads int, next *uint8, apart, lines int, lows, add bool)

func dot4(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, panel, group int, s *float32, groups, quads int, next *uint8, apart, lines int, lows, add bool)

func dot6(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, panel, group int, s *float32, groups, quads int, next *uint8, apart, lines int, lows, add bool)

//go:noescape
func dotTiles(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, panel, group int, s *float32, groups, size int, lows bool, shapes *[64]byte)

//go:noescape
func narrow1(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads, run int, way narrowWay, lows, add bool)

//go:noescape
func narrow2(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads, run int, way narrowWay, lows, add bool)

//go:noescape
func widenNumbers(dst, src *uint8, groups, size, stride int)

//go:noescape
func widenRow(dst *int16, src *int8, n int)

//go:noescape
func unpackNumbers256(dst, src *uint8, units, stride, planes int)

//go:noescape
func unpackHalves256(dst *float32, src *uint8, n, step, stride int)

//go:noescape
func unpackFine256(dst *float32, half, fine *uint8, n, step int, sign float32)

//go:noescape
func quantiseFours(q *int8, f *factor, x *float32, fours, zero int)

//go:noescape
func quantiseRow256(q *int8, f *factor, x *float32, groups, size, zero int)

func quantise(q []int8, f []factor, x []float32, group int, zero int32) {
	switch {
	case len(f) == 0:
	case wide:
		if fours := len(f) / 4; group == 32 && fours > 0 {
			quantiseFours(&q[0], &f[0], &x[0], fours, int(zero))
			if q, f, x = q[fours*128:], f[fours*4:], x[fours*128:]; len(f) == 0 {
				return
			}
		}
		quantiseRow(&q[0], &f[0], &x[0], len(f), group, int(zero))
	case narrow:
		quantiseRow256(&q[0], &f[0], &x[0], len(f), group, int(zero))
	default:
		quantiseGeneric(q, f, x, group, zero)
	}
}

// unpack makes a stretch of two panels ready for dot.
func (m *Matrix) unpack(s *unpacked, pair, k, size int) block {
	numbers, halves, fine := unpackNumbers, unpackHalves, unpackFine
	switch {
	case wide:
	case narrow:
		numbers, halves, fine = unpackNumbers256, unpackHalves256, unpackFine256
	default:
		return m.unpackGeneric(s, pair, k, size)
	}
	return m.unpackBy(s, pair, k, size, numbers, halves, fine)
}

// dot computes 32 columns of all rows from a stretch.
func dot(y []float32, ldy int, x *Activations, k, size int, b *block, add bool) {
	groups, quads := size/b.size, b.size/4
	switch {
	case wide:
	case narrow:
		dotNarrow(y, ldy, x, k, groups, quads, b, add)
		return
	default:
		dotGeneric(y, ldy, x, k, size, b, add)
		return
	}
	// Each group of a tile fetches some lines of the next stretch, as many as a tile of six rows has to.
	next, lines := b.next, 0
	if len(next) > 0 {
		lines = (len(next)-1)/(64*groups*((x.rows+5)/6)) + 1
	} else {
		next = b.numbers // of which nothing is fetched
	}
	r := 0
	if tiles && x.rows >= tileRows {
		r = x.rows - x.rows%tileRows
		dotRows(y, ldy, x, k, groups, r, b, add)
	}
	for r < x.rows {
		rows, tile := 6, tile(dot6)
		switch n := x.rows - r; {
		case n >= 6:
		case n >= 4:
			rows, tile = 4, dot4
		case n >= 2:
			rows, tile = 2, dot2
		default:
			rows, tile = 1, dot1
		}
		tile(&y[r*ldy], ldy, &x.numbers[r*x.k+k], x.k, &x.factors[r*x.groups+k/b.size], x.groups, &b.numbers[0], b.panel, b.group,
			&b.scales[0], groups, quads, &next[0], b.apart, lines, b.lows, add)
		r += rows
		if n := 64 * lines * groups; n < len(next) {
			next = next[n:]
		} else {
			lines = 0
		}
	}
}

// tileRows is how many rows a tile of sums has.
const tileRows = 16

// dotRows computes some of the rows, a multiple of tileRows, in tile registers.
func dotRows(y []float32, ldy int, x *Activations, k, groups, rows int, b *block, add bool) {
	shapes := [64]byte{0: 1} // of sums of both panels, of a group of the rows, of its numbers of both panels
	for t, s := range [5][2]int{{tileRows, 4 * Width}, {tileRows, 4 * Width}, {tileRows, b.size}, {b.size / 4, 4 * Width}, {b.size / 4, 4 * Width}} {
		shapes[48+t], shapes[16+2*t] = byte(s[0]), byte(s[1])
	}
	for r := 0; r < rows; r += tileRows {
		for i := r; i < r+tileRows && !add; i++ {
			clear(y[i*ldy:][:2*Width])
		}
		dotTiles(&y[r*ldy], ldy, &x.numbers[r*x.k+k], x.k, &x.factors[r*x.groups+k/b.size], x.groups, &b.numbers[0], b.panel, b.group,
			&b.scales[0], groups, b.size, b.lows, &shapes)
	}
}

// dotNarrow is dot in 256-bit registers.
func dotNarrow(y []float32, ldy int, x *Activations, k, groups, quads int, b *block, add bool) {
	way, run := narrowWayOf(b.bits, quads)
	byWords := byWords(b.bits) && x.rows >= wordRows
	for j := range 2 {
		numbers, scales, r := &b.numbers[j*b.panel], &b.scales[j*Width], 0
		if byWords {
			widenNumbers(&b.spare[0], numbers, groups, b.size*Width, b.group)
		}
		for ; r+1 < x.rows; r += 2 {
			to, f := &y[r*ldy+j*Width], &x.factors[r*x.groups+k/b.size]
			if byWords {
				narrow2(to, ldy, (*int8)(unsafe.Pointer(&x.words[r*x.k+k])), 2*x.k, f, x.groups, &b.spare[0], 2*b.size*Width,
					scales, 4*b.step(), groups, quads, 0, wordsWay, b.lows, add)
			} else {
				narrow2(to, ldy, &x.numbers[r*x.k+k], x.k, f, x.groups, numbers, b.group, scales, 4*b.step(), groups, quads, run, way, b.lows, add)
			}
		}
		if r < x.rows {
			narrow1(&y[r*ldy+j*Width], ldy, &x.numbers[r*x.k+k], x.k, &x.factors[r*x.groups+k/b.size], x.groups, numbers, b.group,
				scales, 4*b.step(), groups, quads, run, way, b.lows, add)
		}
	}
}
