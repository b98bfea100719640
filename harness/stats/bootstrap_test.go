package stats

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

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

func TestBootstrapLevels(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	logs := make([]float64, 30)
	for i := range logs {
		logs[i] = math.Log(1.5) + 0.1*rng.NormFloat64()
	}
	boot := NewBootstrap(4000, 1)
	usual, err := boot.Mean(logs)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := boot.At(0.99).Mean(logs)
	if err != nil {
		t.Fatal(err)
	}
	if wide.Level != 0.99 || wide.CI.Low >= usual.CI.Low || wide.CI.High <= usual.CI.High {
		t.Errorf("0.99: %+v, 0.95: %v", wide, *usual.CI)
	}
	coarse, err := NewBootstrap(200, 1).At(0.99).Mean(logs)
	if err != nil || len(coarse.Warnings) != 1 || !strings.Contains(coarse.Warnings[0], "200 draws") {
		t.Errorf("200 draws at 0.99: %+v, %v", coarse, err)
	}
	if _, err := boot.Mean([]float64{1, math.Inf(1)}); !errors.Is(err, ErrNotFinite) {
		t.Errorf("infinite value: %v", err)
	}
}

// Resamples too many to hold are drawn anew, and are the same.
func TestResamplerBeyondMemory(t *testing.T) {
	const n = drawnSet/100 + 1
	boot := NewBootstrap(100, 7)
	next, again := boot.resampler(n, 0), boot.resampler(n, 0)
	other := boot.resampler(n, 1)
	for range 3 {
		a := next()
		if !slices.Equal(a, again()) {
			t.Fatal("the same stream differs")
		}
		if slices.Equal(a, other()) {
			t.Fatal("two streams are the same")
		}
		if len(boot.drawn.indices) != 0 {
			t.Fatal("a large set is held")
		}
	}
	for size := 1500; size < 1620; size++ {
		boot.resampler(size, 0)
	}
	held := 0
	for _, index := range boot.drawn.indices {
		held += len(index)
	}
	if held > drawnAll || held != boot.drawn.held {
		t.Errorf("%d numbers are held, %d counted", held, boot.drawn.held)
	}
}

// Student's 0.975 quantile of 9 degrees of freedom is 2.2622, widened by √(10/9).
func TestExpanded(t *testing.T) {
	near(t, "quantile for ten units", expanded(10, 0.95), 2.26215716*math.Sqrt(10.0/9), 1e-6)
	// Means of 0, 0, 0, 0, 1 without each: 0.2 less these is −0.05 four times and
	// 0.2, with cubes of 0.0075 and squares of 0.05 in all.
	near(t, "acceleration", skewness([]float64{0.25, 0.25, 0.25, 0.25, 0}), 0.0075/(6*math.Pow(0.05, 1.5)), 1e-12)
}
