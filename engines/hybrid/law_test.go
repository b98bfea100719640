package hybrid

import (
	"context"
	"fmt"
	"math"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/autoregressive"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/usage"
)

// The text follows the joint distribution, whose marginals the drafts follow.
func TestLaw(t *testing.T) {
	j := enginetest.Toy()
	net := enginetest.NewTable(3, 8, j.Law(1))
	for _, c := range []struct {
		preset string
		opts   engines.Options
	}{
		{"one-step", engines.Options{"block_length": 3}},
		{"one-step", engines.Options{"block_length": 2}},
		{"one-step", engines.Options{"draft": "argmax"}},
		{"one-step", engines.Options{"verify": "match"}},
		{"self-speculation", engines.Options{"temperature": 1.0, "verify": "ratio", "draft_steps": 2, "threshold": 0.5}},
		{"self-speculation", engines.Options{"temperature": 1.0, "draft": "sample", "draft_steps": 2, "threshold": 0.5}},
	} {
		t.Run(fmt.Sprint(c.preset, c.opts), func(t *testing.T) {
			enginetest.CheckLaw(t, subject.Must(t, net, c.preset, c.opts), j, j.P)
		})
	}
}

// Of two laws that overlap by half, the ratio accepts half of the drafts and a
// match far fewer: with p = (.5 .5 0) and q = (0 .5 .5) the overlap is
// Σ min(p, q) = 0.5, and equal draws have Σ p·q = 0.25.
func TestAcceptanceRates(t *testing.T) {
	net := enginetest.NewTable(3, 8, func(row []float32, visible []int32, pos int) {
		for i := range row {
			row[i] = float32(math.Inf(-1))
		}
		first := enginetest.First
		if visible[pos] == enginetest.Mask {
			first++
		}
		row[first], row[first+1] = 0, 0
	})
	for verify, want := range map[string]float64{"ratio": 0.5, "match": 0.25} {
		e := subject.Must(t, net, "one-step", engines.Options{"verify": verify, "block_length": 2})
		const n = 4000
		u := usage.Zero()
		for seed := range uint64(n) {
			u.Add(one(t, e, engines.Request{Prompt: []int32{3}, Budget: 2, Seed: seed}, nil).Usage)
		}
		rate := float64(u.N(usage.AcceptedTokens)) / float64(u.N(usage.DraftedTokens))
		if u.N(usage.DraftedTokens) != n || math.Abs(rate-want) > 5*math.Sqrt(want*(1-want)/n) {
			t.Errorf("%s accepts %.3f of %d drafts, want %.2f", verify, rate, u.N(usage.DraftedTokens), want)
		}
	}
}

// On a transformer, sampled texts are those of autoregressive sampling in
// distribution: a two-sample chi-squared test over the last three of four
// tokens, each against each. The same test tells a temperature of 0.07 from
// 0.05 (the logits of random weights are small, so it takes that to tell texts apart).
func TestTwoSamples(t *testing.T) {
	s := enginetest.NewSession(t)
	const n = 6000
	counts := func(e engines.Engine, from uint64) []float64 {
		bins := make([]float64, 3*40)
		batch := make([]engines.Request, 300)
		for done := 0; done < n; done += len(batch) {
			for i := range batch {
				batch[i] = engines.Request{Prompt: []int32{7, 8}, Budget: 4, Seed: from + uint64(done+i)}
			}
			results, err := e.Generate(context.Background(), batch, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range results {
				for i, id := range r.Tokens[1:] {
					bins[40*i+int(id)]++
				}
			}
		}
		return bins
	}
	plain := func(temperature float64) engines.Engine {
		e, err := autoregressive.New(s, "sample", engines.Options{"temperature": temperature, "top_k": 12})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	excess := func(a, b []float64) float64 {
		chi2, free := 0.0, -3.0
		for i := range a {
			if sum := a[i] + b[i]; sum > 0 {
				chi2 += (a[i] - b[i]) * (a[i] - b[i]) / sum
				free++
			}
		}
		return (chi2 - free) / math.Sqrt(2*free)
	}
	reference := counts(plain(0.05), 0)
	for _, opts := range []engines.Options{{"temperature": 0.05, "top_k": 12}, {"temperature": 0.05, "top_k": 12, "draft": "argmax", "block_length": 3}} {
		if x := excess(counts(subject.Must(t, s, "one-step", opts), 1e6), reference); x > 5 {
			t.Errorf("%v: the two samples differ by %.1f standard deviations", opts, x)
		}
	}
	if x := excess(counts(plain(0.07), 1e6), reference); x < 5 {
		t.Errorf("another temperature differs by %.1f standard deviations only: the test has no power", x)
	}
}
