package diffusion

import (
	"context"
	"math"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/usage"
)

// shuffled is the oracle for lists of n different items in any order: every
// position is equally likely to hold any item that is not written yet.
func shuffled(prompt, n int) enginetest.Law {
	return func(row []float32, visible []int32, _ int) {
		for i := range row {
			row[i] = float32(math.Inf(-1))
		}
		for v := range n {
			row[int(enginetest.First)+v] = 0
		}
		for _, id := range visible[prompt:] {
			if id != enginetest.Mask {
				row[id] = float32(math.Inf(-1))
			}
		}
	}
}

// floor is the probability that n items drawn k at a time, each uniformly among
// the r that were left before the step, are all different: the product over
// steps of r(r-1)…(r-k+1) / r^k.
func floor(n, k int) float64 {
	p := 1.0
	for r := n; r > 0; r -= k {
		for i := range k {
			p *= float64(r-i) / float64(r)
		}
	}
	return p
}

// Tokens drawn in the same step do not know of each other, however good the
// network: the floors of parallel decoding (Kang et al. 2025, ParallelBench,
// arXiv 2510.04767), within five standard deviations of 10,000 samples.
func TestShuffleFloors(t *testing.T) {
	const n, samples, batch = 8, 10000, 500
	net := enginetest.NewTable(n, 16, shuffled(1, n))
	for _, c := range []struct {
		k      int
		rounds float64 // the value as published, to its last digit
	}{{1, 1}, {2, 0.273}, {4, 0.0385}, {8, 0.0024}} {
		want := floor(n, c.k)
		if math.Abs(want-c.rounds) > 0.0005 {
			t.Fatalf("%d at a time: the formula gives %g, not %g", c.k, want, c.rounds)
		}
		e := subject.Must(t, net, "llada", engines.Options{"remasking": "random", "temperature": 1.0, "steps": n / c.k})
		valid := 0
		requests := make([]engines.Request, batch)
		for first := 0; first < samples; first += batch {
			for i := range requests {
				requests[i] = engines.Request{Prompt: []int32{3}, Budget: n, Seed: uint64(first + i)}
			}
			results, err := e.Generate(context.Background(), requests, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range results {
				seen := map[int32]bool{}
				for _, id := range r.Tokens {
					seen[id] = true
				}
				if len(seen) == n {
					valid++
				}
				if r.Usage.N(usage.NFE) != n/c.k {
					t.Fatalf("%d passes for %d at a time", r.Usage.N(usage.NFE), c.k)
				}
			}
		}
		got := float64(valid) / samples
		if margin := 5 * math.Sqrt(want*(1-want)/samples); math.Abs(got-want) > margin {
			t.Errorf("%d at a time: %g are valid, want %g ± %g", c.k, got, want, margin)
		}
		t.Logf("%d at a time: %.4f valid, %.4f by the formula", c.k, got, want)
	}
}
