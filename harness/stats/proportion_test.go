package stats

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
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
	// No instance tells the engines apart: the share that one of them solves alone
	// is still at most 1 − 0.025^(1/n).
	a, b := solvedPairs(36, 0, 0, 14)
	e, err := PairedProportions(a, b)
	if err != nil {
		t.Fatal(err)
	}
	bound := 1 - math.Pow(0.025, 1.0/50)
	near(t, "low", e.CI.Low, -bound, 1e-6)
	near(t, "high", e.CI.High, bound, 1e-6)
	// Where all instances tell them apart the share is that of a binomial law with
	// the interval of Clopper and Pearson: 20 of 20.
	a, b = solvedPairs(0, 0, 20, 0)
	if e, err = PairedProportions(a, b); err != nil {
		t.Fatal(err)
	}
	near(t, "value", e.Value, 1, 0)
	near(t, "high", e.CI.High, 1, 1e-6)
	if low := 2*math.Pow(0.025, 1.0/20) - 1; e.CI.Low > low || e.CI.Low < low-0.2 {
		t.Errorf("low %v, of discordant instances alone %v", e.CI.Low, low)
	}
}

// The confidence distributions drawn, the slow and obvious way: β and λ of Beta
// laws, and how often their difference is at most delta.
func TestPairedDifferenceAgainstDraws(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	beta := func(x, y int) float64 {
		if x == 0 || y == 0 {
			return float64(min(x, 1))
		}
		return distuv.Beta{Alpha: float64(x), Beta: float64(y), Src: rng}.Rand()
	}
	const draws = 40000
	for _, c := range []pairCounts{{1, 3, 10}, {0, 4, 12}, {4, 0, 12}, {12, 2, 50}, {30, 45, 75}, {5, 90, 400}} {
		m := c.onlyA + c.onlyB
		for _, delta := range []float64{-0.3, -0.05, 0, 0.05, 0.2} {
			hits := 0
			for range draws {
				b := beta(c.onlyB, c.onlyA+1)
				share := beta(m, c.n-m+1)
				if b < 0.5 {
					share = beta(m+1, c.n-m)
				}
				if share*(2*b-1) <= delta {
					hits++
				}
			}
			near(t, fmt.Sprintf("%v at %g", c, delta), c.exceeds(delta), float64(hits)/draws, 0.011)
		}
	}
}
