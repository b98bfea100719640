package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestHolm(t *testing.T) {
	// By hand: 0.01·4, 0.02·3, then 0.03·2 = 0.06 and 0.04·1 raised to it.
	got := Holm([]float64{0.04, 0.01, 0.03, 0.02})
	for i, want := range []float64{0.06, 0.04, 0.06, 0.06} {
		near(t, "adjusted p", got[i], want, 1e-15)
	}
	if len(Holm(nil)) != 0 {
		t.Error("a family of none")
	}
}

// Against the definition by steps: the k-th smallest p is rejected when all
// smaller ones are, and p ≤ α/(m−k).
func TestHolmAgainstSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ps := rapid.SliceOfN(rapid.Float64Range(0, 0.2), 1, 12).Draw(t, "ps")
		alpha := rapid.Float64Range(0.001, 0.3).Draw(t, "alpha")
		adjusted := Holm(ps)
		rejected := make([]bool, len(ps))
		for left := len(ps); left > 0; left-- {
			least := -1
			for i, p := range ps {
				if !rejected[i] && (least < 0 || p < ps[least]) {
					least = i
				}
			}
			if ps[least] > alpha/float64(left) {
				break
			}
			rejected[least] = true
		}
		for i := range ps {
			if (adjusted[i] <= alpha) != rejected[i] && math.Abs(adjusted[i]-alpha) > 1e-12 {
				t.Fatalf("p = %v of %v: adjusted %v at α = %v, steps say %v", ps[i], ps, adjusted[i], alpha, rejected[i])
			}
			for j := range ps {
				if ps[i] < ps[j] && adjusted[i] > adjusted[j] {
					t.Fatalf("order of %v is lost in %v", ps, adjusted)
				}
			}
		}
	})
}

func TestDecide(t *testing.T) {
	clear, err := SignedRank(oneTo(11)) // p = 2⁻¹⁰
	if err != nil {
		t.Fatal(err)
	}
	short, err := SignedRank(oneTo(8)) // p = 2⁻⁷, too coarse among eight
	if err != nil {
		t.Fatal(err)
	}
	tests := []Test{clear, short}
	for range 6 {
		tests = append(tests, Test{P: 0.5, MinP: 1e-6, N: 40})
	}
	got := Decide(tests, 0.01)
	for i, want := range []Outcome{Rejected, Insufficient, NotRejected} {
		if got[i].Outcome != want {
			t.Errorf("test %d: %s, want %s", i, got[i].Outcome, want)
		}
	}
	near(t, "adjusted p", got[0].Adjusted, 8*math.Exp2(-10), 1e-15)
	if got[1].N != 8 || got[1].MinP != 1.0/128 || got[1].Test != short {
		t.Errorf("eight pairs: %+v", got[1])
	}
	if alone := Decide([]Test{short}, 0.01); alone[0].Outcome != Rejected {
		t.Errorf("eight clear pairs alone: %+v", alone)
	}
}

func TestMinimalSizes(t *testing.T) {
	for _, c := range []struct {
		alpha        float64
		m, blocks, n int
	}{
		{0.01, 1, 8, 5}, {0.01, 8, 11, 7}, {0.01, 20, 12, 8}, {0.05, 1, 6, 4},
		{1.0 / 128, 1, 8, 6}, // a power of two, where a rounded logarithm errs
	} {
		if got := MinBlocks(c.alpha, c.m); got != c.blocks {
			t.Errorf("MinBlocks(%g, %d) = %d, want %d", c.alpha, c.m, got, c.blocks)
		}
		if formula := int(math.Ceil(1 + math.Log2(float64(c.m)/c.alpha))); formula != c.blocks {
			t.Errorf("1 + log2(%d/%g) is %d blocks, want %d", c.m, c.alpha, formula, c.blocks)
		}
		if got := MinPerSide(c.alpha, c.m); got != c.n {
			t.Errorf("MinPerSide(%g, %d) = %d, want %d", c.alpha, c.m, got, c.n)
		}
	}
	n, err := SharesNeeded(0.02, 0.2, 0.05, 0.8)
	if err != nil || n != 4282 {
		t.Errorf("SharesNeeded = %d, %v, want 4282", n, err)
	}
	// No discordance at all: z²(1−margin)/margin = 1.6449²·49 = 132.6.
	n, err = SharesNeeded(0.02, 0, 0.05, 0.8)
	if err != nil || n != 149 {
		t.Errorf("SharesNeeded without discordance = %d, %v, want 149", n, err)
	}
	if _, err := SharesNeeded(0, 0.2, 0.05, 0.8); err == nil {
		t.Error("a margin of nothing")
	}
}
