package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// dualLevels are those of intervals that are shown, and of families of tests.
var dualLevels = []float64{0.9, 0.95, 0.99, 1 - 0.01/7}

// agree fails unless an interval leaves out 0 exactly where the test rejects.
func agree(t *rapid.T, e Estimate, test Test, level float64) {
	if e.CI == nil {
		if test.P <= 1-level {
			t.Fatalf("p = %v, and there is no interval at %v", test.P, level)
		}
		return
	}
	if rejects := test.P <= 1-level; rejects == e.CI.Contains(0) {
		t.Fatalf("p = %v, and the interval at %v is [%v, %v]", test.P, level, e.CI.Low, e.CI.High)
	}
	if e.CI.Low > e.CI.High || e.Value < e.CI.Low-1e-6 || e.Value > e.CI.High+1e-6 {
		t.Fatalf("%v is not in [%v, %v]", e.Value, e.CI.Low, e.CI.High)
	}
}

// TestIntervalsAreDualToTests: whatever the data, an interval leaves out "no
// difference" exactly where the test that decides rejects it, so that no sentence
// says the one and shows the other.
func TestIntervalsAreDualToTests(t *testing.T) {
	t.Run("shares", rapid.MakeCheck(func(t *rapid.T) {
		a, b := solvedPairs(rapid.IntRange(0, 30).Draw(t, "both"), rapid.IntRange(0, 25).Draw(t, "a"), rapid.IntRange(0, 25).Draw(t, "b"), rapid.IntRange(1, 200).Draw(t, "none"))
		level := rapid.SampledFrom(dualLevels).Draw(t, "level")
		e, _ := PairedProportionsAt(a, b, level)
		test, _ := McNemar(a, b)
		agree(t, e, test, level)
		margin := rapid.SampledFrom([]float64{0.02, 0.05, 0.3}).Draw(t, "margin")
		q, _ := EquivalentShares(a, b, margin, 0.05)
		e, _ = PairedProportionsAt(a, b, 0.9)
		if inside := e.CI.Low > -margin && e.CI.High < margin; inside != (q.P <= 0.05) && math.Abs(q.P-0.05) > 1e-5 {
			t.Fatalf("equal with p = %v, interval %v", q.P, *e.CI)
		}
	}))
	t.Run("ratios of times", rapid.MakeCheck(func(t *rapid.T) {
		logs := rapid.OneOf(
			rapid.SliceOfN(rapid.Float64Range(-1, 3), 1, 70),
			rapid.SliceOfN(rapid.Map(rapid.IntRange(-2, 5), func(x int) float64 { return float64(x) / 4 }), 1, 70), // ties and zeros
		).Draw(t, "logs")
		level := rapid.SampledFrom(dualLevels).Draw(t, "level")
		e, _ := HodgesLehmannAt(logs, level)
		test, _ := SignedRank(logs)
		agree(t, e, test, level)
		if ratio, _ := PairedRatioAt(logs, level); ratio.CI != nil && ratio.CI.Contains(1) != e.CI.Contains(0) {
			t.Fatalf("logarithms in [%v, %v], ratios in [%v, %v]", e.CI.Low, e.CI.High, ratio.CI.Low, ratio.CI.High)
		}
	}))
	t.Run("means of differences", rapid.MakeCheck(func(t *rapid.T) {
		diffs := rapid.SliceOfN(rapid.Map(rapid.IntRange(-3, 4), func(x int) float64 { return float64(x) / 4 }), 1, 60).Draw(t, "diffs")
		level := rapid.SampledFrom(dualLevels).Draw(t, "level")
		e, test, _ := NewBootstrap(2000, 1).At(level).Difference(diffs)
		agree(t, e, test, level)
	}))
	t.Run("families", rapid.MakeCheck(func(t *rapid.T) {
		ps := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float64 { return math.Exp(-rapid.Float64Range(0, 9).Draw(t, "−ln p")) }), 1, 9).Draw(t, "ps")
		tests := make([]Test, len(ps))
		for i, p := range ps {
			tests[i] = Test{P: p}
		}
		for _, d := range Decide(tests, 0.05) {
			if rejects := d.P <= 1-d.Level; rejects != (d.Outcome == Rejected) && math.Abs(d.P-(1-d.Level)) > 1e-12 {
				t.Fatalf("p = %v of %v, interval at %v, %s", d.P, ps, d.Level, d.Outcome)
			}
		}
	}))
}
