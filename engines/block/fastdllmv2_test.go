package block

import (
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
)

// Two sub-blocks of 2 and one of 1 in each block of 5. Positions 2 and 5 are
// sure from the start and wait for their sub-block.
func TestSubBlocksByHand(t *testing.T) {
	net := sure([]int32{3, 4, 5, 6, 7}, 1, 9, 9, 9, 1, 9, 4.3, 5, 1, 1)
	req := engines.Request{Prompt: []int32{3}, Budget: 10}
	for _, c := range []struct {
		opts engines.Options
		want string
	}{
		{engines.Options{"sub_block": 2}, "0: 1, 0: 0, 0: 2 3, 0: 4, 1: 5, 1: 6, 1: 7, 1: 8, 1: 9"},
		{engines.Options{"sub_block": 2, "threshold": 0.85}, "0: 1, 0: 0, 0: 2 3, 0: 4, 1: 5 6, 1: 7, 1: 8, 1: 9"},
		{engines.Options{"sub_block": 0}, "0: 1 2 3, 0: 0, 0: 4, 1: 5 7, 1: 6, 1: 8, 1: 9"},
		{engines.Options{"sub_block": 7}, "0: 1 2 3, 0: 0, 0: 4, 1: 5 7, 1: 6, 1: 8, 1: 9"},
		{engines.Options{"sub_block": 1}, "0: 0, 0: 1, 0: 2, 0: 3, 0: 4, 1: 5, 1: 6, 1: 7, 1: 8, 1: 9"},
	} {
		c.opts["block_length"] = 5
		r := traced(t, subject.Must(t, net, "fast-dllm-v2", c.opts), req, c.want)
		if want := []int32{3, 4, 5, 6, 7, 3, 4, 5, 6, 7}; !slices.Equal(r.Tokens, want) {
			t.Errorf("tokens are %v, want %v", r.Tokens, want)
		}
	}
}

// The text ends at position 2: nothing behind it is written for its own sake.
func TestFastDLLMv2EndsWithTheText(t *testing.T) {
	net := sure([]int32{3, 4, enginetest.End, 0, 0}, 5, 1, 5, 2, 1)
	req := engines.Request{Prompt: []int32{3}, Budget: 5, Stop: []int32{enginetest.End}}
	r := traced(t, subject.Must(t, net, "fast-dllm-v2", engines.Options{"block_length": 5}), req, "0: 0 2, 0: 3, 0: 1")
	if r.Finish != engines.FinishStop || r.Useful != 2 || r.Tokens[4] != enginetest.Mask {
		t.Errorf("%+v", r)
	}
}

// With shift each block begins with a pass over finished text alone: it stores
// the block before and writes the first token, however unsure it is.
func TestShiftedLeadByHand(t *testing.T) {
	cfg := enginetest.Config(40, 32)
	shifted(&cfg)
	logits := []float32{0.5, 9, 1, 2, 0.5, 9, 9}
	net := enginetest.NewTableOf(cfg, func(row []float32, _ []int32, pos int) {
		if at := pos + 1 - 5; at >= 0 && at < len(logits) {
			row[10+at] = logits[at]
		}
	})
	const p = 5
	e := subject.Must(t, net, "fast-dllm-v2", engines.Options{"block_length": 4, "sub_block": 2})
	r := traced(t, e, engines.Request{Prompt: prompt(p), Budget: 7}, "0: 0, 0: 1, 0: 3, 0: 2, 1: 4, 1: 5, 1: 6")
	if want := []int32{10, 11, 12, 13, 14, 15, 16}; !slices.Equal(r.Tokens, want) {
		t.Errorf("tokens are %v, want %v", r.Tokens, want)
	}
	const prefill, commit, denoise = engines.PhasePrefill, engines.PhaseCommit, engines.PhaseDenoise
	bill := Bill{Config: cfg, Table: true}
	bill.Pass(Rows{Kind: prefill, N: p, Keys: 1, Causal: true, Logits: 1})
	bill.Pass(Rows{Kind: denoise, N: 4, Keys: 9, Logits: 1}) // position 1
	bill.Pass(Rows{Kind: denoise, N: 4, Keys: 9, Logits: 2}) // 2 and 3
	bill.Pass(Rows{Kind: denoise, N: 4, Keys: 9, Logits: 1})
	bill.Pass(Rows{Kind: commit, N: 4, Keys: 6, Causal: true, Logits: 1})
	bill.Pass(Rows{Kind: denoise, N: 3, Keys: 12, Logits: 1})
	bill.Pass(Rows{Kind: denoise, N: 3, Keys: 12, Logits: 1})
	bill.Check(t, r.Usage)

	// Where the prompt's end shares the first block, its own row predicts the
	// first token: blocks at work are [5,8) and [8,12).
	blockCausal(4)(&cfg)
	shared := enginetest.NewTableOf(cfg, net.Law)
	e = subject.Must(t, shared, "fast-dllm-v2", engines.Options{"block_length": 4, "sub_block": 2})
	traced(t, e, engines.Request{Prompt: prompt(p), Budget: 7}, "0: 0, 0: 1, 0: 2, 1: 3, 1: 4, 1: 5 6")
}

