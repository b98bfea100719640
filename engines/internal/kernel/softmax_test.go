package kernel

import (
	"math"
	"slices"
	"testing"
)

// TestExp compares exp with math.Exp over the whole range of results. The stated
// limit of the AVX2 version is 2e-7 relative.
func TestExp(t *testing.T) {
	var x []float32
	for v := float32(-87.3365); v < 88.376; v += 0.0007 {
		x = append(x, v)
	}
	x = append(x, 0, 1, -1, 0.5, 1e-7, -1e-7, 88.376, -87.3365)
	got := make([]float32, len(x))
	ExpShift(got, x, 1, 0)
	worst := 0.0
	for i, v := range x {
		want := math.Exp(float64(v))
		worst = max(worst, math.Abs(float64(got[i])-want)/want)
	}
	t.Logf("largest relative error %.3g", worst)
	if worst > 2e-7 {
		t.Errorf("largest relative error %g, want at most 2e-7", worst)
	}
}

func TestExpSpecial(t *testing.T) {
	for _, tc := range []struct{ x, want float32 }{
		{0, 1}, {float32(math.Copysign(0, -1)), 1},
		{-inf, 0}, {-1e30, 0}, {-200, 0}, {-104, 0},
		{inf, inf}, {1e30, inf}, {100, inf}, {nan, nan},
	} {
		for n := 1; n <= 17; n += 8 {
			x := slices.Repeat([]float32{tc.x}, n)
			fast, slow := make([]float32, n), make([]float32, n)
			ExpShift(fast, x, 1, 0)
			expShiftGeneric(slow, x, 1, 0)
			for i := range n {
				for _, got := range []float32{fast[i], slow[i]} {
					if got != tc.want && (got == got || tc.want == tc.want) {
						t.Errorf("exp(%g) = %g, want %g", tc.x, got, tc.want)
					}
				}
			}
		}
	}
}

func TestExpShift(t *testing.T) {
	for _, n := range append(lengths(), 0) {
		x := randoms(n, 3)
		got, want := padded(t, make([]float32, n)), make([]float32, n)
		ExpShift(got, x, 2.5, 1.25)
		expShiftGeneric(want, x, 2.5, 1.25)
		// Arguments up to 12, rounded once more in the generic twin.
		near(t, "ExpShift", got, want, 3e-6, 0)
		ExpShift(x, x, 2.5, 1.25)
		near(t, "ExpShift in place", x, got, 0, 0)
	}
}

