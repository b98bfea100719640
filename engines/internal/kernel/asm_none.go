//go:build !amd64 || purego

package kernel

// useAVX2 is false, so that none of the functions below is ever called.
const useAVX2 = false

const useAVX512 = false

const errNoAVX2 = "kernel: no AVX2 code in this build"

func spinPause() {}

func matMulAVX2(c []float32, ldc int, a []float32, rs, ks, m int, b *Panels, p0, p1 int, add bool) {
	panic(errNoAVX2)
}

func dotAVX2(a, b []float32) float32 { panic(errNoAVX2) }

func dot3AVX2(a, b, c []float32) float32 { panic(errNoAVX2) }

func sumSquaresAVX2(x []float32) float64 { panic(errNoAVX2) }

func axpyAVX2(dst, x []float32, alpha float32) { panic(errNoAVX2) }

func scaleAVX2(x []float32, alpha float32) { panic(errNoAVX2) }

func maximumAVX2(x []float32) float32 { panic(errNoAVX2) }

func indexAVX2(x []float32, v float32) int { panic(errNoAVX2) }

func expScaledAVX2(dst, x []float32, scale, top float32) float32 { panic(errNoAVX2) }

func sumExpAVX2(x []float32, top float32) float32 { panic(errNoAVX2) }

func expShiftAVX2(dst, x []float32, scale, shift float32) { panic(errNoAVX2) }

func siluMulAVX2(dst, gate, up []float32) { panic(errNoAVX2) }

func siluMulBackwardAVX2(dgate, dup, dout, gate, up []float32) { panic(errNoAVX2) }

func rmsScaleAVX2(dst, x, w []float32, inv float32) { panic(errNoAVX2) }

func rmsGradsAVX2(dx, dw, dy, x, w []float32, inv, c float32) { panic(errNoAVX2) }

func adamWAVX2(w, g, m, v []float32, beta1, rest1, beta2, rest2, root, eps, decay, rate float32) {
	panic(errNoAVX2)
}

func ropeAVX2(x, cos, sin []float32, sign float32) { panic(errNoAVX2) }

func packPanel(dst, src *float32, ld, blocks int) { panic(errNoAVX2) }

func packRows(dst, src *float32, ld, rows int) { panic(errNoAVX2) }
