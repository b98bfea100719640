//go:build arm64 && !purego

package quant

import "golang.org/x/sys/cpu"

// What the CPU has: NEON, and its extensions for dot products and for matrices of bytes.
var (
	narrow   = cpu.ARM64.HasASIMD
	products = cpu.ARM64.HasASIMDDP
	matrices = cpu.ARM64.HasI8MM
)

// Loops names the loops in use: the extension that multiplies bytes where there are several rows.
// The results of all but "generic" have the same bits.
func Loops() string {
	switch {
	case !narrow:
		return "generic"
	case matrices:
		return "i8mm"
	case products:
		return "dotprod"
	}
	return "neon"
}

// tile computes 16 columns of some rows from groups of a stretch.
type tile func(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads int, eight, lows, add bool)

func sdot1(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads int, eight, lows, add bool)

func sdot2(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads int, eight, lows, add bool)

func sdot4(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads int, eight, lows, add bool)

func smull1(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads int, eight, lows, add bool)

func smull2(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads int, eight, lows, add bool)

func smull4(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads int, eight, lows, add bool)

func smmla2(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads int, eight, lows, add bool)

func smmla4(y *float32, ldy int, a *int8, lda int, f *factor, ldf int, w *uint8, group int, s *float32, step, groups, quads int, eight, lows, add bool)

//go:noescape
func flipBytes(dst, src *uint8, n, size, stride int)

//go:noescape
func pairQuads(dst, src *uint8, n, size, stride int, zero uint8)

// manyRows is from how many rows on numbers are made ready once for all: those of eight bits
// flipped, or all paired.
const manyRows = 8

func quantise(q []int8, f []factor, x []float32, group int, zero int32) {
	switch {
	case len(f) == 0:
	case narrow:
		if zero == 128 { // numbers of eight bits are made signed, so that their 0 is 0
			zero = 0
		}
		quantiseRow(&q[0], &f[0], &x[0], len(f), group, int(zero))
	default:
		quantiseGeneric(q, f, x, group, zero)
	}
}

// unpack makes a stretch of two panels ready for dot.
func (m *Matrix) unpack(s *unpacked, pair, k, size int) block {
	if !narrow {
		return m.unpackGeneric(s, pair, k, size)
	}
	return m.unpackBy(s, pair, k, size, unpackNumbers, unpackHalves, unpackFine)
}

// dot computes 32 columns of all rows from a stretch.
func dot(y []float32, ldy int, x *Activations, k, size int, b *block, add bool) {
	if !narrow {
		dotGeneric(y, ldy, x, k, size, b, add)
		return
	}
	groups := size / b.size
	one, two, four := tile(smull1), tile(smull2), tile(smull4)
	if products {
		one, two, four = sdot1, sdot2, sdot4
	}
	numbers, panel, group, flip := b.numbers, b.panel, b.group, b.bits == 8
	if paired := matrices && x.rows >= manyRows; paired || flip && x.rows >= manyRows {
		for j := range 2 {
			to, from := &b.spare[j*stretch*Width], &numbers[j*panel]
			if paired {
				pairQuads(to, from, groups, b.size*Width, group, uint8(b.zero))
			} else {
				flipBytes(to, from, groups, b.size*Width, group)
			}
		}
		numbers, panel, group, flip = b.spare, stretch*Width, b.size*Width, false
		if paired {
			one, two, four = smmla2, smmla2, smmla4
		}
	}
	for r := 0; r < x.rows; {
		rows, tile := 4, four
		yStep, aStep, fStep := ldy, x.k, x.groups
		switch n := x.rows - r; {
		case n >= 4:
		case n >= 2:
			rows, tile = 2, two
		default:
			rows, tile = 1, one
			yStep, aStep, fStep = 0, 0, 0 // where one is for two rows, both are this one
		}
		for j := range 2 {
			tile(&y[r*ldy+j*Width], yStep, &x.numbers[r*x.k+k], aStep, &x.factors[r*x.groups+k/b.size], fStep, &numbers[j*panel], group,
				&b.scales[j*Width], 4*b.step(), groups, b.size/4, flip, b.lows, add)
		}
		r += rows
	}
}
