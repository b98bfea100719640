package stats

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// slowMannWhitney lists all choices of b from the pooled values and counts, for
// each, the pairs that it wins.
func slowMannWhitney(a, b []float64) (u, p float64) {
	all := append(append([]float64{}, a...), b...)
	wins := func(inB int) float64 {
		w := 0.0
		for i, x := range all {
			for j, y := range all {
				if inB>>i&1 == 1 && inB>>j&1 == 0 {
					switch {
					case x > y:
						w++
					case x == y:
						w += 0.5
					}
				}
			}
		}
		return w
	}
	u = wins((1<<len(b) - 1) << len(a))
	below, above, n := 0, 0, 0
	for choice := range 1 << len(all) {
		if bits.OnesCount(uint(choice)) != len(b) {
			continue
		}
		n++
		w := wins(choice)
		if w <= u {
			below++
		}
		if w >= u {
			above++
		}
	}
	return u, min(1, 2*float64(min(below, above))/float64(n))
}

func TestMannWhitneyAgainstListing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 5)
		if rapid.Bool().Draw(t, "ties") {
			some = rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 3), func(i int) float64 { return float64(i) }), 1, 5)
		}
		a, b := some.Draw(t, "a"), some.Draw(t, "b")
		got, err := MannWhitney(a, b)
		if err != nil {
			t.Fatal(err)
		}
		u, p := slowMannWhitney(a, b)
		if got.Statistic != u || math.Abs(got.P-p) > 1e-12 {
			t.Fatalf("U = %v, p = %v, want %v and %v", got.Statistic, got.P, u, p)
		}
		if got.P < got.MinP*(1-1e-9) {
			t.Fatalf("p = %v is below its least value %v", got.P, got.MinP)
		}
	})
}

// Critical values of the usual tables (two-sided): the largest smaller U that
// is significant; −1 when none is.
func TestMannWhitneyTable(t *testing.T) {
	for _, c := range []struct{ na, nb, five, one int }{
		{3, 3, -1, -1}, {4, 4, 0, -1}, {5, 5, 2, 0}, {6, 6, 5, 2}, {7, 7, 8, 4}, {8, 8, 13, 7},
		{10, 10, 23, 16}, {5, 10, 8, 4}, {15, 15, 64, 51}, {20, 20, 127, 105},
	} {
		if five, one := shiftRank(c.na, c.nb, 0.05)-1, shiftRank(c.na, c.nb, 0.01)-1; five != c.five || one != c.one {
			t.Errorf("%d and %d: critical U %d and %d, want %d and %d", c.na, c.nb, five, one, c.five, c.one)
		}
	}
}

func TestMannWhitneyLarge(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for _, n := range []struct{ a, b int }{{37, 37}, {272, 10}, {10, 272}} {
		a, b := make([]float64, n.a), make([]float64, n.b)
		for i := range a {
			a[i] = math.Round(10 * rng.NormFloat64()) // with ties
		}
		for i := range b {
			b[i] = math.Round(10 * (rng.NormFloat64() + 0.4))
		}
		exact, err := MannWhitney(a, b)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(exact.Method, "exact") {
			t.Errorf("%d and %d: %+v", n.a, n.b, exact)
		}
		ranks := midRanks(slices.Concat(a, b))
		s := 0
		for _, r := range ranks[n.a:] {
			s += r
		}
		below, above := rankSumNormal(ranks, n.b, s)
		near(t, "normal law", 2*min(below, above), exact.P, 0.01)
		more, err := MannWhitney(append(a, 0, 1), append(b, 0))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(more.Method, "normal approximation") {
			t.Errorf("%d and %d values are exact", n.a+2, n.b+1)
		}
	}
	// 50 digits of all-equal values: no order, no verdict.
	same := make([]float64, 60)
	flat, err := MannWhitney(same, same)
	if err != nil || flat.P != 1 {
		t.Errorf("equal samples: %+v, %v", flat, err)
	}
}

func TestShift(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	a, b := make([]float64, 9), make([]float64, 7)
	for i := range a {
		a[i] = rng.NormFloat64()
	}
	for i := range b {
		b[i] = rng.NormFloat64() + 1
	}
	e, err := ShiftAt(a, b, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	// The interval holds exactly the shifts that the test does not reject.
	const eps = 1e-9
	for _, c := range []struct {
		by     float64
		inside bool
	}{{e.CI.Low - eps, false}, {e.CI.Low + eps, true}, {e.Value, true}, {e.CI.High - eps, true}, {e.CI.High + eps, false}} {
		moved := make([]float64, len(b))
		for i := range b {
			moved[i] = b[i] - c.by
		}
		test, err := MannWhitney(a, moved)
		if err != nil {
			t.Fatal(err)
		}
		if (test.P > 0.05) != c.inside {
			t.Errorf("shift %v: p = %v", c.by, test.P)
		}
	}
	few, err := ShiftAt(a[:3], b[:3], 0.95)
	if err != nil || few.CI != nil || len(few.Warnings) != 1 || !strings.Contains(few.Warnings[0], "need 4 each") {
		t.Errorf("three and three: %+v, %v", few, err)
	}
	if _, err := ShiftAt(make([]float64, 2001), make([]float64, 2000), 0.95); err == nil {
		t.Error("four million pairs and more are listed")
	}
}
