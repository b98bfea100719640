package stats

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
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
	}{{50, 11}, {75, 24}, {90, 64}, {95, 130}, {99, 662}, {5, 130}, {25, 24}, {92, 130}} {
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

func TestProportion(t *testing.T) {
	// Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
	for _, c := range []struct {
		r, n   int
		lo, hi float64
	}{{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}} {
		e, err := Proportion(c.r, c.n)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "low", e.CI.Low, c.lo, 5e-5)
		near(t, "high", e.CI.High, c.hi, 5e-5)
	}
	if _, err := Proportion(0, 0); !errors.Is(err, ErrNoData) {
		t.Error("share of nothing")
	}
}

func TestPairedProportions(t *testing.T) {
	// Newcombe 1998, Statistics in Medicine 17:2635, table II, method 10:
	// cells e=36 (both), f=12 (first only), g=2 (second only), h=0 of n=50 give
	// 0.0569 … 0.3404 for first minus second.
	var a, b []bool
	add := func(n int, x, y bool) {
		for range n {
			a, b = append(a, x), append(b, y)
		}
	}
	add(36, true, true)
	add(12, false, true)
	add(2, true, false)
	e, err := PairedProportions(a, b)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "difference", e.Value, 0.2, 1e-12)
	near(t, "low", e.CI.Low, 0.0569, 2e-4)
	near(t, "high", e.CI.High, 0.3404, 2e-4)
	same, err := PairedProportions(a, a)
	if err != nil {
		t.Fatal(err)
	}
	if same.Value != 0 || !same.CI.Contains(0) {
		t.Errorf("an engine against itself: %+v", same)
	}
}

func TestSignedRankP(t *testing.T) {
	for _, c := range []struct {
		name string
		d    []float64
		p    float64
	}{
		{"five of one sign", []float64{1, 2, 3, 4, 5}, 0.0625},
		{"six of one sign", []float64{1, 2, 3, 4, 5, 6}, 0.03125},
		{"ten of one sign", oneTo(10), 2.0 / 1024},
		// W⁻ = 1+2 = 3: the sums 0, 1, 2, 3 (twice) are 5 of 2⁸ assignments.
		{"table", []float64{-1, -2, 3, 4, 5, 6, 7, 8}, 2 * 5.0 / 256},
		// Tied |d|: of the 8 assignments one has no positive difference.
		{"ties", []float64{1, 1, 1}, 0.25},
		{"zeros are left out", []float64{0, 0, 1, 1, 1}, 0.25},
		{"nothing", []float64{0, 0}, 1},
		{"balanced", []float64{1, -1}, 1},
	} {
		near(t, c.name, SignedRankP(c.d), c.p, 1e-15)
	}
	// Exact and normal laws agree where they meet.
	rng := rand.New(rand.NewPCG(1, 1))
	d := make([]float64, 50)
	for i := range d {
		d[i] = rng.NormFloat64() + 0.3
	}
	near(t, "n=50 against n=51", SignedRankP(append(d, 1e-9)), SignedRankP(d), 5e-3)
}

// bruteWalsh lists the Walsh averages, the slow and obvious way.
func TestHodgesLehmannAgainstListing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.SliceOfN(rapid.Float64Range(-1e3, 1e3), 1, 25).Draw(t, "d")
		var all []float64
		for i := range d {
			for j := i; j < len(d); j++ {
				all = append(all, (d[i]+d[j])/2)
			}
		}
		e, err := HodgesLehmann(d)
		if err != nil {
			t.Fatal(err)
		}
		if want := percentile(all, 50); math.Abs(e.Value-want) > 1e-9 {
			t.Fatalf("centre %v, want %v", e.Value, want)
		}
		if (e.CI != nil) != (len(d) >= 6) {
			t.Fatalf("n=%d: interval %v", len(d), e.CI)
		}
		if e.CI != nil && !e.CI.Contains(e.Value) {
			t.Fatalf("%v outside %v", e.Value, *e.CI)
		}
	})
}

// The interval holds exactly the centres that the test does not reject.
func TestHodgesLehmannInvertsTheTest(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for n := 6; n <= 20; n++ {
		d := make([]float64, n)
		for i := range d {
			d[i] = rng.NormFloat64()
		}
		e, err := HodgesLehmann(d)
		if err != nil {
			t.Fatal(err)
		}
		at := func(centre float64) float64 {
			shifted := make([]float64, n)
			for i := range d {
				shifted[i] = d[i] - centre
			}
			return SignedRankP(shifted)
		}
		const eps = 1e-9
		for _, c := range []struct {
			centre float64
			inside bool
		}{{e.CI.Low - eps, false}, {e.CI.Low + eps, true}, {e.CI.High - eps, true}, {e.CI.High + eps, false}} {
			if accepted := at(c.centre) > alpha; accepted != c.inside {
				t.Errorf("n=%d, centre %v: p = %v, inside %v", n, c.centre, at(c.centre), c.inside)
			}
		}
	}
}

func TestPairedRatio(t *testing.T) {
	logs := make([]float64, 8)
	for i := range logs {
		logs[i] = math.Log(2.5)
	}
	e, err := PairedRatio(logs)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "ratio", e.Value, 2.5, 1e-12)
	near(t, "low", e.CI.Low, 2.5, 1e-12)
	for i := range logs {
		logs[i] *= -1
	}
	back, err := PairedRatio(logs)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "inverse", back.Value, 0.4, 1e-12)
	if _, err := PairedRatio(nil); !errors.Is(err, ErrNoData) {
		t.Errorf("no pairs: %v", err)
	}
}