// reference is softmax in float64.
func reference(x []float32, scale float64) (p []float64, top, sum float64) {
	top = math.Inf(-1)
	for _, v := range x {
		top = max(top, scale*float64(v))
	}
	p = make([]float64, len(x))
	for i, v := range x {
		p[i] = math.Exp(scale*float64(v) - top)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p, top, sum
}

func TestSoftmax(t *testing.T) {
	for _, n := range lengths() {
		for _, scale := range []float32{1, 0.17677669, 4} {
			x := randoms(n, uint64(n))
			for i := 1; i < n; i += 3 {
				x[i] = -inf
			}
			want, top, sum := reference(x, float64(scale))
			got := padded(t, x)
			gotTop, gotSum := Softmax(got, scale)
			if math.Abs(float64(gotTop)-top) > 1e-6*math.Abs(top) || math.Abs(float64(gotSum)-sum) > 3e-6*sum {
				t.Errorf("n %d, scale %g: max %g sum %g, want %g %g", n, scale, gotTop, gotSum, top, sum)
			}
			// The argument of exp, down to -30, is rounded twice.
			for i := range got {
				if math.Abs(float64(got[i])-want[i]) > 5e-6*want[i] {
					t.Fatalf("n %d, scale %g: p[%d] = %g, want %g", n, scale, i, got[i], want[i])
				}
			}
			slow := slices.Clone(x)
			slowSum := expScaledGeneric(slow, slow, scale, maximumGeneric(slow))
			scaleGeneric(slow, 1/slowSum)
			near(t, "Softmax against its twin", got, slow, 1e-6, 0)

			// The backward pass recomputes the probabilities from max and sum.
			again := make([]float32, n)
			ExpShift(again, x, scale, gotTop+float32(math.Log(float64(gotSum))))
			near(t, "ExpShift after Softmax", again, got, 5e-6, 0)
		}
	}
}

// TestSoftmaxAppended checks that keys nobody may see, at the end of a row,
// change no bit of the others.
func TestSoftmaxAppended(t *testing.T) {
	for _, n := range lengths() {
		x := randoms(n, uint64(n))
		short := slices.Clone(x)
		top, sum := Softmax(short, 0.3)
		for extra := 1; extra <= 40; extra++ {
			long := append(slices.Clone(x), slices.Repeat([]float32{-inf}, extra)...)
			gotTop, gotSum := Softmax(long, 0.3)
			if gotTop != top || gotSum != sum || !slices.Equal(long[:n], short) {
				t.Fatalf("%d elements change when %d of -Inf follow", n, extra)
			}
			if !slices.Equal(long[n:], make([]float32, extra)) {
				t.Fatalf("-Inf does not become 0: %v", long[n:])
			}
		}
	}
}

func TestSoftmaxSpecial(t *testing.T) {
	x := slices.Repeat([]float32{-inf}, 11)
	if top, sum := Softmax(x, 2); top != -inf || sum != 0 || !slices.Equal(x, make([]float32, 11)) {
		t.Errorf("all -Inf: %v, max %g, sum %g", x, top, sum)
	}
	if top, sum := Softmax(nil, 1); top != -inf || sum != 0 {
		t.Errorf("empty: max %g, sum %g", top, sum)
	}
	for _, bad := range []float32{nan, inf} {
		x := []float32{1, 2, bad, 3, 4, 5, 6, 7, 8, 9}
		if _, sum := Softmax(x, 1); sum == sum {
			t.Errorf("%g in a row: sum %g, want NaN", bad, sum)
		}
	}
}

func TestLogSumExp(t *testing.T) {
	for _, n := range lengths() {
		x := randoms(n, uint64(n))
		x[0] += 200 // overflows without the shift
		_, top, sum := reference(x, 1)
		want := top + math.Log(sum)
		// exp of a float32 is right to about 1e-7, and so is a sum; the rest is float64.
		if got := LogSumExp(x); math.Abs(got-want) > 2e-7 {
			t.Errorf("n %d: %g, want %g", n, got, want)
		}
		if useAssembly {
			y := randoms(n, uint64(n))
			fast, slow := sumExpAsm(y, 3), sumExpGeneric(y, 3)
			if math.Abs(fast-slow) > 2e-7*slow {
				t.Errorf("n %d: sum %g, generic %g", n, fast, slow)
			}
		}
	}
	if got := LogSumExp([]float32{-inf, -inf}); !math.IsInf(got, -1) {
		t.Errorf("all -Inf: %g", got)
	}
}

func TestSoftmaxCE(t *testing.T) {
	for _, n := range lengths() {
		x := randoms(n, uint64(n))
		target := n / 2
		if n > 3 {
			x[3] = -inf
			target = n - 1
			if target == 3 {
				target = 0
			}
		}
		p, _, _ := reference(x, 1)
		got := padded(t, x)
		loss := SoftmaxCE(got, target, 0.25)
		if want := -math.Log(p[target]); math.Abs(float64(loss)-want) > 1e-6*(1+want) {
			t.Errorf("n %d: loss %g, want %g", n, loss, want)
		}
		for i := range got {
			want := 0.25 * p[i]
			if i == target {
				want -= 0.25
			}
			if math.Abs(float64(got[i])-want) > 1e-6 {
				t.Fatalf("n %d: gradient %d is %g, want %g", n, i, got[i], want)
			}
		}
	}
	if loss := SoftmaxCE([]float32{1, -inf, 2}, 1, 1); loss != inf {
		t.Errorf("an impossible target has loss %g", loss)
	}
}
