package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

var (
	nan = float32(math.NaN())
	inf = float32(math.Inf(1))
)

// lengths cover every tail of the 8, 16 and 32 wide loops.
func lengths() []int {
	var n []int
	for i := 1; i <= 70; i++ {
		n = append(n, i)
	}
	return append(n, 127, 128, 384, 1000)
}

// padded returns a copy of x inside a longer slice, and a check that nothing
// beyond x was written.
func padded(t *testing.T, x []float32) []float32 {
	t.Helper()
	const guard = 12345
	whole := append(slices.Clone(x), slices.Repeat([]float32{guard}, 16)...)
	t.Cleanup(func() {
		for _, v := range whole[len(x):] {
			if v != guard {
				t.Errorf("wrote beyond the end of a slice of %d", len(x))
			}
		}
	})
	return whole[:len(x):len(x)]
}

// near fails unless |got-want| <= rel*|want| + abs, for every element.
func near(t *testing.T, name string, got, want []float32, rel, abs float64) {
	t.Helper()
	for i := range want {
		g, w := float64(got[i]), float64(want[i])
		if !(math.Abs(g-w) <= rel*math.Abs(w)+abs) && g != w {
			t.Fatalf("%s, length %d: element %d is %g, want %g", name, len(want), i, g, w)
		}
	}
}

func TestSums(t *testing.T) {
	for _, n := range append(lengths(), 0) {
		a, b, c := randoms(n, 1), randoms(n, 2), randoms(n, 3)
		var dot, dot3, squares, size, size3 float64
		for i := range a {
			x := float64(a[i]) * float64(b[i])
			dot += x
			size += math.Abs(x)
			dot3 += x * float64(c[i])
			size3 += math.Abs(x * float64(c[i]))
			squares += float64(a[i]) * float64(a[i])
		}
		// One rounding per addition, one or two per product.
		limit := float64(n+2) * 0x1p-24
		for name, got := range map[string]float32{"Dot": Dot(a, b), "generic": dotGeneric(a, b)} {
			if math.Abs(float64(got)-dot) > limit*size {
				t.Errorf("%s of %d: %g, want %g", name, n, got, dot)
			}
		}
		if useAssembly {
			if got := dot3Asm(a, b, c); math.Abs(float64(got)-dot3) > limit*size3 {
				t.Errorf("dot3 of %d: %g, want %g", n, got, dot3)
			}
		}
		for name, got := range map[string]float64{"SumSquares": SumSquares(a), "generic": sumSquaresGeneric(a)} {
			if math.Abs(got-squares) > 1e-13*squares {
				t.Errorf("%s of %d: %g, want %g", name, n, got, squares)
			}
		}
	}
}

func TestAxpyAddScale(t *testing.T) {
	for _, n := range append(lengths(), 0) {
		x, y := randoms(n, 1), randoms(n, 2)
		got, want := padded(t, y), slices.Clone(y)
		Axpy(got, x, 0.37)
		axpyGeneric(want, x, 0.37)
		near(t, "Axpy", got, want, 0, 2e-7*4) // one or two roundings of values below 8

		got, want = padded(t, y), slices.Clone(y)
		Add(got, x)
		for i := range want {
			want[i] += x[i]
		}
		near(t, "Add", got, want, 0, 0)

		got, want = padded(t, y), slices.Clone(y)
		Scale(got, -1.7)
		scaleGeneric(want, -1.7)
		near(t, "Scale", got, want, 0, 0)
	}
}

func TestArgmax(t *testing.T) {
	for _, n := range lengths() {
		x := randoms(n, uint64(n))
		for at := range n {
			y := slices.Clone(x)
			y[at] = 9
			for later := at + 1; later < n; later += 5 {
				y[later] = 9 // ties go to the lowest index
			}
			for name, f := range map[string]func([]float32) (int, float32){"Argmax": Argmax, "generic": argmaxGeneric} {
				if i, v := f(y); i != at || v != 9 {
					t.Fatalf("%s of %d: %d, %g, want %d, 9", name, n, i, v, at)
				}
			}
		}
	}
}

func TestArgmaxSpecial(t *testing.T) {
	for _, tc := range []struct {
		x  []float32
		at int
		v  float32
	}{
		{[]float32{nan, 1, 2}, 2, 2},
		{[]float32{2, nan, 1}, 0, 2},
		{[]float32{-inf, -inf}, 0, -inf},
		{[]float32{-inf, -3, nan, -inf, -3}, 1, -3},
		{[]float32{nan, nan}, 0, -inf},
		{[]float32{1, inf, inf}, 1, inf},
		{[]float32{-1, 0, float32(math.Copysign(0, -1))}, 1, 0},
		{slices.Concat(slices.Repeat([]float32{nan}, 40), []float32{-5}), 40, -5},
	} {
		for name, f := range map[string]func([]float32) (int, float32){"Argmax": Argmax, "generic": argmaxGeneric} {
			if at, v := f(tc.x); at != tc.at || v != tc.v {
				t.Errorf("%s(%v) = %d, %g, want %d, %g", name, tc.x, at, v, tc.at, tc.v)
			}
		}
	}
}

func TestLengthMismatchPanics(t *testing.T) {
	a, b := make([]float32, 3), make([]float32, 4)
	for name, f := range map[string]func(){
		"Dot":             func() { Dot(a, b) },
		"Axpy":            func() { Axpy(a, b, 1) },
		"Add":             func() { Add(a, b) },
		"Argmax":          func() { Argmax(nil) },
		"ExpShift":        func() { ExpShift(a, b, 1, 0) },
		"SoftmaxCE":       func() { SoftmaxCE([]float32{-inf, -inf}, 0, 1) },
		"RMSNorm":         func() { RMSNorm(a, a, b, 1) },
		"RMSNormBackward": func() { RMSNormBackward(a, b, a, a, a, 1) },
		"SiluMul":         func() { SiluMul(a, b, a) },
		"SiluMulBackward": func() { SiluMulBackward(a, a, b, a, a) },
		"AdamW":           func() { AdamW(a, a, b, a, 1, 1, 1, 1, 1, 1, 1) },
		"Rope, row":       func() { Rope(a, 4, a[:2], a[:2]) },
		"Rope, odd head":  func() { Rope(a, 3, a[:1], a[:1]) },
		"Rope, angles":    func() { Rope(b, 4, a[:2], a[:1]) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
}

func ExampleArgmax() {
	fmt.Println(Argmax([]float32{0.1, 0.7, 0.2, 0.7}))
	// Output: 1 0.7
}
