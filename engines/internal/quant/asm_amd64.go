//go:build amd64 && !purego

package quant

import "golang.org/x/sys/cpu"

// Width of the registers in use, in bits: those that multiply bytes in 512, else AVX2, with
// products of bytes where it has them (AVX-VNNI).
var (
	wide   = cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL && cpu.X86.HasAVX512VNNI
	narrow = cpu.X86.HasAVX2 && cpu.X86.HasFMA
	dots   = cpu.X86.HasAVXVNNI
)

// narrowWay is how the narrow loops multiply bytes: two at a time, numbers of eight bits as
// two of four, or four at a time.
type narrowWay uint8

const (
	plainWay narrowWay = iota
	halvesWay
	dotsWay
)

func narrowWayOf(bits int) narrowWay {
	switch {
	case dots:
		return dotsWay
	case bits == 8:
		return halvesWay
	}
	return plainWay
}

// tile computes 32 columns of some rows from groups of a stretch.
type tile func(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, panel, group int, s *float32, groups, quads int, lows, add bool)

func dot1(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, panel, group int, s *float32, groups, quads int, lows, add bool)

func dot2(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, panel, group int, s *float32, groups, quads int, lows, add bool)

func dot4(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, panel, group int, s *float32, groups, quads int, lows, add bool)

func dot6(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, panel, group int, s *float32, groups, quads int, lows, add bool)

//go:noescape
func narrow1(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads int, way narrowWay, lows, add bool)

//go:noescape
func narrow2(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads int, way narrowWay, lows, add bool)

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
		way := narrowWayOf(b.bits)
		for r := 0; r < x.rows; r += 2 {
			tile := narrow2
			if r+1 == x.rows {
				tile = narrow1
			}
			for j := range 2 {
				tile(&y[r*ldy+j*Width], ldy, &x.numbers[r*x.k+k], x.k, &x.factors[r*x.groups+k/b.size], x.groups, &b.numbers[j*b.panel], b.group,
					&b.scales[j*Width], 4*b.step(), groups, quads, way, b.lows, add)
			}
		}
		return
	default:
		dotGeneric(y, ldy, x, k, size, b, add)
		return
	}
	for r := 0; r < x.rows; {
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
			&b.scales[0], groups, quads, b.lows, add)
		r += rows
	}
}
