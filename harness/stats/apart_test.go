package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestApart: the published example of two shares, 56 of 70 and 48 of 80, and what there is
// without an interval.
func TestApart(t *testing.T) {
	a, _ := Proportion(56, 70)
	b, _ := Proportion(48, 80)
	e := Apart(a, b)
	if math.Abs(e.Value-0.2) > 1e-12 || math.Abs(e.CI.Low-0.0524) > 5e-5 || math.Abs(e.CI.High-0.3339) > 5e-5 || e.N != 70 {
		t.Errorf("%+v %+v", e, e.CI)
	}
	if e := Apart(a, Estimate{Value: 0.5}); e.CI == nil || math.Abs(e.CI.Low-(a.CI.Low-0.5)) > 1e-12 || math.Abs(e.CI.High-(a.CI.High-0.5)) > 1e-12 {
		t.Errorf("against an exact value: %+v", e.CI)
	}
	if e := Apart(Estimate{Value: 0.5}, b); e.CI != nil {
		t.Errorf("without an interval of ours: %+v", e.CI)
	}
}

// TestDesign: with the units that it asks for, equality is shown about as often as it says.
func TestDesign(t *testing.T) {
	const rate, theirs, margin, power = 0.7, 5000, 0.05, 0.8
	deviation := math.Sqrt(rate * (1 - rate))
	d := Design{Deviation: deviation, Error: deviation / math.Sqrt(theirs), Margin: margin}
	n, ok := d.Units(power)
	if !ok || math.Abs(d.Carries(n, power)-margin) > 1e-4 {
		t.Fatalf("%d units carry %g", n, d.Carries(n, power))
	}
	rng := rand.New(rand.NewPCG(1, 2))
	draw := func(n int) Estimate {
		k := 0
		for range n {
			if rng.Float64() < rate {
				k++
			}
		}
		e, _ := Proportion(k, n)
		return e
	}
	shown, runs := 0, 400
	for range runs {
		if ci := Apart(draw(n), draw(theirs)).CI; ci.Low >= -margin && ci.High <= margin {
			shown++
		}
	}
	if got := float64(shown) / float64(runs); math.Abs(got-power) > 0.06 {
		t.Errorf("%d units show equality in %g of runs, want %g", n, got, power)
	}
	d.Error = margin
	if _, ok := d.Units(power); ok {
		t.Error("a published value with too large an error can be decided")
	}
}
