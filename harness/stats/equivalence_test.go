package stats

import (
	"math"
	"strings"
	"testing"
)

// The score statistic against its definition: the shares of the table that are
// most likely under the hypothesis, found by search and not by formula.
func TestTangoAgainstSearch(t *testing.T) {
	for _, c := range []struct {
		onlyB, onlyA, n int
		delta           float64
	}{{12, 2, 50, 0.05}, {12, 2, 50, -0.1}, {0, 5, 40, 0.1}, {5, 0, 40, 0.2}, {30, 28, 300, -0.02}, {3, 9, 77, 0.3}, {0, 0, 60, -0.05}} {
		n, b, a := float64(c.n), float64(c.onlyB), float64(c.onlyA)
		logLikelihood := func(q float64) float64 { // q solved only by a, q+delta only by b
			term := func(k, p float64) float64 {
				if k == 0 {
					return 0
				}
				return k * math.Log(p)
			}
			return term(b, q+c.delta) + term(a, q) + term(n-a-b, 1-2*q-c.delta)
		}
		lo, hi := max(0, -c.delta), (1-c.delta)/2
		for range 200 {
			third := (hi - lo) / 3
			if logLikelihood(lo+third) < logLikelihood(hi-third) {
				lo += third
			} else {
				hi -= third
			}
		}
		q := (lo + hi) / 2
		want := (b - a - n*c.delta) / math.Sqrt(n*(2*q+c.delta-sq(c.delta)))
		near(t, "z", tangoZ(c.onlyB, c.onlyA, c.n, c.delta), want, 1e-6*(1+math.Abs(want)))
	}
	// At no difference it is McNemar's z.
	near(t, "McNemar", tangoZ(12, 2, 50, 0), 10/math.Sqrt(14), 1e-12)
	// Engines swapped.
	near(t, "swap", tangoZ(12, 2, 50, 0.1), -tangoZ(2, 12, 50, -0.1), 1e-12)
}

func TestEquivalentShares(t *testing.T) {
	a, b := solvedPairs(2500, 430, 430, 940)
	q, err := EquivalentShares(a, b, 0.02, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	// z = 0.02·4300/√860 = 2.93, nearly.
	near(t, "p", q.P, normal.Survival(0.02*4300/math.Sqrt(860)), 3e-4)
	if Decide([]Test{q.Test}, 0.05)[0].Outcome != Rejected {
		t.Errorf("equal shares of 4300: %+v", q)
	}
	if q.Estimate.CI.Low < -0.02 || q.Estimate.CI.High > 0.02 || q.Estimate.Level != 0.9 {
		t.Errorf("interval %v at %g", *q.Estimate.CI, q.Estimate.Level)
	}
	// A real difference of two points is not equivalence within two points.
	a, b = solvedPairs(2500, 387, 473, 940)
	if q, err = EquivalentShares(a, b, 0.02, 0.05); err != nil || q.P < 0.4 || q.PLow > 1e-4 {
		t.Errorf("at the margin: %+v, %v", q, err)
	}
	few, err := EquivalentShares(a[:100], b[:100], 0.02, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	if Decide([]Test{few.Test}, 0.05)[0].Outcome != Insufficient || len(few.Warnings) != 2 || !strings.Contains(few.Warnings[0], "133 is the least") {
		t.Errorf("a hundred instances: %+v", few)
	}
	if _, err := EquivalentShares(a, b, 1, 0.05); err == nil {
		t.Error("a margin of everything")
	}
}
