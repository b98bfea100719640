package kernel

const errLength = "kernel: slices differ in length"

// Dot returns the inner product of a and b, which have the same length.
func Dot(a, b []float32) float32 {
	if len(a) != len(b) {
		panic(errLength)
	}
	if useAssembly {
		return dotAsm(a, b)
	}
	return dotGeneric(a, b)
}

// Axpy adds alpha*x to dst, element by element.
func Axpy(dst, x []float32, alpha float32) {
	if len(dst) != len(x) {
		panic(errLength)
	}
	if useAssembly {
		axpyAsm(dst, x, alpha)
		return
	}
	axpyGeneric(dst, x, alpha)
}

// Add adds x to dst, element by element.
func Add(dst, x []float32) { Axpy(dst, x, 1) }

// Scale multiplies x by alpha in place.
func Scale(x []float32, alpha float32) {
	if useAssembly {
		scaleAsm(x, alpha)
		return
	}
	scaleGeneric(x, alpha)
}

// SumSquares returns the sum of the squares of x, accumulated in float64.
func SumSquares(x []float32) float64 {
	if useAssembly {
		return sumSquaresAsm(x)
	}
	return sumSquaresGeneric(x)
}

// Argmax returns the index and the value of the largest element of x; among
// equal ones the lowest index. NaN is never chosen; if every element is NaN or
// -Inf the result is 0 and -Inf. It panics if x is empty.
func Argmax(x []float32) (int, float32) {
	if len(x) == 0 {
		panic("kernel: Argmax of an empty slice")
	}
	if !useAssembly {
		return argmaxGeneric(x)
	}
	top := maximumAsm(x)
	if top == negInf {
		return 0, negInf
	}
	return indexAsm(x, top), top
}
