package stats

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

// Numbers of other people's programs; testdata/golden.py says how they were made.
func TestGolden(t *testing.T) {
	data, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		SignedRank []struct {
			D []float64
			P float64
		} `json:"signed_rank"`
		MannWhitney []struct {
			A, B []float64
			U, P float64
		} `json:"mann_whitney"`
		McNemar []struct {
			OnlyA int `json:"only_a"`
			OnlyB int `json:"only_b"`
			P     float64
		}
		Wilson []struct {
			K, N             int
			Level, Low, High float64
		}
		Holm []struct{ P, Adjusted []float64 }
		BCa  []struct {
			X         []float64
			Low, High float64
		}
	}
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	if len(golden.SignedRank) == 0 || len(golden.MannWhitney) == 0 || len(golden.McNemar) == 0 ||
		len(golden.Wilson) == 0 || len(golden.Holm) == 0 || len(golden.BCa) == 0 {
		t.Fatal("a part of the golden file is empty")
	}
	for _, c := range golden.SignedRank {
		near(t, "signed-rank p", SignedRankP(c.D), c.P, 1e-12)
	}
	for _, c := range golden.MannWhitney {
		got, err := MannWhitney(c.A, c.B)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "U", got.Statistic, c.U, 1e-9)
		near(t, "Mann–Whitney p", got.P, c.P, 1e-10)
	}
	for _, c := range golden.McNemar {
		a, b := solvedPairs(5, c.OnlyA, c.OnlyB, 5)
		got, err := McNemar(a, b)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "McNemar p", got.P/c.P, 1, 1e-9)
	}
	for _, c := range golden.Wilson {
		low, high := wilson(c.K, c.N, zTwoSided(c.Level))
		near(t, "Wilson low", low, c.Low, 1e-12)
		near(t, "Wilson high", high, c.High, 1e-12)
	}
	for _, c := range golden.Holm {
		for i, p := range Holm(c.P) {
			near(t, "Holm", p, c.Adjusted[i], 1e-12)
		}
	}
	for _, c := range golden.BCa {
		// Without the widening, which SciPy does not do.
		n := len(c.X)
		ones := make([]float64, n)
		for i := range ones {
			ones[i] = 1
		}
		draws := NewBootstrap(40000, 1).resample(c.X, ones)
		slices.Sort(draws)
		lo, hi := bcaPercents(draws, Mean(c.X), skewness(leaveOneOut(c.X, ones, sum(c.X), float64(n))), zTwoSided(0.95))
		near(t, "BCa low", percentile(draws, lo), c.Low, 0.01)
		near(t, "BCa high", percentile(draws, hi), c.High, 0.02)
	}
}
