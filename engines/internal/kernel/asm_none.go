//go:build !amd64 || purego

package kernel

const (
	useAVX2   = false
	useAVX512 = false
)

func spinPause() {}

func matMulAVX2(c []float32, ldc int, a []float32, rs, ks, m int, b *Panels, p0, p1 int, add bool) {
	panic("kernel: no AVX2 code in this build")
}

func expandBF16(dst *float32, src *uint16, blocks int) { panic("kernel: no AVX2 code in this build") }

func packBF16AVX2(dst *uint16, src *byte, width, blocks int) {
	panic("kernel: no AVX2 code in this build")
}

func mulBF16Rows(c []float32, ldc int, a []float32, rs, ks, rows int, b []uint16, stride, k, panels int, add bool) {
	panic("kernel: no AVX2 code in this build")
}
