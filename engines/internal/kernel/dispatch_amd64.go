//go:build amd64 && !purego

package kernel

const useAVX2 = false

func matMul(c []float32, ldc int, a []float32, rs, ks, m int, b *Panels, p0, p1 int, add bool) {
	matMulGeneric(c, ldc, a, rs, ks, m, b, p0, p1, add)
}

func spinPause() {}
