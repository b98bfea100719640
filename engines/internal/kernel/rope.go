package kernel

// Rope rotates the heads of one row by the angles of its position, in place. x
// is a sequence of heads of headDim elements; cos and sin hold headDim/2 values
// each. The pairs are (x[i], x[i+headDim/2]), the convention of Llama
// checkpoints in Hugging Face's layout:
//
//	x[i]   = x[i]*cos[i] - x[i+h]*sin[i]
//	x[i+h] = x[i+h]*cos[i] + x[i]*sin[i],   h = headDim/2
//
// (Su et al., "RoFormer", arXiv:2104.09864, section 3.4.2.)
func Rope(x []float32, headDim int, cos, sin []float32) {
	rope(x, headDim, cos, sin, 1)
}

// RopeBackward is the gradient of [Rope]: the rotation by the negative angles,
// in place.
func RopeBackward(x []float32, headDim int, cos, sin []float32) {
	rope(x, headDim, cos, sin, -1)
}

// rope rotates by the angles times sign, which is 1 or -1.
func rope(x []float32, headDim int, cos, sin []float32, sign float32) {
	if headDim <= 0 || headDim%2 != 0 || len(x)%headDim != 0 {
		panic("kernel: the row is not a sequence of heads of even size")
	}
	if len(cos) != headDim/2 || len(sin) != headDim/2 {
		panic("kernel: cos and sin need headDim/2 values")
	}
	if useAssembly && headDim%16 == 0 {
		ropeAsm(x, cos, sin, sign)
		return
	}
	ropeGeneric(x, headDim, cos, sin, sign)
}

func ropeGeneric(x []float32, headDim int, cos, sin []float32, sign float32) {
	h := headDim / 2
	for ; len(x) > 0; x = x[headDim:] {
		lo, hi := x[:h], x[h:headDim]
		for i, c := range cos {
			s := sign * sin[i]
			a, b := lo[i], hi[i]
			lo[i] = float32(a*c) - float32(b*s) // not fused, so that heads that no
			hi[i] = float32(b*c) + float32(a*s) // assembly takes are equal everywhere
		}
	}
}
