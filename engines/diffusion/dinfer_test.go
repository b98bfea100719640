package diffusion

import (
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/usage"
)

// By hand, with p = e^x/(e^x+9): 5 gives 0.943, 3 gives 0.69, 2 gives 0.45, 1
// gives 0.23.
func TestDInferByHand(t *testing.T) {
	for _, c := range []struct {
		name string
		sure []float32
		opts engines.Options
		want commits
	}{
		{"threshold", []float32{5, 3, 5, 1, 2, 1}, nil, commits{{0, 2}, {1}, {4}, {3, 5}}},
		{"threshold, ties of the surest", []float32{3, 1, 3, 3, 1, 2}, nil, commits{{0, 2, 3}, {5}, {1, 4}}},
		// One run at first: 0 and 2 are above 0.9. Then the runs are 1 and 3-5, with
		// 0.69 and 0.45 above 0.4; then 3 and 5, neither above it: the surest.
		{"hierarchy", []float32{5, 3, 5, 1, 2, 1}, engines.Options{"selection": "hierarchy"}, commits{{0, 2}, {1, 4}, {3}, {5}}},
		{"hierarchy, ties", []float32{1, 1, 1, 1, 1, 1}, engines.Options{"selection": "hierarchy"}, commits{{0}, {1}, {2}, {3}, {4}, {5}}},
		{"blocks", []float32{5, 3, 5, 5, 5, 5}, engines.Options{"block_length": 3}, commits{{0, 2}, {1}, {3, 4, 5}}},
	} {
		var order commits
		one(t, subject.Must(t, enginetest.NewTable(8, 16, ladder(1, c.sure)), "dinfer", c.opts), engines.Request{Prompt: []int32{3}, Budget: 6}, &order)
		if !slices.EqualFunc(order, c.want, slices.Equal[[]int]) {
			t.Errorf("%s: commits %v, want %v", c.name, order, c.want)
		}
	}
}

// Without weight, credit is the threshold; with it, predictions that last are
// committed sooner.
func TestCreditLimits(t *testing.T) {
	s := enginetest.NewSession(t)
	req := engines.Request{Prompt: []int32{5, 6, 7}, Budget: 17}
	run := func(o engines.Options) engines.Result {
		o["threshold"] = 0.1
		return one(t, subject.Must(t, s, "dinfer", o), req, nil)
	}
	plain, none := run(engines.Options{}), run(engines.Options{"selection": "credit", "credit_alpha": 0})
	if !slices.Equal(plain.Tokens, none.Tokens) || plain.Usage != none.Usage {
		t.Errorf("threshold: %v %+v\nno credit: %v %+v", plain.Tokens, plain.Usage, none.Tokens, none.Usage)
	}
	if much := run(engines.Options{"selection": "credit", "credit_alpha": 3.0}); much.Usage.N(usage.NFE) >= plain.Usage.N(usage.NFE) {
		t.Errorf("with credit %d passes, without %d", much.Usage.N(usage.NFE), plain.Usage.N(usage.NFE))
	}
}

// A threshold above 1 is LLaDA with one token per step, but for ties; so is
// hierarchy with both thresholds above 1.
func TestDInferLimits(t *testing.T) {
	s := enginetest.NewSession(t)
	req := engines.Request{Prompt: []int32{5, 6, 7}, Budget: 12}
	want := one(t, subject.Must(t, s, "llada", engines.Options{"block_length": 4}), req, nil)
	for _, selection := range []string{"threshold", "hierarchy"} {
		o := engines.Options{"selection": selection, "threshold": 1.5, "low_threshold": 1.5, "block_length": 4}
		got := one(t, subject.Must(t, s, "dinfer", o), req, nil)
		if !slices.Equal(got.Tokens, want.Tokens) || got.Usage != want.Usage {
			t.Errorf("%s: %v %+v\nllada: %v %+v", selection, got.Tokens, got.Usage, want.Tokens, want.Usage)
		}
	}
}

// A request ends after the block that holds its end.
func TestDInferEarlyStop(t *testing.T) {
	law := enginetest.Sure(1, []int32{3, 4, 5, 3, 4, enginetest.End})
	for _, c := range []struct {
		stop    bool
		length  int
		written int
	}{{true, 4, 8}, {true, 5, 10}, {true, 3, 6}, {false, 4, 12}, {true, 0, 12}} {
		e := subject.Must(t, enginetest.NewTable(3, 32, law), "dinfer", engines.Options{"early_stop": c.stop, "block_length": c.length})
		r := one(t, e, engines.Request{Prompt: []int32{3}, Budget: 12, Stop: []int32{enginetest.End}}, nil)
		if r.Usage.N(usage.CommittedTokens) != c.written || r.Useful != 5 || r.Finish != engines.FinishStop {
			t.Errorf("%+v: %+v", c, r)
		}
	}
}