// On a network whose keys are the tokens themselves, a key is stale where its
// token has changed since it was fed. The block cache keeps none of these, so
// it writes the same as without.
func TestBlockCacheFeedsWhatChanged(t *testing.T) {
	law := func(row []float32, visible []int32, pos int) {
		at := enginetest.Target(visible, pos)
		written := 0
		for _, id := range visible { // sums change with every token that is seen
			if id != enginetest.Mask {
				written += int(id)
			}
		}
		row[int(enginetest.First)+(at+written)%8] = float32((at*5+written)%11) - 1
	}
	const gap = engines.Gap
	for _, req := range []engines.Request{
		{Prompt: []int32{3, 4, 5}, Budget: 17},
		{Prompt: []int32{3}, Budget: 8, Template: []int32{gap, 5, gap, gap, 6, 7, gap, gap}},
	} {
		for _, c := range [][2]int{{8, 3}, {6, 2}, {5, 0}, {0, 4}, {7, 1}} {
			var got, want steps
			opts := engines.Options{"block_length": c[0], "sub_block": c[1]}
			b := one(t, subject.Must(t, enginetest.NewTable(8, 32, law), "fast-dllm-v2", opts), req, &want)
			opts["block_cache"] = true
			a := one(t, subject.Must(t, enginetest.NewTable(8, 32, law), "fast-dllm-v2", opts), req, &got)
			if !slices.Equal(a.Tokens, b.Tokens) || !slices.Equal(got, want) {
				t.Errorf("%v:\n%v %v\n%v %v", c, a.Tokens, got, b.Tokens, want)
			}
		}
	}
}

// One token per step: of the passes of a sub-block the first feeds the block,
// the others the sub-block. Prompt of 5, blocks of 8 and 3 in parts of 3.
func TestBlockCacheBill(t *testing.T) {
	s := enginetest.NewSession(t)
	const prefill, commit, denoise = engines.PhasePrefill, engines.PhaseCommit, engines.PhaseDenoise
	opts := engines.Options{"block_length": 8, "sub_block": 3, "block_cache": true, "threshold": 2.0}
	e := subject.Must(t, s, "fast-dllm-v2", opts)
	if e.Info().Cache != "approximate" {
		t.Errorf("the cache is called %s", e.Info().Cache)
	}
	r := one(t, e, engines.Request{Prompt: prompt(5), Budget: 11}, nil)
	bill := Bill{Config: s.Model().Config()}
	bill.Pass(Rows{Kind: prefill, N: 5, Keys: 1, Causal: true}, Rows{Kind: denoise, N: 8, Keys: 13, Logits: 3})
	for _, masks := range []int{2, 1} {
		bill.Pass(Rows{Kind: denoise, N: 3, Keys: 13, Logits: masks})
	}
	for _, part := range []int{3, 2} {
		bill.Pass(Rows{Kind: denoise, N: 8, Keys: 13, Logits: part})
		for masks := part - 1; masks > 0; masks-- {
			bill.Pass(Rows{Kind: denoise, N: part, Keys: 13, Logits: masks})
		}
	}
	bill.Pass(Rows{Kind: commit, N: 8, Keys: 6, Causal: true}, Rows{Kind: denoise, N: 3, Keys: 16, Logits: 3})
	for _, masks := range []int{2, 1} {
		bill.Pass(Rows{Kind: denoise, N: 3, Keys: 16, Logits: masks})
	}
	bill.Check(t, r.Usage)
}

// What the block cache keeps of a transformer is stale, and the audit says so:
// the rest of the block, in every pass but the first of each sub-block. Layer 0
// belongs to the token alone and does not drift.
func TestBlockCacheIsApproximate(t *testing.T) {
	s := enginetest.NewSession(t)
	e := subject.Must(t, s, "fast-dllm-v2", engines.Options{"block_length": 6, "sub_block": 3, "block_cache": true, "threshold": 2.0})
	var log audits
	one(t, e, engines.Request{Prompt: prompt(4), Budget: 12}, &log)
	if len(log) != 12 {
		t.Fatalf("%d passes", len(log))
	}
	for pass, a := range log {
		block := pass / 6
		switch stale := pass%3 > 0; {
		case !stale && a.KL > 1e-12:
			t.Errorf("pass %d feeds the block and gives other logits: %+v", pass, a)
		case stale && (a.Stale != 4+6*block+3 || a.KL <= 0 || a.DriftK[0] != 0 || !(a.DriftK[1] > 0) || !(a.DriftV[1] > 0)):
			t.Errorf("pass %d: %+v", pass, a)
		}
	}
}

// audits keeps what a tracer is told about the cache.
type audits []engines.Audit

func (*audits) Trace() engines.Tracing { return engines.Tracing{Audit: true} }
func (a *audits) Event(e *engines.Event) {
	x := *e.Probe.Audit
	x.DriftK, x.DriftV = slices.Clone(x.DriftK), slices.Clone(x.DriftV)
	*a = append(*a, x)
}

func TestBlockCacheNeedsACache(t *testing.T) {
	_, err := New(enginetest.NewSession(t), "fast-dllm-v2", engines.Options{"block_cache": true, "cache": "none"})
	if err == nil || !strings.Contains(err.Error(), "block_cache true with cache exact") {
		t.Errorf("the error is %v", err)
	}
}
