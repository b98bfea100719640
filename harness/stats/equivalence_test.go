package stats

import (
	"math"
	"testing"
)

func TestEquivalentShares(t *testing.T) {
	a, b := solvedPairs(2500, 430, 430, 940)
	q, err := EquivalentShares(a, b, 0.02, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	// z = 0.02·4300/√860 = 2.93, nearly: the exact test is a little more careful.
	near(t, "p", q.P, normal.Survival(0.02*4300/math.Sqrt(860)), 1e-3)
	if Decide([]Test{q}, 0.05)[0].Outcome != Rejected {
		t.Errorf("equal shares of 4300: %+v", q)
	}
	if e, _ := PairedProportionsAt(a, b, 0.9); e.CI.Low < -0.02 || e.CI.High > 0.02 || e.Value != q.Statistic {
		t.Errorf("difference %v, interval %v", e.Value, *e.CI)
	}
	// A real difference of two points is not equivalence within two points.
	a, b = solvedPairs(2500, 387, 473, 940)
	if q, err = EquivalentShares(a, b, 0.02, 0.05); err != nil || q.P < 0.4 || countPairs(a, b).exceeds(-0.02) > 1e-4 {
		t.Errorf("at the margin: %+v, %v", q, err)
	}
	few, err := EquivalentShares(a[:100], b[:100], 0.02, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	if Decide([]Test{few}, 0.05)[0].Outcome != Insufficient || MinForShares(0.02, 0.05) != 149 {
		t.Errorf("a hundred instances: %+v", few)
	}
	if _, err := EquivalentShares(a, b, 1, 0.05); err == nil {
		t.Error("a margin of everything")
	}
}
