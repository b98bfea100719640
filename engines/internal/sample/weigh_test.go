package sample

import (
	"math"
	"testing"

	"dllmbench/engines/internal/kernel"
)

// The fast weights are those of float64 but for the rounding of the exponent's
// argument (a float32 product) and of the exponential.
func TestWeightsEqualTheirTwin(t *testing.T) {
	rng := source()
	for _, n := range []int{1, 2, 7, 16, 17, 420, 1024} {
		for _, temperature := range []float64{1e-3, 0.2, 1, 3, 50} {
			row := make([]float32, n)
			for i := range row {
				row[i] = float32(rng.NormFloat64() * 4)
			}
			if n > 7 {
				row[3], row[5] = -inf, float32(math.NaN())
			}
			_, top := kernel.Argmax(row)
			fast, slow := Categorical{Temperature: temperature}, Categorical{Temperature: temperature}
			a, b := fast.weigh(row, top), slow.weighExactly(row, top)
			if math.Abs(a-b) > 1e-5*b {
				t.Errorf("n %d, temperature %g: sums %g and %g", n, temperature, a, b)
			}
			for i, w := range slow.weights {
				// The argument is off by 2^-23 of itself at most.
				tolerance := 1e-6 * w * (1 + math.Abs(float64(row[i]-top))/temperature)
				if !math.IsNaN(float64(row[i])) && math.Abs(fast.weights[i]-w) > tolerance+1e-37 || fast.weights[i] < 0 {
					t.Errorf("n %d, temperature %g, logit %g: %g, want %g", n, temperature, row[i], fast.weights[i], w)
				}
			}
		}
	}
}

// The entropy is that of its definition in float64.
func TestEntropyEqualsItsTwin(t *testing.T) {
	rng := source()
	for _, n := range []int{1, 2, 255, 256, 257, 420, 1024} {
		for _, scale := range []float64{0, 0.1, 3, 40} {
			row := make([]float32, n)
			for i := range row {
				row[i] = float32(rng.NormFloat64() * scale)
			}
			if n > 2 {
				row[n-1] = -inf
			}
			total, want := 0.0, 0.0
			for _, x := range row {
				total += math.Exp(float64(x))
			}
			for _, x := range row {
				if p := math.Exp(float64(x)) / total; p > 0 {
					want -= p * math.Log(p)
				}
			}
			if got := Entropy(row); math.Abs(got-want) > 2e-6*(1+want) {
				t.Errorf("n %d, scale %g: %g, want %g", n, scale, got, want)
			}
		}
	}
	if h := Entropy([]float32{1, float32(math.NaN())}); !math.IsNaN(h) {
		t.Errorf("the entropy of a row with NaN is %g", h)
	}
	if h := Entropy([]float32{-inf, -inf}); !math.IsNaN(h) {
		t.Errorf("the entropy of nothing is %g", h)
	}
}
