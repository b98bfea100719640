package enginetest

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"dllmbench/engines"
)

// Toy is a joint distribution over texts of three symbols out of three, far
// from independent, on which sampling laws are checked.
func Toy() *Joint {
	j := &Joint{N: 3, Symbols: 3, P: make([]float64, 27)}
	rng, total := rand.New(rand.NewPCG(7, 7)), 0.0
	for x := range j.P {
		u := rng.Float64()
		j.P[x] = u*u*u + 0.01
		total += j.P[x]
	}
	for x := range j.P {
		j.P[x] /= total
	}
	return j
}

// CheckLaw decodes the toy text many times, with one seed each, and compares
// the frequencies with a distribution by Pearson's chi-squared statistic. The
// seeds are fixed, so the outcome is too; the bound is five standard
// deviations above the expectation.
func CheckLaw(t *testing.T, e engines.Engine, j *Joint, want []float64) {
	t.Helper()
	const samples, batch = 20000, 500
	counts := make([]float64, len(want))
	requests := make([]engines.Request, batch)
	for n := 0; n < samples; n += batch {
		for i := range requests {
			requests[i] = engines.Request{Prompt: []int32{First}, Budget: j.N, Seed: uint64(n + i)}
		}
		results, err := e.Generate(context.Background(), requests, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			counts[j.Index(r.Tokens)]++
		}
	}
	chi2 := 0.0
	for x, p := range want {
		d := counts[x] - samples*p
		chi2 += d * d / (samples * p)
	}
	free := float64(len(want) - 1)
	if bound := free + 5*math.Sqrt(2*free); chi2 > bound {
		t.Errorf("chi-squared of the frequencies is %.1f, expected is about %.0f and at most %.1f", chi2, free, bound)
	}
}
