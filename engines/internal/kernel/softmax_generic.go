package kernel

import "math"

func exp32(x float32) float32 { return float32(math.Exp(float64(x))) }

func maximumGeneric(x []float32) float32 {
	top := negInf
	for _, v := range x {
		if v > top {
			top = v
		}
	}
	return top
}

func expScaledGeneric(dst, x []float32, scale, top float32) float32 {
	var sum float32
	for i, v := range x {
		e := exp32(scale * (v - top))
		dst[i] = e
		sum += e
	}
	return sum
}

func sumExpGeneric(x []float32, top float32) float64 {
	var sum float64
	for _, v := range x {
		sum += float64(exp32(v - top))
	}
	return sum
}

func expShiftGeneric(dst, x []float32, scale, shift float32) {
	for i, v := range x {
		dst[i] = exp32(scale*v - shift)
	}
}
