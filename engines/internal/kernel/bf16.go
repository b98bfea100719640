package kernel

import "math"

// bf16 is bfloat16: the upper half of a float32.
var bf16 = half{"bfloat16", WidenBF16, RoundBF16, 0x7f807f807f807f80, fastBF16}

// RoundBF16 rounds a finite number to the upper half of its bits, to nearest, ties to
// even: adding just under half of the last kept bit, and one more if that bit is odd,
// carries exactly when this goes up.
func RoundBF16(v float32) uint16 {
	bits := math.Float32bits(v)
	return uint16((bits + 0x7fff + bits>>16&1) >> 16)
}

// WidenBF16 is the float32 that a bfloat16 stands for.
func WidenBF16(v uint16) float32 { return math.Float32frombits(uint32(v) << 16) }

// ViewBF16 is a matrix of numbers that stand in panels already, stride apart.
func ViewBF16(k, n, stride int, data []uint16) Half {
	return Half{K: k, N: n, Stride: stride, Data: data, kind: &bf16}
}

// MatMul computes C = A·B on one thread, where A is m×K with row stride lda and C is m×N
// with row stride ldc. It has the bits of [MatMul] with the same numbers in float32.
func (b *Half) MatMul(c []float32, ldc int, a []float32, lda, m int) {
	b.check()
	checkMatMul(c, ldc, a, lda, m, b.N, m, b.K)
	b.multiply(c, ldc, a, lda, 1, m, 0, panelCount(b.N), false)
}
