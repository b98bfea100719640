package kernel

import "math"

func rmsScaleGeneric(dst, x, w []float32, inv float32) {
	for i, v := range x {
		dst[i] = v * inv * w[i]
	}
}

func rmsBackwardGeneric(dx, dw, dy, x, w []float32, inv float32) {
	var s float32
	for i, v := range x {
		s += dy[i] * w[i] * v
	}
	c := s * inv * inv * inv / float32(len(x))
	for i, v := range x {
		dx[i] += inv*dy[i]*w[i] - v*c
		dw[i] += dy[i] * v * inv
	}
}

func geluGeneric(dst, x []float32) {
	for i, v := range x {
		dst[i] = v / (1 + exp32(-v*(geluLinear+geluCubic*v*v)))
	}
}

func siluMulGeneric(dst, gate, up []float32) {
	for i, g := range gate {
		dst[i] = g / (1 + exp32(-g)) * up[i]
	}
}

func siluMulBackwardGeneric(dgate, dup, dout, gate, up []float32) {
	for i, g := range gate {
		s := 1 / (1 + exp32(-g))
		d, u := dout[i], up[i]
		dgate[i] = d * u * s * (1 + g*(1-s))
		dup[i] = d * g * s
	}
}

func adamWGeneric(w, g, m, v []float32, lr, beta1, beta2, eps, decay, bias1, bias2 float32) {
	for i, d := range g {
		m[i] = beta1*m[i] + (1-beta1)*d
		v[i] = beta2*v[i] + (1-beta2)*d*d
		root := float32(math.Sqrt(float64(v[i] / bias2)))
		w[i] -= lr * (m[i]/bias1/(root+eps) + decay*w[i])
	}
}
