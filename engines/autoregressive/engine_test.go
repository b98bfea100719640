package autoregressive

import (
	"context"
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

var subject = enginetest.Opener(New)

// Without a cache the same tokens come out of longer passes.
func TestNoCache(t *testing.T) {
	s := enginetest.NewSession(t)
	req := engines.Request{Prompt: []int32{5, 6, 7}, Budget: 9, Seed: 4}
	for _, preset := range []string{"greedy", "sample"} {
		with := one(t, subject.Must(t, s, preset, nil), req, nil)
		e := subject.Must(t, s, preset, engines.Options{"cache": "none"})
		without := one(t, e, req, engines.SinkFunc(func(e *engines.Event) {
			if e.CacheHit || e.Phase != engines.PhaseDecode {
				t.Errorf("event of phase %s, cache hit %v", e.Phase, e.CacheHit)
			}
		}))
		if !slices.Equal(with.Tokens, without.Tokens) || e.Info().Cache != "none" {
			t.Errorf("%s: %v with cache, %v without", preset, with.Tokens, without.Tokens)
		}
		f := enginetest.Formula{Config: s.Model().Config()}
		for n := 3; n < 3+9; n++ { // the whole text in every pass
			for row := range n {
				f.Rows(1, row+1, row == n-1)
			}
		}
		f.Check(t, without.Usage)
		if u := without.Usage; u.N(usage.QueryTokens.In(usage.Prefill)) != 0 || u.N(usage.NFE.In(usage.Prefill)) != 0 || u.N(usage.FLOPs.In(usage.Prefill)) != 0 || u.N(usage.NFE) != 9 {
			t.Errorf("usage is %+v", u)
		}
	}
}

// TestWide: more rows change the work of a pass, not the text; a prompt that counts as
// stored is not computed.
func TestWide(t *testing.T) {
	s := enginetest.NewSession(t)
	req := engines.Request{Prompt: []int32{5, 6, 7}, Budget: 9}
	want := one(t, subject.Must(t, s, "greedy", nil), req, nil).Tokens
	for _, rows := range []int{1, 2, 16} {
		r := one(t, subject.Must(t, s, "wide", engines.Options{"rows": rows}), req, nil)
		if !slices.Equal(r.Tokens, want) || int(r.Usage.N(usage.QueryTokens)) != max(3, rows)+8*rows || r.Usage.N(usage.NFE) != 9 {
			t.Errorf("%d rows: %v, want %v, with %+v", rows, r.Tokens, want, r.Usage)
		}
		f := enginetest.Formula{Config: s.Model().Config()}
		for row := range rows {
			f.Rows(1, 3+row, true)
		}
		req := engines.Request{Prompt: req.Prompt, Budget: 1}
		f.Check(t, one(t, subject.Must(t, s, "wide", engines.Options{"rows": rows, "prompt": "taken"}), req, nil).Usage)
	}
}

// The cache is exact: every token is the argmax of a pass over the whole text
// from position 0, with the same bits.
func TestCachedEqualsRecomputed(t *testing.T) {
	s := enginetest.NewSession(t)
	for _, prompt := range [][]int32{{9}, {5, 6, 7}, {20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36}} {
		r := one(t, subject.Must(t, s, "greedy", nil), engines.Request{Prompt: prompt, Budget: 20}, nil)
		seq := slices.Clone(prompt)
		for range 20 {
			n := len(seq)
			pass, err := s.Forward([]network.Window{{Tokens: seq, Visible: network.CausalVisible(nil, 0, n), Cache: s.NewCache(n), Logits: []int{n - 1}}})
			if err != nil {
				t.Fatal(err)
			}
			row := pass.Logits[0]
			row[enginetest.Mask], row[enginetest.Pad] = -1e30, -1e30
			id, _ := kernel.Argmax(row)
			seq = append(seq, int32(id))
		}
		if want := seq[len(prompt):]; !slices.Equal(r.Tokens, want) {
			t.Errorf("prompt of %d: cached %v, recomputed %v", len(prompt), r.Tokens, want)
		}
	}
}

func one(t testing.TB, e engines.Engine, req engines.Request, sink engines.Sink) engines.Result {
	t.Helper()
	results, err := e.Generate(context.Background(), []engines.Request{req}, sink)
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}

// Prefill of p tokens, then g-1 passes of one token: the sums of workloads.md
// section C, with the keys that a causal mask lets each row see.
func TestCountersEqualClosedFormulas(t *testing.T) {
	s := enginetest.NewSession(t)
	const p, g = 5, 11
	u := one(t, subject.Must(t, s, "greedy", nil), engines.Request{Prompt: []int32{3, 4, 5, 6, 7}, Budget: g}, nil).Usage
	f := enginetest.Formula{Config: s.Model().Config()}
	for row := range p {
		f.Rows(1, row+1, row == p-1)
	}
	for i := 1; i < g; i++ {
		f.Rows(1, p+i, true)
	}
	f.Check(t, u)
	if u.N(usage.NFE) != g || u.N(usage.DenoisingSteps) != 0 {
		t.Errorf("%d passes and %d denoising steps, want %d and 0", u.N(usage.NFE), u.N(usage.DenoisingSteps), g)
	}
}

// Sampling follows the exact joint distribution, and top-k = 1 is greedy.
func TestLaw(t *testing.T) {
	j := enginetest.Toy()
	net := enginetest.NewTable(3, 8, j.Law(1))
	enginetest.CheckLaw(t, subject.Must(t, net, "sample", nil), j, j.P)

	req := engines.Request{Prompt: []int32{enginetest.First}, Budget: 3, Seed: 9}
	greedy := one(t, subject.Must(t, net, "greedy", nil), req, nil)
	if r := one(t, subject.Must(t, net, "sample", engines.Options{"top_k": 1}), req, nil); !slices.Equal(r.Tokens, greedy.Tokens) {
		t.Errorf("top_k 1 gives %v, greedy %v", r.Tokens, greedy.Tokens)
	}
}

// Padding and mask are no text, whatever the network thinks of them.
func TestNeverDrawsPadOrMask(t *testing.T) {
	net := enginetest.NewTable(3, 16, func(row []float32, _ []int32, _ int) {
		row[enginetest.Pad], row[enginetest.Mask], row[5] = 100, 100, 50
	})
	for _, p := range Presets() {
		r := one(t, subject.Must(t, net, p.Name, nil), engines.Request{Prompt: []int32{3}, Budget: 3}, nil)
		if !slices.Equal(r.Tokens, []int32{5, 5, 5}) {
			t.Errorf("%s gives %v", p.Name, r.Tokens)
		}
	}
}

// Fixed ids are read together with the token in front of them: one pass per gap.
func TestTemplatePasses(t *testing.T) {
	const gap = engines.Gap
	s := enginetest.NewSession(t)
	var sizes []int64
	r := one(t, subject.Must(t, s, "greedy", nil), engines.Request{Prompt: []int32{5, 6}, Budget: 8, Template: []int32{7, gap, 8, 9, 10, gap, gap, 11}},
		engines.SinkFunc(func(e *engines.Event) { sizes = append(sizes, e.QueryTokens) }))
	if want := []int64{3, 4, 1}; !slices.Equal(sizes, want) {
		t.Errorf("tokens per pass %v, want %v", sizes, want)
	}
	if r.Usage.N(usage.NFE) != 3 || len(r.Tokens) != 8 || r.CommitNs[0] != 0 || r.CommitNs[1] <= 0 {
		t.Errorf("got %+v", r)
	}
}

// Nothing is allocated per token: a long answer allocates as often as a short one.
func TestNoAllocationPerToken(t *testing.T) {
	s := enginetest.NewSession(t)
	for _, preset := range Presets() {
		e := subject.Must(t, s, preset.Name, nil)
		count := func(budget int) float64 {
			return testing.AllocsPerRun(5, func() { one(t, e, engines.Request{Prompt: []int32{5}, Budget: budget}, nil) })
		}
		count(60)
		if short, long := count(4), count(60); long > short {
			t.Errorf("%s: 4 tokens take %g allocations, 60 tokens %g", preset.Name, short, long)
		}
	}
}

// TestPaddingThatEndsTexts: padding is never written, unless its token also ends
// texts, as in most public checkpoints.
func TestPaddingThatEndsTexts(t *testing.T) {
	cfg := enginetest.Config(8, 32)
	cfg.MaskToken, cfg.EOS, cfg.Pad = network.NoToken, model.TokenIDs{enginetest.End, 7}, 7
	net := enginetest.NewTableOf(cfg, func(row []float32, _ []int32, pos int) {
		row[5] = 1
		if pos == 3 {
			row[7] = 2
		}
	})
	r, err := subject.Must(t, net, "greedy", nil).Generate(t.Context(), []engines.Request{{Prompt: []int32{3, 4}, Budget: 8, Stop: []int32{enginetest.End, 7}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := r[0]; got.Useful != 2 || got.Finish != engines.FinishStop || !slices.Equal(got.Tokens, []int32{5, 5, 7}) {
		t.Errorf("got %+v", got)
	}
}
