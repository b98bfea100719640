package kernel

import "math"

// Softmax replaces x by exp(scale*(x-max(x)))/sum in place and returns the
// maximum of scale*x and the sum before division, so that
// max + log(sum) = log Σ exp(scale*x). scale must be positive.
//
// An element of -Inf becomes exactly 0. If all elements are -Inf (no key may be
// seen) x becomes all zeros, max is -Inf and sum is 0. NaN or +Inf in x gives
// NaN. The result depends on the elements of x and on their number only.
func Softmax(x []float32, scale float32) (max, sum float32) {
	top := maximum(x)
	if top == negInf {
		clear(x)
		return top, 0
	}
	sum = ExpScaled(x, x, scale, top)
	Scale(x, 1/sum)
	return scale * top, sum
}

// LogSumExp returns log Σ exp(x), computed without overflow. It is -Inf if x is
// empty or all elements are -Inf. Decoders compare probabilities of different
// rows by it, many of them close to 1, so the sum and the result are float64.
func LogSumExp(x []float32) float64 {
	top := maximum(x)
	if top == negInf {
		return math.Inf(-1)
	}
	return float64(top) + math.Log(sumExp(x, top))
}

// ExpShift sets dst = exp(scale*x - shift). With shift = max + log(sum) from
// [Softmax] it recomputes the probabilities of a row, as the backward pass of
// attention does. -Inf gives exactly 0. dst may be x.
func ExpShift(dst, x []float32, scale, shift float32) {
	if len(dst) != len(x) {
		panic(errLength)
	}
	if useAssembly {
		expShiftAsm(dst, x, scale, shift)
		return
	}
	expShiftGeneric(dst, x, scale, shift)
}

// ExpScaled sets dst = exp(scale*(x-top)), the weights of a softmax before they
// are normalised, and returns their sum. scale must be positive and finite. -Inf
// gives exactly 0, and so does what is below the smallest normal float32. dst may
// be x.
func ExpScaled(dst, x []float32, scale, top float32) (sum float32) {
	if len(dst) != len(x) {
		panic(errLength)
	}
	if useAssembly {
		return expScaledAsm(dst, x, scale, top)
	}
	return expScaledGeneric(dst, x, scale, top)
}

// SoftmaxCE turns logits into the gradient of the cross-entropy loss
// -log softmax(logits)[target], times weight: weight*(softmax(logits) - onehot),
// in place. It returns the loss itself, not weighted, in nats. Entries of -Inf
// are tokens that cannot occur: they get probability 0; if target is one of
// them the loss is +Inf.
func SoftmaxCE(logits []float32, target int, weight float32) (loss float32) {
	wanted := logits[target]
	top := maximum(logits)
	if top == negInf {
		panic("kernel: SoftmaxCE needs a finite logit")
	}
	sum := ExpScaled(logits, logits, 1, top)
	Scale(logits, weight/sum)
	logits[target] -= weight
	return float32(math.Log(float64(sum))) - (wanted - top)
}

// maximum returns the largest element of x, -Inf for an empty x. NaN is ignored.
func maximum(x []float32) float32 {
	if useAssembly {
		return maximumAsm(x)
	}
	return maximumGeneric(x)
}

// sumExp returns the sum of exp(x-top).
func sumExp(x []float32, top float32) float64 {
	if useAssembly {
		return sumExpAsm(x, top)
	}
	return sumExpGeneric(x, top)
}
