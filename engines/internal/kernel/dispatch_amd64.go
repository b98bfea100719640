//go:build amd64 && !purego

package kernel

import "golang.org/x/sys/cpu"

var useAVX2 = cpu.X86.HasAVX2 && cpu.X86.HasFMA

func matMul(c []float32, ldc int, a []float32, rs, ks, m int, b *Panels, p0, p1 int, add bool) {
	if useAVX2 {
		matMulAVX2(c, ldc, a, rs, ks, m, b, p0, p1, add)
		return
	}
	matMulGeneric(c, ldc, a, rs, ks, m, b, p0, p1, add)
}

// spinPause lets a spinning thread wait for about 50 ns without using the
// core's execution units.
//
//go:noescape
func spinPause()
