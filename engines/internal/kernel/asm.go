package kernel

// The twins of the generic loops in assembly. Slices given to one function have the
// same length; the callers check. In builds without assembly useAssembly is the
// constant false, so that the compiler leaves every call of them out.

//go:noescape
func dotAsm(a, b []float32) float32

//go:noescape
func dot3Asm(a, b, c []float32) float32

//go:noescape
func sumSquaresAsm(x []float32) float64

//go:noescape
func axpyAsm(dst, x []float32, alpha float32)

//go:noescape
func scaleAsm(x []float32, alpha float32)

//go:noescape
func maximumAsm(x []float32) float32

//go:noescape
func indexAsm(x []float32, v float32) int

//go:noescape
func expScaledAsm(dst, x []float32, scale, top float32) float32

//go:noescape
func sumExpAsm(x []float32, top float32) float64

//go:noescape
func expShiftAsm(dst, x []float32, scale, shift float32)

//go:noescape
func geluAsm(dst, x []float32, linear, cubic float32)

//go:noescape
func siluMulAsm(dst, gate, up []float32)

//go:noescape
func siluMulBackwardAsm(dgate, dup, dout, gate, up []float32)

//go:noescape
func rmsScaleAsm(dst, x, w []float32, inv float32)

//go:noescape
func rmsGradsAsm(dx, dw, dy, x, w []float32, inv, c float32)

//go:noescape
func adamWAsm(w, g, m, v []float32, beta1, rest1, beta2, rest2, root, eps, decay, rate float32)

//go:noescape
func ropeAsm(x, cos, sin []float32, sign float32)

//go:noescape
func packPanel(dst, src *float32, ld, blocks int)

//go:noescape
func packRows(dst, src *float32, ld, rows int)
