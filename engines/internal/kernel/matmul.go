package kernel

// MatMul computes C = A·B, or C += A·B when add is set, on one thread.
//
// A is m×K row-major with row stride lda, B is K×N in panels, C is m×N
// row-major with row stride ldc. C must not overlap A or B. Each element is
// summed over k in order with one float32 accumulator that starts from 0, or
// from C when add is set.
func MatMul(c []float32, ldc int, a []float32, lda, m int, b *Panels, add bool) {
	b.check()
	checkMatMul(c, ldc, a, lda, m, b.N, m, b.K)
	matMul(c, ldc, a, lda, 1, m, b, 0, panelCount(b.N), add)
}

// MatMulTA computes C = Aᵀ·B, or C += Aᵀ·B when add is set, on one thread.
//
// A is K×m row-major with row stride lda (so the product's left factor is its
// transpose), B is K×N in panels, C is m×N row-major with row stride ldc. This
// is the weight gradient dW = dYᵀ·X of a linear layer, where K counts tokens.
// The order of summation is that of [MatMul].
func MatMulTA(c []float32, ldc int, a []float32, lda, m int, b *Panels, add bool) {
	b.check()
	checkMatMul(c, ldc, a, lda, m, b.N, b.K, m)
	matMul(c, ldc, a, 1, lda, m, b, 0, panelCount(b.N), add)
}

// matMul computes panels p0 to p1-1 of C = A·B (+ C when add is set), where
// A[i][k] is a[i*rs+k*ks].
func matMul(c []float32, ldc int, a []float32, rs, ks, m int, b *Panels, p0, p1 int, add bool) {
	if useAssembly {
		matMulAsm(c, ldc, a, rs, ks, m, b, p0, p1, add)
		return
	}
	matMulGeneric(c, ldc, a, rs, ks, m, b, p0, p1, add)
}

// checkMatMul panics unless the slices hold the matrices: C is m×n, A is
// rows×cols as stored. The assembly relies on it.
func checkMatMul(c []float32, ldc int, a []float32, lda, m, n, rows, cols int) {
	switch {
	case m < 0:
		panic("kernel: negative matrix size")
	case ldc < n:
		panic("kernel: row stride of C is smaller than its width")
	case lda < cols:
		panic("kernel: row stride of A is smaller than its width")
	case m > 0 && n > 0 && len(c) < (m-1)*ldc+n:
		panic("kernel: C is too short")
	case rows > 0 && cols > 0 && len(a) < (rows-1)*lda+cols:
		panic("kernel: A is too short")
	}
}
