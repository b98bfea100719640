package diffusion

import (
	"math"
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
)

// coins is a network whose position i holds a coin of entropy h[i] bits (0 or 1).
func coins(h []float64) enginetest.Law {
	return func(row []float32, visible []int32, pos int) {
		for i := range row {
			row[i] = float32(math.Inf(-1))
		}
		at := enginetest.Target(visible, pos) - 1
		row[enginetest.First] = 0
		if h[at] == 1 {
			row[enginetest.First+1] = 0
		}
	}
}

// By hand: a coin has 0.693 nats. Certain positions cost nothing; a bound of 0.7
// allows one coin before another, one of 0.6 none, so that each step takes the
// certain ones that are left and one coin.
func TestEntropyBoundByHand(t *testing.T) {
	net := enginetest.NewTable(2, 8, coins([]float64{1, 0, 1, 1, 0, 1}))
	for _, c := range []struct {
		opts engines.Options
		want commits
	}{
		{engines.Options{"gamma": 0.7}, commits{{0, 1, 2, 4}, {3, 5}}},
		{engines.Options{"gamma": 0.6}, commits{{0, 1, 4}, {2}, {3}, {5}}},
		{engines.Options{"gamma": 10.0}, commits{{0, 1, 2, 3, 4, 5}}},
		{engines.Options{"gamma": 0.7, "block_length": 4}, commits{{0, 1, 2}, {3}, {4, 5}}},
	} {
		var order commits
		one(t, subject.Must(t, net, "entropy-bound", c.opts), engines.Request{Prompt: []int32{3}, Budget: 6}, &order)
		if !slices.EqualFunc(order, c.want, slices.Equal[[]int]) {
			t.Errorf("%v: commits %v, want %v", c.opts, order, c.want)
		}
	}
}

// Rows with random weights are never certain: no bound is one token per step by
// entropy, a large one is one step.
func TestEntropyBoundLimits(t *testing.T) {
	s := enginetest.NewSession(t)
	req := engines.Request{Prompt: []int32{5, 6, 7}, Budget: 17}
	for _, c := range [][2]engines.Result{
		{one(t, subject.Must(t, s, "llada", engines.Options{"remasking": "entropy"}), req, nil), one(t, subject.Must(t, s, "entropy-bound", engines.Options{"gamma": 0}), req, nil)},
		{one(t, subject.Must(t, s, "llada", engines.Options{"steps": 1, "remasking": "entropy"}), req, nil), one(t, subject.Must(t, s, "entropy-bound", engines.Options{"gamma": 1000.0}), req, nil)},
	} {
		if !slices.Equal(c[0].Tokens, c[1].Tokens) || c[0].Usage != c[1].Usage {
			t.Errorf("llada: %v %+v\nentropy-bound: %v %+v", c[0].Tokens, c[0].Usage, c[1].Tokens, c[1].Usage)
		}
	}
}

// The law for two fair coins that are always equal: drawing both at once is
// wrong half of the time, and a bound below the entropy of a coin forbids it.
func TestEntropyBoundProtects(t *testing.T) {
	pair := &enginetest.Joint{N: 2, Symbols: 2, P: []float64{0.5, 0, 0, 0.5}}
	net := enginetest.NewTable(2, 8, pair.Law(1))
	for gamma, want := range map[float64]bool{0.6: true, 0.7: false} {
		e := subject.Must(t, net, "entropy-bound", engines.Options{"gamma": gamma, "temperature": 1.0})
		broken := 0
		for seed := range uint64(40) {
			if r := one(t, e, engines.Request{Prompt: []int32{3}, Budget: 2, Seed: seed}, nil); r.Tokens[0] != r.Tokens[1] {
				broken++
			}
		}
		if (broken == 0) != want {
			t.Errorf("gamma %g: %d of 40 pairs differ", gamma, broken)
		}
	}
}
