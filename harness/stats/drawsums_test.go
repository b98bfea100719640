package stats

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// The sums over resamples have the bits of a plain loop, for sizes whose
// resamples are kept and for one whose resamples are not.
func TestDrawSums(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct{ draws, n int }{{101, 5}, {1000, 50}, {2003, 2100}} {
		b := NewBootstrap(c.draws, 9)
		varied, same := make([]float64, c.n), make([]float64, c.n)
		for i := range varied {
			varied[i], same[i] = rng.NormFloat64(), 0.1
		}
		sums := b.drawSums(c.n, varied, same)
		next := b.resampler(c.n, 0)
		for d := range c.draws {
			var s, constant float64
			for _, i := range next() {
				s += varied[i]
				constant += same[i]
			}
			if sums[0][d] != s || sums[1][d] != constant {
				t.Fatalf("%d draws of %d: draw %d is %v and %v, want %v and %v", c.draws, c.n, d, sums[0][d], sums[1][d], s, constant)
			}
		}
	}
}

// Selecting gives the percentile of the library, with ties and without.
func TestSelected(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, values := range []int{1, 2, 7, 1 << 40} {
		for _, n := range []int{1, 2, 3, 10, 1000} {
			xs := make([]float64, n)
			for i := range xs {
				xs[i] = float64(rng.IntN(values)) / 7
			}
			for _, p := range []float64{0.025, 1, 2.5, 33.3, 50, 97.5, 99.99, 100} {
				if got, want := selected(slices.Clone(xs), p), percentile(xs, p); got != want {
					t.Errorf("p%g of %d numbers out of %d values: %v, want %v", p, n, values, got, want)
				}
			}
		}
	}
}

// What never differs has an interval without width, the same as by drawing.
func TestRatioOfEqualUnits(t *testing.T) {
	b := NewBootstrap(1000, 1)
	num, den := slices.Repeat([]float64{0.1}, 12), slices.Repeat([]float64{0.3}, 12)
	e, err := b.RatioOfSums(num, den)
	if err != nil {
		t.Fatal(err)
	}
	drawn := b.begin(e.Value, 12, "")
	b.finish(&drawn, b.resample(num, den), 0, 12)
	if *e.CI != *drawn.CI || e.CI.Low != e.Value {
		t.Errorf("%v, by drawing %v, of %v", *e.CI, *drawn.CI, e.Value)
	}
}
