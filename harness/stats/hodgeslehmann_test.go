package stats

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The Walsh averages listed, the slow and obvious way.
func TestHodgesLehmannAgainstListing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.SliceOfN(rapid.Float64Range(-1e3, 1e3), 1, 25).Draw(t, "d")
		var all []float64
		for i := range d {
			for j := i; j < len(d); j++ {
				all = append(all, (d[i]+d[j])/2)
			}
		}
		e, err := HodgesLehmannAt(d, Level)
		if err != nil {
			t.Fatal(err)
		}
		if want := percentile(all, 50); math.Abs(e.Value-want) > 1e-9 {
			t.Fatalf("centre %v, want %v", e.Value, want)
		}
		if (e.CI != nil) != (len(d) >= 6) {
			t.Fatalf("n=%d: interval %v", len(d), e.CI)
		}
		if e.CI != nil && !e.CI.Contains(e.Value) {
			t.Fatalf("%v outside %v", e.Value, *e.CI)
		}
	})
}

// The interval holds exactly the centres that the test does not reject.
func TestHodgesLehmannInvertsTheTest(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for n := 6; n <= 20; n++ {
		d := make([]float64, n)
		for i := range d {
			d[i] = rng.NormFloat64()
		}
		e, err := HodgesLehmannAt(d, Level)
		if err != nil {
			t.Fatal(err)
		}
		at := func(centre float64) float64 {
			shifted := make([]float64, n)
			for i := range d {
				shifted[i] = d[i] - centre
			}
			return SignedRankP(shifted)
		}
		const eps = 1e-9
		for _, c := range []struct {
			centre float64
			inside bool
		}{{e.CI.Low - eps, false}, {e.CI.Low + eps, true}, {e.CI.High - eps, true}, {e.CI.High + eps, false}} {
			if accepted := at(c.centre) > 1-Level; accepted != c.inside {
				t.Errorf("n=%d, centre %v: p = %v, inside %v", n, c.centre, at(c.centre), c.inside)
			}
		}
	}
}

func TestPairedRatio(t *testing.T) {
	logs := make([]float64, 8)
	for i := range logs {
		logs[i] = math.Log(2.5)
	}
	e, err := PairedRatio(logs)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "ratio", e.Value, 2.5, 1e-12)
	near(t, "low", e.CI.Low, 2.5, 1e-12)
	for i := range logs {
		logs[i] *= -1
	}
	back, err := PairedRatio(logs)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "inverse", back.Value, 0.4, 1e-12)
	if _, err := PairedRatio(nil); !errors.Is(err, ErrNoData) {
		t.Errorf("no pairs: %v", err)
	}
}

// With ties and zeros the interval may be wider than the test needs, never
// narrower: what the test does not reject lies inside.
func TestHodgesLehmannHoldsWhatTheTestAccepts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var d []float64
		for _, x := range rapid.SliceOfN(rapid.IntRange(-3, 3), 6, 16).Draw(t, "d") {
			d = append(d, float64(x)/4)
		}
		e, err := HodgesLehmannAt(d, 0.9)
		if err != nil {
			t.Fatal(err)
		}
		if inside := e.CI.Contains(0); !inside && SignedRankP(d) > 0.1+1e-12 {
			t.Fatalf("%v: p = %v, and 0 is outside %v", d, SignedRankP(d), *e.CI)
		}
	})
}

// At the least number of pairs the interval is the whole range; one pair fewer
// has none, and says how many are needed.
func TestHodgesLehmannLevels(t *testing.T) {
	for _, c := range []struct {
		level float64
		need  int
	}{{0.9, 5}, {0.95, 6}, {0.99, 8}, {1 - 0.01/8, 11}, {1 - 0.01/20, 12}} {
		e, err := HodgesLehmannAt(oneTo(c.need), c.level)
		if err != nil {
			t.Fatal(err)
		}
		if e.CI == nil || e.CI.Low != 1 || e.CI.High != float64(c.need) {
			t.Errorf("level %g, %d pairs: interval %v", c.level, c.need, e.CI)
		}
		if c.level != Level && e.Level != c.level {
			t.Errorf("level %g is recorded as %g", c.level, e.Level)
		}
		e, err = HodgesLehmannAt(oneTo(c.need-1), c.level)
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("%d of the %d pairs", c.need-1, c.need); e.CI != nil || len(e.Warnings) != 1 || !strings.HasPrefix(e.Warnings[0], want) {
			t.Errorf("level %g: %+v", c.level, e)
		}
	}
}

func TestLogRatios(t *testing.T) {
	a, b := []float64{100, 300, 7}, []float64{110, 100, 7}
	there, err := LogRatios(a, b)
	if err != nil {
		t.Fatal(err)
	}
	back, err := LogRatios(b, a)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "ln 1.1", there[0], 0.09531017980432486, 1e-15)
	for i := range there {
		if there[i] != -back[i] {
			t.Errorf("pair %d: %v there and %v back", i, there[i], back[i])
		}
	}
	for _, bad := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, err := LogRatios([]float64{1, bad}, []float64{1, 1}); err == nil || !strings.HasPrefix(err.Error(), "pair 2: ") {
			t.Errorf("time %v: %v", bad, err)
		}
	}
	if _, err := LogRatios(nil, nil); !errors.Is(err, ErrNoData) {
		t.Errorf("no pairs: %v", err)
	}
}
