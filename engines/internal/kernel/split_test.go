package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// splitTolerance bounds the error of a split product, relative to Σ|a||b|: three
// times the 2⁻¹⁶ of a factor, and the rounding of float32 sums.
const splitTolerance = 1.0 / (1 << 14)

// highTolerance is the same for plain bfloat16: twice the 2⁻⁸ of a factor.
const highTolerance = 1.0 / (1 << 7)

// TestMulSplit compares all four ways to pack, at odd sizes, with float64 sums.
func TestMulSplit(t *testing.T) {
	if !CanSplit() {
		t.Skip("no tile registers for bfloat16 on this machine")
	}
	for _, highOnly := range []bool{false, true} {
		t.Run(fmt.Sprint("high only ", highOnly), func(t *testing.T) { testMulSplit(t, highOnly) })
	}
}

func testMulSplit(t *testing.T, highOnly bool) {
	tolerance := splitTolerance
	if highOnly {
		tolerance = highTolerance
	}
	factor := Split{HighOnly: highOnly}
	rng := rand.New(rand.NewPCG(1, 2))
	random := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(rng.NormFloat64() * math.Exp(3*rng.NormFloat64()))
		}
		return x
	}
	for _, size := range []struct{ m, k, n int }{{1, 32, 32}, {7, 160, 32}, {16, 64, 64}, {33, 96, 160}, {64, 32, 96}, {50, 448, 160}, {96, 160, 64}} {
		for _, add := range []bool{false, true} {
			t.Run(fmt.Sprint(size, add), func(t *testing.T) {
				lda, ldb, ldc := size.k+3, size.n+5, size.n+1
				a, b, c := random(size.m*lda), random(size.k*ldb), random(size.m*ldc)
				left, right, columns := factor, factor, factor
				left.LeftRows(a, lda, size.m, size.k)
				right.RightRows(b, ldb, size.k, size.n)
				columns.RightColumns(transposed(b, ldb, size.k, size.n), size.k, size.k, size.n)
				for name, r := range map[string]*Split{"rows": &right, "columns": &columns} {
					got := append([]float32(nil), c...)
					MulSplit(got, ldc, &left, r, add)
					compareSplit(t, name, tolerance, got, c, ldc, a, lda, b, ldb, size.m, size.k, size.n, add)
				}
			})
		}
	}
	// The left factor in columns, with a k that fills no tile.
	for _, size := range []struct{ m, k, n int }{{32, 1, 32}, {160, 45, 448}, {64, 33, 32}, {96, 512, 160}, {32, 0, 32}} {
		for _, add := range []bool{false, true} {
			lda, ldb, ldc := size.k, size.n, size.n
			a, b, c := random(size.m*lda), random(size.k*ldb), random(size.m*ldc)
			left, right := factor, factor
			left.LeftColumns(transposed(a, lda, size.m, size.k), size.m, size.m, size.k)
			right.RightRows(b, ldb, size.k, size.n)
			got := append([]float32(nil), c...)
			MulSplit(got, ldc, &left, &right, add)
			compareSplit(t, fmt.Sprint(size, add), tolerance, got, c, ldc, a, lda, b, ldb, size.m, size.k, size.n, add)
		}
	}
}

func transposed(x []float32, ld, rows, cols int) []float32 {
	y := make([]float32, rows*cols)
	for r := range rows {
		for c := range cols {
			y[c*rows+r] = x[r*ld+c]
		}
	}
	return y
}

func compareSplit(t *testing.T, name string, tolerance float64, got, before []float32, ldc int, a []float32, lda int, b []float32, ldb, m, k, n int, add bool) {
	t.Helper()
	for i := range m {
		for j := range ldc {
			at := i*ldc + j
			if j >= n {
				if got[at] != before[at] {
					t.Fatalf("%s: wrote beyond row %d", name, i)
				}
				continue
			}
			var want, size float64
			if add {
				want = float64(before[at])
				size = math.Abs(want)
			}
			for p := range k {
				v := float64(a[i*lda+p]) * float64(b[p*ldb+j])
				want += v
				size += math.Abs(v)
			}
			if d := math.Abs(float64(got[at]) - want); !(d <= tolerance*size) {
				t.Fatalf("%s: C[%d][%d] = %g, want %g (error %g of %g)", name, i, j, got[at], want, d, size)
			}
		}
	}
}

// BenchmarkMulSplit compares the products of a layer in training, packing included:
// forward, backward (inner and outer size exchanged), and weight gradient.
func BenchmarkMulSplit(b *testing.B) {
	if !CanSplit() {
		b.Skip("no tile registers for bfloat16 on this machine")
	}
	const m, d, wide = 512, 160, 896
	x, w, y := make([]float32, m*d), make([]float32, wide*d), make([]float32, m*wide)
	for i := range x {
		x[i] = float32(i%7) - 3
	}
	for i := range w {
		w[i] = float32(i%5) - 2
	}
	var panels Panels
	var left, right Split
	high, highLeft := Split{HighOnly: true}, Split{HighOnly: true}
	for _, p := range []struct {
		name string
		pack func() // what a step packs once for all rows
		mul  func()
	}{
		{"forward/float32", func() { panels.Reset(d, wide); panels.PackNT(w, d) }, func() {
			MatMul(y, wide, x, d, m, &panels, false)
		}},
		{"forward/split", func() { right.RightColumns(w, d, d, wide) }, func() {
			left.LeftRows(x, d, m, d)
			MulSplit(y, wide, &left, &right, false)
		}},
		{"forward/bfloat16", func() { high.RightColumns(w, d, d, wide) }, func() {
			highLeft.LeftRows(x, d, m, d)
			MulSplit(y, wide, &highLeft, &high, false)
		}},
		{"backward/float32", func() { panels.Reset(wide, d); panels.PackNN(w, d) }, func() {
			MatMul(x, d, y, wide, m, &panels, false)
		}},
		{"backward/split", func() { right.RightRows(w, d, wide, d) }, func() {
			left.LeftRows(y, wide, m, wide)
			MulSplit(x, d, &left, &right, false)
		}},
		{"gradient/float32", func() {}, func() {
			panels.Reset(m, d)
			panels.PackNN(x, d)
			MatMulTA(w, d, y, wide, wide, &panels, true)
		}},
		{"gradient/split", func() {}, func() {
			right.RightRows(x, d, m, d)
			left.LeftColumns(y, wide, wide, m)
			MulSplit(w, d, &left, &right, true)
		}},
	} {
		b.Run(p.name, func(b *testing.B) {
			p.pack()
			for b.Loop() {
				p.mul()
			}
			b.ReportMetric(float64(b.N)*2*m*d*wide/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}
