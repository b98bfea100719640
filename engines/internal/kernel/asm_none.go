//go:build (!amd64 && !arm64) || purego

package kernel

const (
	assembly     = ""
	assemblyBits = 0
	useAssembly  = false
	useAVX512    = false
)

func spinPause() {}

func matMulAsm(c []float32, ldc int, a []float32, rs, ks, m int, b *Panels, p0, p1 int, add bool) {
	panic("kernel: no assembly in this build")
}

func packHalfAsm(dst *uint16, src *byte, width, blocks int) {
	panic("kernel: no assembly in this build")
}

// halfLoops has no loops in this build.
type halfLoops struct {
	expand func(dst *float32, src *uint16, blocks, ahead int)
}

var fastBF16, fastF16 *halfLoops

func (l *halfLoops) rows(c []float32, ldc int, a []float32, rs, ks, rows int, b []uint16, stride, k, panels int, add bool) {
	panic("kernel: no assembly in this build")
}
