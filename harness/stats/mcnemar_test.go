package stats

import (
	"math"
	"math/bits"
	"testing"

	"gonum.org/v1/gonum/stat/combin"
)

// solvedPairs makes the outcomes of two engines from the cells of their table.
func solvedPairs(both, onlyA, onlyB, none int) (a, b []bool) {
	add := func(n int, x, y bool) {
		for range n {
			a, b = append(a, x), append(b, y)
		}
	}
	add(both, true, true)
	add(onlyA, true, false)
	add(onlyB, false, true)
	add(none, false, false)
	return a, b
}

// Every discordant instance is a toss; list all tosses.
func TestMcNemarAgainstListing(t *testing.T) {
	for n := range 11 {
		for k := range n + 1 {
			below, above, here := 0, 0, 0
			for tosses := range 1 << n {
				x := bits.OnesCount(uint(tosses))
				if x <= k {
					below++
				}
				if x >= k {
					above++
				}
				if x == k {
					here++
				}
			}
			all := float64(int(1) << n)
			tail := 2 * float64(min(below, above)) / all
			a, b := solvedPairs(3, n-k, k, 4)
			exact, err := McNemar(a, b)
			if err != nil {
				t.Fatal(err)
			}
			mid, err := McNemarMidP(a, b)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "exact p", exact.P, min(1, tail), 1e-14)
			near(t, "mid-p", mid.P, min(1, tail-float64(here)/all), 1e-14)
			if exact.Statistic != float64(k) || exact.N != n+7 {
				t.Errorf("%d of %d: %+v", k, n, exact)
			}
		}
	}
}

// Fagerland, Lydersen and Laake 2013, airway hyper-responsiveness before and
// after stem cell transplantation: 1 and 7 discordant of 21 give an exact p of
// 0.0703 and a mid-p of 0.0391.
func TestMcNemarPublished(t *testing.T) {
	a, b := solvedPairs(1, 1, 7, 12)
	exact, err := McNemar(a, b)
	if err != nil {
		t.Fatal(err)
	}
	mid, err := McNemarMidP(a, b)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "exact p", exact.P, 0.0703, 5e-5)
	near(t, "mid-p", mid.P, 0.0391, 5e-5)
}

func TestMcNemarEnds(t *testing.T) {
	a, b := solvedPairs(400, 0, 0, 600)
	same, err := McNemar(a, b)
	if err != nil {
		t.Fatal(err)
	}
	// Equal outcomes of a thousand are news, not a lack of data.
	if same.P != 1 || same.N != 1000 {
		t.Errorf("no discordant instance: %+v", same)
	}
	if got := Decide([]Test{same}, 0.01); got[0].Outcome != NotRejected {
		t.Errorf("a thousand equal outcomes: %+v", got)
	}
	// Both branches of the binomial agree where they meet.
	for k := range 51 {
		exact := halfChoose(50, k)
		near(t, "binomial", math.Exp(combin.LogGeneralizedBinomial(50, float64(k))-50*math.Ln2)/exact, 1, 1e-11)
	}
	if large := halfChoose(40000, 20000); math.Abs(large/math.Sqrt(1/(math.Pi*20000))-1) > 1e-4 {
		t.Errorf("P(20000 of 40000) = %v", large)
	}
}
