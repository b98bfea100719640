package kernel

// The AVX2 twins of the generic loops. Slices given to one function have the
// same length; the callers check. In builds without assembly useAVX2 is the
// constant false, so that the compiler leaves every call of them out.

//go:noescape
func dotAVX2(a, b []float32) float32

//go:noescape
func dot3AVX2(a, b, c []float32) float32

//go:noescape
func sumSquaresAVX2(x []float32) float64

//go:noescape
func axpyAVX2(dst, x []float32, alpha float32)

//go:noescape
func scaleAVX2(x []float32, alpha float32)

//go:noescape
func maximumAVX2(x []float32) float32

//go:noescape
func indexAVX2(x []float32, v float32) int

//go:noescape
func expScaledAVX2(dst, x []float32, scale, top float32) float32

//go:noescape
func sumExpAVX2(x []float32, top float32) float64

//go:noescape
func expShiftAVX2(dst, x []float32, scale, shift float32)

//go:noescape
func geluAVX2(dst, x []float32, linear, cubic float32)

//go:noescape
func siluMulAVX2(dst, gate, up []float32)

//go:noescape
func siluMulBackwardAVX2(dgate, dup, dout, gate, up []float32)

//go:noescape
func rmsScaleAVX2(dst, x, w []float32, inv float32)

//go:noescape
func rmsGradsAVX2(dx, dw, dy, x, w []float32, inv, c float32)

//go:noescape
func adamWAVX2(w, g, m, v []float32, beta1, rest1, beta2, rest2, root, eps, decay, rate float32)

//go:noescape
func ropeAVX2(x, cos, sin []float32, sign float32)

//go:noescape
func packPanel(dst, src *float32, ld, blocks int)

//go:noescape
func packRows(dst, src *float32, ld, rows int)
