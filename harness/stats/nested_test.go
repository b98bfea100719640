package stats

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// grouped makes groups of values with a deviation between groups and one within.
func grouped(rng *rand.Rand, groups, size int, between, within float64) [][]float64 {
	out := make([][]float64, groups)
	for g := range out {
		centre := between * rng.NormFloat64()
		out[g] = make([]float64, size)
		for i := range out[g] {
			out[g][i] = centre + within*rng.NormFloat64()
		}
	}
	return out
}

func TestNested(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	boot := NewBootstrap(2000, 1)
	width := func(e Estimate) float64 { return e.CI.High - e.CI.Low }
	groups := grouped(rng, 12, 25, 1, 1)
	e, err := boot.Nested(groups)
	if err != nil {
		t.Fatal(err)
	}
	var all []float64
	for _, g := range groups {
		all = append(all, g...)
	}
	near(t, "mean", e.Value, Mean(all), 1e-12)
	flat, err := boot.Mean(all)
	if err != nil {
		t.Fatal(err)
	}
	// Deviations: √(1/12 + 1/300) with the groups, about √(2/300) without.
	near(t, "price of the groups", width(e)/width(flat), math.Sqrt((1.0/12+1.0/300)/(2.0/300)), 1.2)
	if e.N != 12 {
		t.Errorf("%d units, want the groups", e.N)
	}

	// Three groups, and an empty one that is none: about these groups alone.
	few, err := boot.Nested(append(groups[:3:3], nil))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "width inside the groups", width(few), 2*1.96/math.Sqrt(75), 0.15)
	if few.N != 75 || len(few.Warnings) != 1 || !strings.Contains(few.Warnings[0], "3 groups are too few") {
		t.Errorf("three groups: %+v", few)
	}
	one, err := boot.Nested(groups[:1])
	if err != nil || !strings.Contains(strings.Join(one.Warnings, " "), "one group") {
		t.Errorf("one group: %+v, %v", one, err)
	}
	single, err := boot.Nested([][]float64{{1, 2, 3, 4}, {5}})
	if err != nil || single.CI != nil || !strings.Contains(strings.Join(single.Warnings, " "), "no spread") {
		t.Errorf("a group of one value: %+v, %v", single, err)
	}
	if _, err := boot.Nested([][]float64{nil, {}}); !errors.Is(err, ErrNoData) {
		t.Errorf("empty groups: %v", err)
	}
	if _, err := boot.Nested([][]float64{{1, math.NaN()}}); !errors.Is(err, ErrNotFinite) {
		t.Errorf("NaN: %v", err)
	}
}
