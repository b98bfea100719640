//go:build (!amd64 && !arm64) || purego

package quant

// Loops names the loops in use.
func Loops() string { return "generic" }

func quantise(q []int8, f []factor, x []float32, group int, zero int32) {
	quantiseGeneric(q, f, x, group, zero)
}

func (m *Matrix) unpack(s *unpacked, pair, k, size int) block {
	return m.unpackGeneric(s, pair, k, size)
}

func dot(y []float32, ldy int, x *Activations, k, size int, b *block, add bool) {
	dotGeneric(y, ldy, x, k, size, b, add)
}
