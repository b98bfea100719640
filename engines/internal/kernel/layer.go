package kernel

import "math"

// RMSNorm sets dst = x*inv*w with inv = 1/sqrt(mean(x²)+eps), element by
// element, and returns inv for the backward pass. dst may be x. (Zhang and
// Sennrich, "Root Mean Square Layer Normalization", NeurIPS 2019, equation 4.)
func RMSNorm(dst, x, w []float32, eps float32) (inv float32) {
	if len(dst) != len(x) || len(w) != len(x) {
		panic(errLength)
	}
	inv = float32(1 / math.Sqrt(SumSquares(x)/float64(len(x))+float64(eps)))
	if useAssembly {
		rmsScaleAsm(dst, x, w, inv)
	} else {
		rmsScaleGeneric(dst, x, w, inv)
	}
	return inv
}

// RMSNormBackward adds the gradients of [RMSNorm] with respect to its input and
// its weight to dx and dw. dy is the gradient of the output, x and w are the
// inputs and inv the result of the forward call:
//
//	dx_j += inv*dy_j*w_j - x_j * inv³/n * Σ_i dy_i*w_i*x_i
//	dw_j += dy_j*x_j*inv
func RMSNormBackward(dx, dw, dy, x, w []float32, inv float32) {
	n := len(x)
	if len(dx) != n || len(dw) != n || len(dy) != n || len(w) != n {
		panic(errLength)
	}
	if useAssembly {
		s := dot3Asm(dy, w, x)
		rmsGradsAsm(dx, dw, dy, x, w, inv, s*inv*inv*inv/float32(n))
		return
	}
	rmsBackwardGeneric(dx, dw, dy, x, w, inv)
}

// LayerNorm sets dst = (x-mean(x))*inv*w + b with inv = 1/sqrt(var(x)+eps), element
// by element. b may be nil, dst may be x. (Ba, Kiros and Hinton, "Layer Normalization",
// arXiv:1607.06450, section 3.)
func LayerNorm(dst, x, w, b []float32, eps float32) {
	if len(dst) != len(x) || b != nil && len(b) != len(x) {
		panic(errLength)
	}
	var sum float64
	for _, v := range x {
		sum += float64(v)
	}
	mean := float32(sum / float64(len(x)))
	for i, v := range x {
		dst[i] = v - mean
	}
	RMSNorm(dst, dst, w, eps)
	if b != nil {
		Add(dst, b)
	}
}

// Gelu sets dst = x/2 * (1+tanh(sqrt(2/π)*(x + 0.044715*x³))), which is x times the
// logistic function of twice that argument. dst may be x. (Hendrycks and Gimpel,
// "Gaussian Error Linear Units", arXiv:1606.08415, section 2.)
func Gelu(dst, x []float32) {
	if len(dst) != len(x) {
		panic(errLength)
	}
	if useAssembly {
		geluAsm(dst, x, geluLinear, geluCubic)
		return
	}
	geluGeneric(dst, x)
}

const (
	geluLinear = 1.5957691216057308 // 2*sqrt(2/π)
	geluCubic  = geluLinear * 0.044715
)

// SiluMul sets dst = silu(gate)*up with silu(g) = g/(1+exp(-g)), the gated
// activation SwiGLU. dst may be gate or up. (Shazeer, "GLU Variants Improve
// Transformer", arXiv:2002.05202, section 2.)
func SiluMul(dst, gate, up []float32) {
	if len(dst) != len(gate) || len(up) != len(gate) {
		panic(errLength)
	}
	if useAssembly {
		siluMulAsm(dst, gate, up)
		return
	}
	siluMulGeneric(dst, gate, up)
}

// SiluMulBackward sets dgate and dup to the gradients of [SiluMul], given the
// gradient dout of its output and its inputs. dgate and dup are written, not
// added to; they may be gate and up, or dout.
func SiluMulBackward(dgate, dup, dout, gate, up []float32) {
	n := len(gate)
	if len(dgate) != n || len(dup) != n || len(dout) != n || len(up) != n {
		panic(errLength)
	}
	if useAssembly {
		siluMulBackwardAsm(dgate, dup, dout, gate, up)
		return
	}
	siluMulBackwardGeneric(dgate, dup, dout, gate, up)
}

// AdamW makes one optimiser step on the weights w with gradients g and moments
// m and v. bias1 = 1-beta1^t and bias2 = 1-beta2^t for step t = 1, 2, ….
// (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019,
// algorithm 2, with the schedule multiplier inside lr.)
//
//	m = beta1*m + (1-beta1)*g
//	v = beta2*v + (1-beta2)*g²
//	w = w - lr*( (m/bias1) / (sqrt(v/bias2)+eps) + decay*w )
func AdamW(w, g, m, v []float32, lr, beta1, beta2, eps, decay, bias1, bias2 float32) {
	n := len(w)
	if len(g) != n || len(m) != n || len(v) != n {
		panic(errLength)
	}
	if useAssembly {
		root := float32(1 / math.Sqrt(float64(bias2)))
		adamWAsm(w, g, m, v, beta1, 1-beta1, beta2, 1-beta2, root, eps, lr*decay, lr/bias1)
		return
	}
	adamWGeneric(w, g, m, v, lr, beta1, beta2, eps, decay, bias1, bias2)
}
