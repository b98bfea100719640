package kernel

import "math"

var negInf = float32(math.Inf(-1))

func dotGeneric(a, b []float32) float32 {
	var s float32
	for i, v := range a {
		s += v * b[i]
	}
	return s
}

func axpyGeneric(dst, x []float32, alpha float32) {
	for i, v := range x {
		dst[i] += alpha * v
	}
}

func scaleGeneric(x []float32, alpha float32) {
	for i := range x {
		x[i] *= alpha
	}
}

func sumSquaresGeneric(x []float32) float64 {
	var s float64
	for _, v := range x {
		s += float64(v) * float64(v)
	}
	return s
}

func argmaxGeneric(x []float32) (int, float32) {
	at, best := 0, negInf
	for i, v := range x {
		if v > best {
			at, best = i, v
		}
	}
	return at, best
}
