package stats

import (
	"errors"
	"testing"
)

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
