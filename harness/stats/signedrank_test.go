package stats

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

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

// slowSignedRank is the exact p by listing all signs, with ranks by counting:
// the rank of |x| is one plus the smaller ones plus half of the other equal
// ones, zeros included; signs only of what is not zero.
func slowSignedRank(d []float64) float64 {
	var ranks []float64
	plus := 0.0
	for i, x := range d {
		rank := 1.0
		for j, y := range d {
			switch a, b := math.Abs(y), math.Abs(x); {
			case a < b:
				rank++
			case a == b && i != j:
				rank += 0.5
			}
		}
		if x != 0 {
			ranks = append(ranks, rank)
		}
		if x > 0 {
			plus += rank
		}
	}
	below, above := 0, 0
	for signs := range 1 << len(ranks) {
		w := 0.0
		for i, r := range ranks {
			if signs>>i&1 == 1 {
				w += r
			}
		}
		if w <= plus {
			below++
		}
		if w >= plus {
			above++
		}
	}
	return min(1, 2*float64(min(below, above))/float64(int(1)<<len(ranks)))
}

func TestSignedRankAgainstListing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Few different values: ties and zeros in nearly every sample.
		var d []float64
		for _, x := range rapid.SliceOfN(rapid.IntRange(-4, 4), 1, 9).Draw(t, "d") {
			d = append(d, float64(x)/8)
		}
		got, err := SignedRank(d)
		if err != nil {
			t.Fatal(err)
		}
		if want := slowSignedRank(d); math.Abs(got.P-want) > 1e-12 {
			t.Fatalf("p of %v = %v, want %v", d, got.P, want)
		}
	})
}

// Critical values of the usual tables (two-sided, for example Hollander and
// Wolfe, table A.4): the largest smaller rank sum that is significant.
func TestSignedRankTable(t *testing.T) {
	for _, c := range []struct{ n, five, one int }{
		{8, 3, 0}, {9, 5, 1}, {10, 8, 3}, {12, 13, 7}, {15, 25, 15}, {20, 52, 37}, {25, 89, 68},
	} {
		for _, level := range []struct {
			alpha float64
			sum   int
		}{{0.05, c.five}, {0.01, c.one}} {
			if got := walshRank(c.n, level.alpha) - 1; got != level.sum {
				t.Errorf("n=%d, α=%g: critical sum %d, want %d", c.n, level.alpha, got, level.sum)
			}
			// The same by way of the p-value: ranks whose smaller sum is just that.
			for extra, significant := range []bool{true, false} {
				if p := SignedRankP(withSum(c.n, level.sum+extra)); (p <= level.alpha) != significant {
					t.Errorf("n=%d, sum %d: p = %v at α=%g", c.n, level.sum+extra, p, level.alpha)
				}
			}
		}
	}
}

// withSum returns ±1 … ±n whose negative ranks add up to sum.
func withSum(n, sum int) []float64 {
	d := oneTo(n)
	for i := n - 1; i >= 0; i-- {
		if r := i + 1; r <= sum {
			d[i], sum = -d[i], sum-r
		}
	}
	return d
}

func TestSignedRankZeros(t *testing.T) {
	all, err := SignedRank([]float64{0, 0, 0, 0, 0, 0, 0, 1})
	if err != nil {
		t.Fatal(err)
	}
	if all.P != 1 || all.MinP != 1.0/128 || all.N != 8 {
		t.Errorf("seven zeros of eight: %+v", all)
	}
	if _, err := SignedRank([]float64{1, math.NaN()}); !errors.Is(err, ErrNotFinite) {
		t.Errorf("NaN: %v", err)
	}
	if _, err := SignedRank(nil); !errors.Is(err, ErrNoData) {
		t.Errorf("nothing: %v", err)
	}
	// Pratt's ranks count the zeros: −1 has rank 3, not 1, of {0, 0, −1, 2, 3, 4}.
	// Of 16 signs of the ranks 3 … 6 the sums 0 and 3 are at most 3.
	pratt, err := SignedRank([]float64{0, 0, -1, 2, 3, 4})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "zeros", pratt.P, 2*2.0/16, 1e-15)
	near(t, "statistic", pratt.Statistic, 15, 0)
}

// The law of the smaller tail alone is that of all sums, to the last bit.
func TestSignedRankTails(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	for range 300 {
		d := make([]float64, 1+rng.IntN(exactRanks))
		tied := rng.IntN(2) == 0
		for i := range d {
			d[i] = rng.NormFloat64() + 0.2
			if tied {
				d[i] = math.Round(4*d[i]) / 4
			}
		}
		w := newSignedRanks(d)
		total := 0
		for _, r := range w.ranks {
			total += r
		}
		if total == 0 {
			continue
		}
		low := min(w.plus, total-w.plus)
		all := rankSumCounts(w.ranks, total)
		if counts := rankSumCounts(w.ranks, low); !slices.Equal(counts, all[:low+1]) {
			t.Fatalf("%v: %v, want %v", d, counts, all[:low+1])
		}
	}
}
