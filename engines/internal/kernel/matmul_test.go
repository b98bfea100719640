package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// randoms returns n values from a normal distribution, the same on every run.
func randoms(n int, seed uint64) []float32 {
	r := rand.New(rand.NewPCG(seed, 1))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

// operands of a product with the strides wider than the matrices.
type operands struct {
	m, k, n  int
	lda, ldt int // strides of a and at
	a, at    []float32
	bt       []float32 // N×K
	b        *Panels
	ldc      int
	c        []float32
}

func newOperands(m, k, n int) *operands {
	o := &operands{m: m, k: k, n: n, lda: k + 3, ldt: m + 5, ldc: n + 2}
	o.a = randoms(m*o.lda, 1)
	o.at = randoms(k*o.ldt, 2)
	for i := range m {
		for kk := range k {
			o.at[kk*o.ldt+i] = o.a[i*o.lda+kk]
		}
	}
	ld := k + 1
	o.bt = randoms(n*ld, 3)
	o.b = NewPanels(k, n)
	o.b.PackNT(o.bt, ld)
	o.c = randoms(m*o.ldc, 4)
	return o
}

// check compares c with the product in float64. Each of the k additions of the
// sum may lose half a unit in the last place of the partial sum, so the limit
// is k*2^-24 times the sum of the absolute terms.
func (o *operands) check(t *testing.T, name string, c []float32, add bool) {
	t.Helper()
	for i := range o.m {
		for j := range o.n {
			var want, size float64
			if add {
				want = float64(o.c[i*o.ldc+j])
				size = math.Abs(want)
			}
			for kk := range o.k {
				v := float64(o.a[i*o.lda+kk]) * float64(o.bt[j*(o.k+1)+kk])
				want += v
				size += math.Abs(v)
			}
			got := float64(c[i*o.ldc+j])
			if limit := float64(o.k+1) * 0x1p-24 * size; !(math.Abs(got-want) <= limit) {
				t.Fatalf("%s %dx%dx%d add=%v: c[%d][%d] = %g, want %g ± %g", name, o.m, o.k, o.n, add, i, j, got, want, limit)
			}
		}
		if got := c[i*o.ldc+o.n : (i+1)*o.ldc]; !slices.Equal(got, o.c[i*o.ldc+o.n:(i+1)*o.ldc]) {
			t.Fatalf("%s %dx%dx%d: wrote beyond row %d of C", name, o.m, o.k, o.n, i)
		}
	}
}

// Shapes that meet every kernel: row tails 1 to 5, full tiles, several row
// blocks, one to many panels, a partly filled last panel, several blocks of k.
func forEachShape(f func(m, k, n int)) {
	for m := 1; m <= 13; m++ {
		for _, k := range []int{1, 4, 33} {
			for _, n := range []int{1, 16, 17, 48, 70, 112} {
				f(m, k, n)
			}
		}
	}
	for _, s := range [][3]int{
		{1, 700, 128}, {2, 321, 40}, {7, 319, 40}, {14, 700, 33},
		{70, 16, 128}, {97, 321, 40}, {193, 16, 40}, {200, 330, 20}, {400, 3, 17},
	} {
		f(s[0], s[1], s[2])
	}
}

func TestMatMulAgainstFloat64(t *testing.T) {
	forEachShape(func(m, k, n int) {
		o := newOperands(m, k, n)
		for _, add := range []bool{false, true} {
			c := slices.Clone(o.c)
			MatMul(c, o.ldc, o.a, o.lda, m, o.b, add)
			o.check(t, "MatMul", c, add)

			c = slices.Clone(o.c)
			MatMulTA(c, o.ldc, o.at, o.ldt, m, o.b, add)
			o.check(t, "MatMulTA", c, add)

			c = slices.Clone(o.c)
			matMulGeneric(c, o.ldc, o.a, o.lda, 1, m, o.b, 0, panelCount(n), add)
			o.check(t, "generic", c, add)

			c = slices.Clone(o.c)
			matMulGeneric(c, o.ldc, o.at, 1, o.ldt, m, o.b, 0, panelCount(n), add)
			o.check(t, "generic transposed", c, add)
		}
	})
}

// exactProduct computes one element the way the package promises: one float32
// accumulator over k in order, fused multiply-add on AVX2, multiply then add in
// the generic variant.
func exactProduct(acc float32, k int, a, b func(k int) float32) float32 {
	for i := range k {
		if useAssembly {
			acc = fma32(a(i), b(i), acc)
		} else {
			acc += float32(a(i) * b(i))
		}
	}
	return acc
}

// fma32 is a*b+c rounded once to float32. The product of two float32 is exact in
// float64; the sum is made exact by rounding to odd, which a second rounding to
// float32 cannot spoil.
func fma32(a, b, c float32) float32 {
	p, q := float64(a)*float64(b), float64(c)
	s := p + q
	t := s - p
	if err := (p - (s - t)) + (q - t); err != 0 && math.Float64bits(s)&1 == 0 {
		if (err > 0) == (s > 0) {
			s = math.Float64frombits(math.Float64bits(s) + 1)
		} else {
			s = math.Float64frombits(math.Float64bits(s) - 1)
		}
	}
	return float32(s)
}

// TestMatMulBits checks row-count invariance in its strongest form: every
// element has exactly the bits of the sequential sum, whatever the number of
// rows, the column, the strides, the number of threads and the register width.
func TestMatMulBits(t *testing.T) {
	pool := NewPool(2)
	defer pool.Close()
	forEachShape(func(m, k, n int) {
		o := newOperands(m, k, n)
		for _, add := range []bool{false, true} {
			want := slices.Clone(o.c)
			for i := range m {
				for j := range n {
					var acc float32
					if add {
						acc = o.c[i*o.ldc+j]
					}
					want[i*o.ldc+j] = exactProduct(acc, k,
						func(kk int) float32 { return o.a[i*o.lda+kk] },
						func(kk int) float32 { return o.bt[j*(k+1)+kk] })
				}
			}
			for name, f := range atEveryWidth(map[string]func(c []float32){
				"MatMul":      func(c []float32) { MatMul(c, o.ldc, o.a, o.lda, m, o.b, add) },
				"MatMulTA":    func(c []float32) { MatMulTA(c, o.ldc, o.at, o.ldt, m, o.b, add) },
				"Pool.MatMul": func(c []float32) { pool.MatMul(c, o.ldc, o.a, o.lda, m, o.b, add) },
			}) {
				c := slices.Clone(o.c)
				f(c)
				for at := range c {
					if math.Float32bits(c[at]) != math.Float32bits(want[at]) {
						t.Fatalf("%s %dx%dx%d add=%v: c[%d][%d] = %x, want %x", name, m, k, n, add,
							at/o.ldc, at%o.ldc, math.Float32bits(c[at]), math.Float32bits(want[at]))
					}
				}
			}
		}
	})
}

// atEveryWidth makes of each function one for each register width of products.
func atEveryWidth(functions map[string]func([]float32)) map[string]func([]float32) {
	out := map[string]func([]float32){}
	for name, f := range functions {
		for _, bits := range productWidths() {
			out[fmt.Sprintf("%s, %d bits,", name, bits)] = func(c []float32) {
				defer useWidth(bits)()
				f(c)
			}
		}
	}
	return out
}

// TestMatMulRowsAlone computes every row of a large product alone and in
// batches of all sizes up to 20.
func TestMatMulRowsAlone(t *testing.T) {
	pool := NewPool(2)
	defer pool.Close()
	const m, k, n = 75, 384, 150
	o := newOperands(m, k, n)
	whole := slices.Clone(o.c)
	pool.MatMul(whole, o.ldc, o.a, o.lda, m, o.b, false)
	for size := 1; size <= 20; size++ {
		for i := 0; i < m; i += size {
			rows := min(size, m-i)
			c := make([]float32, rows*o.ldc)
			pool.MatMul(c, o.ldc, o.a[i*o.lda:], o.lda, rows, o.b, false)
			for r := range rows {
				if !slices.Equal(c[r*o.ldc:r*o.ldc+n], whole[(i+r)*o.ldc:(i+r)*o.ldc+n]) {
					t.Fatalf("row %d differs when computed in a batch of %d", i+r, rows)
				}
			}
		}
	}
}

func TestMatMulNaNStaysInItsRowAndColumn(t *testing.T) {
	o := newOperands(9, 20, 40)
	o.a[3*o.lda+7] = float32(math.NaN())
	c := slices.Clone(o.c)
	MatMul(c, o.ldc, o.a, o.lda, o.m, o.b, false)
	for i := range o.m {
		for j := range o.n {
			if got := c[i*o.ldc+j]; (got != got) != (i == 3) {
				t.Fatalf("c[%d][%d] = %g", i, j, got)
			}
		}
	}
}

func TestMatMulEmptySum(t *testing.T) {
	b := NewPanels(0, 20)
	c := randoms(3*20, 1)
	want := slices.Clone(c)
	MatMul(c, 20, nil, 0, 3, b, true)
	if !slices.Equal(c, want) {
		t.Error("adding an empty product changed C")
	}
	MatMul(c, 20, nil, 0, 3, b, false)
	if !slices.Equal(c, make([]float32, 60)) {
		t.Error("an empty product is not zero")
	}
}

// TestPanelsSpareCapacity multiplies with panels whose stride leaves room to
// grow, as a cache of keys does.
func TestPanelsSpareCapacity(t *testing.T) {
	const k, n, capacity = 12, 37, 31
	o := newOperands(7, k, n)
	wide := &Panels{K: k, N: n, Stride: capacity * PanelWidth, Data: randoms(panelCount(n)*capacity*PanelWidth, 9)}
	wide.PackNT(o.bt, k+1)
	want, got := slices.Clone(o.c), slices.Clone(o.c)
	MatMul(want, o.ldc, o.a, o.lda, o.m, o.b, true)
	MatMul(got, o.ldc, o.a, o.lda, o.m, wide, true)
	if !slices.Equal(got, want) {
		t.Error("a wider panel stride changes the product")
	}
}

func TestPackLayout(t *testing.T) {
	for _, k := range []int{1, 5, 8, 16, 31, 300} {
		for _, n := range []int{1, 7, 15, 16, 17, 100, 130} {
			ldn, ldt := n+3, k+2
			nn, nt := randoms(k*ldn, 5), randoms(n*ldt, 6)
			for kk := range k {
				for j := range n {
					nt[j*ldt+kk] = nn[kk*ldn+j]
				}
			}
			for name, pack := range map[string]func(b *Panels){
				"PackNN": func(b *Panels) { b.PackNN(nn, ldn) },
				"PackNT": func(b *Panels) { b.PackNT(nt, ldt) },
			} {
				b := NewPanels(k+1, n+20)
				for i := range b.Data {
					b.Data[i] = 77
				}
				b.Reset(k, n)
				pack(b)
				for j := range panelCount(n) * PanelWidth {
					for kk := range k {
						var want float32
						if j < n {
							want = nn[kk*ldn+j]
						}
						if got := b.Data[j/PanelWidth*b.Stride+kk*PanelWidth+j%PanelWidth]; got != want {
							t.Fatalf("%s %dx%d: B[%d][%d] = %g, want %g", name, k, n, kk, j, got, want)
						}
					}
				}
			}
		}
	}
}

func TestMatMulPanics(t *testing.T) {
	b := NewPanels(8, 20)
	long := make([]float32, 1000)
	for name, f := range map[string]func(){
		"C too short":       func() { MatMul(long[:59], 20, long, 8, 3, b, false) },
		"C stride":          func() { MatMul(long, 19, long, 8, 3, b, false) },
		"A too short":       func() { MatMul(long, 20, long[:23], 8, 3, b, false) },
		"A stride":          func() { MatMul(long, 20, long, 7, 3, b, false) },
		"TA too short":      func() { MatMulTA(long, 20, long[:23], 3, 3, b, false) },
		"TA stride":         func() { MatMulTA(long, 20, long, 2, 3, b, false) },
		"negative rows":     func() { MatMul(long, 20, long, 8, -1, b, false) },
		"panels too short":  func() { MatMul(long, 20, long, 8, 3, &Panels{K: 8, N: 20, Stride: 128, Data: long[:255]}, false) },
		"panel stride":      func() { MatMul(long, 20, long, 8, 3, &Panels{K: 8, N: 20, Stride: 127, Data: long}, false) },
		"negative panels":   func() { NewPanels(-1, 3) },
		"pool, C too short": func() { p := NewPool(1); defer p.Close(); p.MatMul(long[:59], 20, long, 8, 3, b, false) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func TestPoolMatMulDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	pool := NewPool(2)
	defer pool.Close()
	o := newOperands(96, 128, 128)
	if got := testing.AllocsPerRun(20, func() { pool.MatMul(o.c, o.ldc, o.a, o.lda, o.m, o.b, false) }); got >= 1 {
		t.Errorf("Pool.MatMul allocates %g times", got)
	}
}

func ExampleMatMul() {
	a := []float32{1, 2, 3, 4} // 2×2
	b := NewPanels(2, 2)
	b.PackNN([]float32{5, 6, 7, 8}, 2)
	c := make([]float32, 4)
	MatMul(c, 2, a, 2, 2, b, false)
	fmt.Println(c)
	// Output: [19 22 43 50]
}
