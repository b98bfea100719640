package block

import (
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/usage"
)

// hasty is a network that is unsure of a position, and wrong, as long as none of
// its neighbours is there, and otherwise sure of the right token; token is what
// a position should hold and right how sure it is of that.
func hasty(token func(at int) int32, right func(at int) float32) *enginetest.Table {
	return enginetest.NewTable(8, 64, func(row []float32, visible []int32, pos int) {
		at := enginetest.Target(visible, pos)
		alone := (at == 1 || visible[at-1] == enginetest.Mask) && (at+1 >= len(visible) || visible[at+1] == enginetest.Mask)
		if at--; alone {
			row[token(at+1)] = 1 + float32(at)/10
			return
		}
		row[token(at)] = right(at)
	})
}

func cycle(at int) int32 { return enginetest.First + int32(at%8) }

// With threshold 0 a block of 4 is written at once and wrong, with logits of 1,
// 1.1, 1.2 and 1.3. The first of two rounds takes half of it back: 0 and 1. Now 1
// has 2 beside it and is right; 0 has a mask beside it and is wrong again, with a
// logit of 1. The second round takes a quarter back, and that is 0, which has 1
// beside it now. In the last block 4 has finished text beside it and is sure; 5
// is taken back, and then nothing is below the threshold.
func TestReviseByHand(t *testing.T) {
	net := hasty(cycle, func(int) float32 { return 9 })
	opts := engines.Options{"block_length": 4, "threshold": 0, "revise_steps": 2, "revise_share": 0.5}
	r := traced(t, subject.Must(t, net, "revise", opts), engines.Request{Prompt: []int32{3}, Budget: 6},
		"0: 0 1 2 3, 0: -0 -1 0 1, 0: -0 0, 1: 4 5, 1: -5 5")
	if want := []int32{3, 4, 6, 7, 7, 8}; !slices.Equal(r.Tokens, want) {
		t.Errorf("tokens are %v, want %v", r.Tokens, want)
	}
	if u := r.Usage; u.N(usage.RevisedTokens) != 4 || u.N(usage.CommittedTokens) != 10 || u.N(usage.NFE) != 5 || u.N(usage.LogitRows) != 4+2+1+2+1 {
		t.Errorf("%+v", u)
	}
}

// Mask-Predict with T iterations over n tokens takes back n(T-t)/T in round t.
func TestMaskPredictIsALimit(t *testing.T) {
	for _, c := range []struct {
		n, iterations int
		want          []int
	}{{12, 4, []int{9, 6, 3}}, {10, 5, []int{8, 6, 4, 2}}, {9, 2, []int{4}}} {
		round := 0 // every round writes other tokens
		net := enginetest.NewTable(8, 64, func(row []float32, visible []int32, pos int) {
			row[cycle(pos+round)] = 2
		})
		opts := engines.Options{"block_length": 0, "threshold": 0, "revise_steps": c.iterations - 1, "revise_threshold": 2,
			"revise_share": float64(c.iterations-1) / float64(c.iterations)}
		var got []int
		one(t, subject.Must(t, net, "revise", opts), engines.Request{Prompt: []int32{3}, Budget: c.n}, engines.SinkFunc(func(e *engines.Event) {
			if round++; round > 1 {
				got = append(got, len(e.Revised))
			}
		}))
		if !slices.Equal(got, c.want) {
			t.Errorf("%d tokens, %d iterations: rounds take back %v, want %v", c.n, c.iterations, got, c.want)
		}
	}
}

// Nothing is revised without rounds, without a share to revise but for one token
// a round, or where all is sure; and a round that changes nothing is the last.
func TestReviseLimits(t *testing.T) {
	s := enginetest.NewSession(t)
	req := engines.Request{Prompt: prompt(3), Budget: 19}
	for _, length := range []int{1, 4, 7, 0} {
		plain := one(t, subject.Must(t, s, "threshold", engines.Options{"block_length": length, "threshold": 0.04}), req, nil)
		for _, opts := range []engines.Options{{"revise_steps": 0}, {"revise_threshold": 0}} {
			opts["block_length"], opts["threshold"] = length, 0.04
			if r := one(t, subject.Must(t, s, "revise", opts), req, nil); !slices.Equal(r.Tokens, plain.Tokens) || r.Usage != plain.Usage {
				t.Errorf("%v:\n%v %+v\n%v %+v", opts, r.Tokens, r.Usage, plain.Tokens, plain.Usage)
			}
		}
	}
	net := sure([]int32{3, 4, 5}, 9, 1, 9, 9, 9, 9)
	traced(t, subject.Must(t, net, "revise", engines.Options{"block_length": 3, "revise_steps": 5}), engines.Request{Prompt: []int32{3}, Budget: 6},
		"0: 0 2, 0: 1, 0: -1 1, 1: 3 4 5")
}

// Fixed ids of a template are never taken back, and a text that ends in the
// block ends it with its revision done.
func TestReviseKeepsFixedIDs(t *testing.T) {
	net := hasty(cycle, func(int) float32 { return 1 })
	const gap = engines.Gap
	for seed := range uint64(8) {
		req := engines.Request{Prompt: []int32{3}, Budget: 9, Seed: seed, Template: []int32{gap, 10, gap, gap, 10, 10, gap, gap, 10}}
		r := one(t, subject.Must(t, net, "revise", engines.Options{"block_length": 5, "temperature": 1.0, "revise_share": 1.0, "revise_threshold": 2.0}), req, nil)
		enginetest.CheckResult(t, req, r)
		if r.Usage.N(usage.RevisedTokens) == 0 {
			t.Error("nothing was revised")
		}
	}
}

// The bill of a revised block: a round feeds the block once and asks for the
// rows that it took back.
func TestReviseBill(t *testing.T) {
	s := enginetest.NewSession(t)
	const p, g, length = 5, 10, 4
	for _, cache := range []string{"exact", "none"} {
		t.Run(cache, func(t *testing.T) {
			var revised []int
			opts := engines.Options{"block_length": length, "threshold": 0, "revise_steps": 3, "revise_share": 0.75, "revise_threshold": 2.0, "temperature": 1.0, "cache": cache}
			r := one(t, subject.Must(t, s, "revise", opts), engines.Request{Prompt: prompt(p), Budget: g, Seed: 3}, engines.SinkFunc(func(e *engines.Event) {
				revised = append(revised, len(e.Revised))
			}))
			if len(revised) <= 3 {
				t.Fatalf("revisions per pass are %v", revised)
			}
			bill := Bill{Config: s.Model().Config()}
			end := p
			for _, n := range revised {
				start := end - (end-p+length-1)%length - 1
				logits := n
				if n == 0 { // the first pass of a block
					start, end = end, min(end+length, p+g)
					logits = end - start
				}
				work := Rows{Kind: engines.PhaseDenoise, N: end - start, Keys: end, Logits: logits}
				switch {
				case cache == "none":
					bill.Pass(Rows{Kind: engines.PhaseDenoise, N: start, Keys: 1, Causal: true}, work)
				case n > 0:
					bill.Pass(work)
				case start == p:
					bill.Pass(Rows{Kind: engines.PhasePrefill, N: p, Keys: 1, Causal: true}, work)
				default:
					bill.Pass(Rows{Kind: engines.PhaseCommit, N: length, Keys: start - length + 1, Causal: true}, work)
				}
			}
			bill.Check(t, r.Usage)
		})
	}
}