func TestBootstrap(t *testing.T) {
	b := NewBootstrap(2000, 1)
	e, err := b.RatioOfSums([]float64{1, 2, 3, 4, 5, 6}, []float64{2, 4, 6, 8, 10, 12})
	if err != nil {
		t.Fatal(err)
	}
	if e.Value != 0.5 || e.CI == nil || e.CI.Low != 0.5 || e.CI.High != 0.5 {
		t.Errorf("a constant ratio: %+v", e)
	}
	if len(e.Warnings) == 0 {
		t.Error("six units without a warning")
	}
	// Not the mean of the ratios: (1+100)/(1+1000), not (1+0.1)/2.
	e, err = b.RatioOfSums([]float64{1, 100}, []float64{1, 1000})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "ratio", e.Value, 101.0/1001, 1e-15)
	if e.CI != nil || len(e.Warnings) == 0 {
		t.Errorf("two units have interval %v, warnings %q", e.CI, e.Warnings)
	}
	if _, err := b.RatioOfSums([]float64{1}, []float64{0}); !errors.Is(err, ErrNoData) {
		t.Errorf("no denominator: %v", err)
	}
	// Nearly no denominators: the value stands, the interval does not.
	e, err = b.RatioOfSums([]float64{1, 1, 1, 1, 1, 1}, []float64{0, 0, 0, 0, 0, 1})
	if err != nil || e.CI != nil {
		t.Errorf("one denominator of six: %+v, %v", e, err)
	}
	x, y := oneTo(30), oneTo(30)
	first, err := NewBootstrap(500, 9).Mean(x)
	if err != nil {
		t.Fatal(err)
	}
	again, err := NewBootstrap(500, 9).Mean(y)
	if err != nil {
		t.Fatal(err)
	}
	if *first.CI != *again.CI {
		t.Errorf("same seed: %v and %v", *first.CI, *again.CI)
	}
	large, err := b.Mean(oneTo(bootstrapMax + 1))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "delta half width", large.CI.High-large.Value, 1.96*float64(bootstrapMax+1)/math.Sqrt(12)/math.Sqrt(bootstrapMax+1), 0.1)
}

// Simulated coverage of nominal 95% intervals. Seeds are fixed, so the test
// cannot flicker; bands are the nominal level with the known small-sample loss
// of the bootstrap. BCa on skewed data of 30 covers about 92 to 95%.
func TestCoverage(t *testing.T) {
	const runs = 1000
	rng := rand.New(rand.NewPCG(3, 4))
	boot := NewBootstrap(500, 5)
	exponential := func(n int) []float64 {
		xs := make([]float64, n)
		for i := range xs {
			xs[i] = rng.ExpFloat64()
		}
		return xs
	}
	for _, c := range []struct {
		name   string
		lo, hi float64
		covers func() (Estimate, float64)
	}{
		{"median, n=15", 0.94, 1, func() (Estimate, float64) {
			e, _ := Median(exponential(15))
			return e, math.Ln2
		}},
		{"share, n=24, p=0.4", 0.93, 0.98, func() (Estimate, float64) {
			k := 0
			for range 24 {
				if rng.Float64() < 0.4 {
					k++
				}
			}
			e, _ := Proportion(k, 24)
			return e, 0.4
		}},
		{"BCa mean, n=10", 0.90, 0.98, func() (Estimate, float64) {
			e, _ := boot.Mean(exponential(10))
			return e, 1
		}},
		{"BCa mean of normal values, n=5", 0.90, 0.98, func() (Estimate, float64) {
			xs := make([]float64, 5)
			for i := range xs {
				xs[i] = 4 + rng.NormFloat64()
			}
			e, _ := boot.Mean(xs)
			return e, 4
		}},
		{"BCa mean, n=30", 0.90, 0.97, func() (Estimate, float64) {
			e, _ := boot.Mean(exponential(30))
			return e, 1
		}},
		{"BCa ratio, n=24", 0.90, 0.97, func() (Estimate, float64) {
			den := exponential(24)
			num := make([]float64, len(den))
			for i := range den {
				den[i] += 0.5
				num[i] = 3 * den[i] * (1 + 0.3*rng.NormFloat64())
			}
			e, _ := boot.RatioOfSums(num, den)
			return e, 3
		}},
		{"Hodges–Lehmann, n=8", 0.94, 0.99, func() (Estimate, float64) {
			d := make([]float64, 8)
			for i := range d {
				d[i] = 0.2 + rng.NormFloat64()
			}
			e, _ := HodgesLehmann(d)
			return e, 0.2
		}},
		{"paired shares, n=24", 0.92, 0.99, func() (Estimate, float64) {
			a, b := make([]bool, 24), make([]bool, 24)
			for i := range a {
				u := rng.Float64() // shared difficulty of the instance
				a[i], b[i] = u+0.2*rng.NormFloat64() < 0.5, u+0.2*rng.NormFloat64() < 0.5
			}
			e, _ := PairedProportions(a, b)
			return e, 0
		}},
	} {
		hits := 0
		for range runs {
			if e, truth := c.covers(); e.CI.Contains(truth) {
				hits++
			}
		}
		got := float64(hits) / runs
		t.Logf("%s: coverage %.3f", c.name, got)
		if got < c.lo || got > c.hi {
			t.Errorf("%s: coverage %.3f, want %.2f … %.2f", c.name, got, c.lo, c.hi)
		}
	}
}
