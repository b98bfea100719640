package stats

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tol {
		t.Errorf("%s = %v, want %v ± %v", what, got, want, tol)
	}
}

func oneTo(n int) []float64 {
	xs := make([]float64, n)
	for i := range xs {
		xs[i] = float64(i + 1)
	}
	return xs
}

// The numbers of the library trap: of 1…10, montanaflynn's linear p50 is 5.5
// where gonum's LinInterp gives 5, and the sample deviation is 3.03 where the
// population's is 2.87.
func TestDefinitions(t *testing.T) {
	near(t, "p50", percentile(oneTo(10), 50), 5.5, 0)
	near(t, "p25", percentile(oneTo(10), 25), 3.25, 0)
	sd, ok := StdDev(oneTo(10))
	if !ok {
		t.Fatal("no standard deviation of ten values")
	}
	near(t, "sd", sd, math.Sqrt(82.5/9), 1e-12)
	if _, ok := StdDev([]float64{1}); ok {
		t.Error("one value has a standard deviation")
	}
	near(t, "mean", Mean(oneTo(10)), 5.5, 0)
}

func TestQuantileFloors(t *testing.T) {
	for _, c := range []struct {
		percent float64
		need    int
	}{{50, 11}, {75, 24}, {90, 64}, {95, 130}, {99, 662}, {5, 130}, {25, 24}, {97, 219}, {80, 31}, {99.9, 6636},
		// Not a published one: 0.92⁸¹ + 81·0.08·0.92⁸⁰ = 0.0094 and 0.0101 for n = 80.
		{92, 81}, {8, 81}} {
		if got := Floor(c.percent); got != c.need {
			t.Errorf("Floor(%g) = %d, want %d", c.percent, got, c.need)
		}
		if _, err := Quantile(oneTo(c.need-1), c.percent); err == nil || !strings.Contains(err.Error(), "needs") {
			t.Errorf("p%g of %d values: error %v", c.percent, c.need-1, err)
		}
		if _, err := Quantile(oneTo(c.need), c.percent); err != nil {
			t.Errorf("p%g of %d values: %v", c.percent, c.need, err)
		}
	}
	e, err := Quantile(oneTo(131), 95)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "p95 of 1…131", e.Value, 1+0.95*130, 1e-12)
	if _, err := Quantile(nil, 50); !errors.Is(err, ErrNoData) {
		t.Errorf("empty sample: %v", err)
	}
}

func TestMedian(t *testing.T) {
	// Ranks from the binomial table: n=6 → 1, n=10 → 2, n=20 → 6.
	for _, c := range []struct{ n, k int }{{1, 0}, {5, 0}, {6, 1}, {8, 1}, {9, 2}, {10, 2}, {20, 6}} {
		e, err := Median(oneTo(c.n))
		if err != nil {
			t.Fatal(err)
		}
		near(t, "median", e.Value, float64(c.n+1)/2, 0)
		if c.k == 0 {
			if e.CI != nil || len(e.Warnings) == 0 {
				t.Errorf("n=%d: interval %v, warnings %q", c.n, e.CI, e.Warnings)
			}
			continue
		}
		if e.CI == nil || e.CI.Low != float64(c.k) || e.CI.High != float64(c.n+1-c.k) {
			t.Errorf("n=%d: interval %v, want ranks %d and %d", c.n, e.CI, c.k, c.n+1-c.k)
		}
	}
	if _, err := Median(nil); !errors.Is(err, ErrNoData) {
		t.Error("median of nothing")
	}
}
