package diffusion

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/usage"
)

// On a network whose keys are the tokens themselves, stale keys are those of
// tokens that have changed since. None of the caches may keep such a key: they
// write the same text in the same order as decoding without cache.
func TestCachesFeedWhatChanged(t *testing.T) {
	law := ladder(3, []float32{5, 3, 7, 1, 4, 4, 2, 6, 5.5, 0.5, 3.5})
	const gap = engines.Gap
	requests := []engines.Request{
		{Prompt: []int32{3, 3, 3}, Budget: 11},
		{Prompt: []int32{3, 4, 3}, Budget: 8, Template: []int32{gap, 5, gap, gap, 6, 7, gap, gap}},
	}
	for _, c := range []struct {
		preset, twin string
		opts, same   engines.Options
	}{
		{"fast-dllm", "llada-threshold", engines.Options{"cache": "none", "block_length": 4}, engines.Options{"block_length": 4}},
		{"fast-dllm", "llada-threshold", engines.Options{"cache": "prefix", "block_length": 4}, engines.Options{"block_length": 4}},
		{"fast-dllm", "llada-threshold", engines.Options{"cache": "dual", "block_length": 4, "threshold": 0.5}, engines.Options{"block_length": 4, "threshold": 0.5}},
		{"fast-dllm", "llada-threshold", engines.Options{"cache": "dual", "block_length": 0}, engines.Options{"block_length": 0}},
		{"dkv-cache", "llada", engines.Options{"cache_steps": 3}, engines.Options{}},
		{"dkv-cache", "llada", engines.Options{"cache_steps": 100}, engines.Options{}},
		{"dllm-cache", "llada", engines.Options{}, engines.Options{}},
		{"dkv-greedy", "dkv-greedy", engines.Options{"cache_steps": 100, "window": 0}, engines.Options{"cache_steps": 1}},
		{"dinfer", "dinfer", engines.Options{"cache": "vicinity", "block_length": 4, "look_before": 1, "look_after": 2, "warmup_steps": 0}, engines.Options{"block_length": 4}},
		{"dcd", "dcd", engines.Options{"cache": "prefix", "window": 3, "refresh": 100, "around": 0}, engines.Options{"window": 3}},
		{"dcd", "dcd", engines.Options{"cache": "dual", "window": 3, "refresh": 100, "around": 0}, engines.Options{"window": 3}},
	} {
		for i, req := range requests {
			var got, want commits
			a := one(t, subject.Must(t, enginetest.NewTable(12, 32, law), c.preset, c.opts), req, &got)
			b := one(t, subject.Must(t, enginetest.NewTable(12, 32, law), c.twin, c.same), req, &want)
			if !slices.Equal(a.Tokens, b.Tokens) || !slices.EqualFunc(got, want, slices.Equal[[]int]) {
				t.Errorf("%s %v, request %d:\ngot  %v %v\nwant %v %v", c.preset, c.opts, i, a.Tokens, got, b.Tokens, want)
			}
		}
	}
}

// The sums of workloads.md section C for each cache. Prompt of 5, answer of 22
// in blocks of 8, 8 and 6, one token per pass.
func TestCacheFormulas(t *testing.T) {
	s := enginetest.NewSession(t)
	const p, g, b, n = 5, 22, 8, 27
	prompt := []int32{3, 4, 5, 6, 7}
	each := func(visit func(done, size, masks int, first bool)) {
		for done := 0; done < g; done += b {
			size := min(b, g-done)
			for masks := size; masks > 0; masks-- {
				visit(done, size, masks, masks == size)
			}
		}
	}
	for _, cache := range []string{"none", "prefix", "dual"} {
		f, prefill, commit := enginetest.Formula{Config: s.Model().Config()}, 0, 0
		each(func(done, size, masks int, first bool) {
			switch {
			case cache == "none" || first:
				f.Rows(n, n, false)
				if cache != "none" {
					prefill, commit = prefill+p, commit+done
				}
			case cache == "prefix":
				f.Rows(g-done, n, false)
			default:
				f.Rows(size, n, false)
			}
			f.Logits(masks)
		})
		opts := engines.Options{"cache": cache, "block_length": b, "threshold": 2.0}
		u := one(t, subject.Must(t, s, "fast-dllm", opts), engines.Request{Prompt: prompt, Budget: g}, nil).Usage
		t.Run(cache, func(t *testing.T) { f.Check(t, u) })
		if u.N(usage.NFE) != g || u.N(usage.QueryTokens.In(usage.Prefill)) != prefill || u.N(usage.QueryTokens.In(usage.Commit)) != commit {
			t.Errorf("%s: %d passes, %d rows of prefill, %d of commit, want %d, %d, %d", cache, u.N(usage.NFE), u.N(usage.QueryTokens.In(usage.Prefill)), u.N(usage.QueryTokens.In(usage.Commit)), g, prefill, commit)
		}
	}
	for _, every := range []int{1, 4, 50} {
		f := enginetest.Formula{Config: s.Model().Config()}
		for pass := range g {
			rows := g - pass // the masks
			if pass > 0 {
				rows++ // and the token of the pass before
			}
			if pass%every == 0 {
				rows = n
			}
			f.Rows(rows, n, false)
			f.Logits(g - pass)
		}
		u := one(t, subject.Must(t, s, "dkv-cache", engines.Options{"cache_steps": every}), engines.Request{Prompt: prompt, Budget: g}, nil).Usage
		t.Run(fmt.Sprint("delayed ", every), func(t *testing.T) { f.Check(t, u) })
		f = enginetest.Formula{Config: s.Model().Config()}
		for pass := range g {
			rows := 2 // what it writes, and the token of the pass before
			if pass%every == 0 {
				rows = n
			}
			f.Rows(rows, n, false)
			f.Logits(1)
		}
		u = one(t, subject.Must(t, s, "dkv-greedy", engines.Options{"cache_steps": every, "window": 0}), engines.Request{Prompt: prompt, Budget: g}, nil).Usage
		t.Run(fmt.Sprint("greedy ", every), func(t *testing.T) { f.Check(t, u) })
	}
	f, pass := enginetest.Formula{Config: s.Model().Config()}, 0
	each(func(done, size, masks int, first bool) {
		rows := min(2+size+3, 2+g-done)
		if first || pass <= 1 {
			rows = n
		}
		pass++
		f.Rows(rows, n, false)
		f.Logits(masks)
	})
	opts := engines.Options{"cache": "vicinity", "block_length": b, "selection": "hierarchy", "threshold": 2.0, "low_threshold": 2.0, "look_before": 2, "look_after": 3, "warmup_steps": 1, "early_stop": false}
	u := one(t, subject.Must(t, s, "dinfer", opts), engines.Request{Prompt: prompt, Budget: g}, nil).Usage
	t.Run("vicinity", func(t *testing.T) { f.Check(t, u) })
}

// audits collects what a tracer is told about the cache.
type audits []engines.Audit

func (*audits) Trace() engines.Tracing { return engines.Tracing{Audit: true} }
func (a *audits) Event(e *engines.Event) {
	x := *e.Probe.Audit
	x.DriftK, x.DriftV = slices.Clone(x.DriftK), slices.Clone(x.DriftV)
	*a = append(*a, x)
}

// A transformer's keys do change: an approximate cache must show it, and only
// where something was kept. Renewing in every pass is no cache.
func TestAuditSeesStaleKeys(t *testing.T) {
	s := enginetest.NewSession(t)
	req := engines.Request{Prompt: []int32{5, 6, 7}, Budget: 12}
	for name, c := range map[string]struct {
		preset string
		opts   engines.Options
		stale  func(pass int) int
	}{
		"prefix":       {"fast-dllm", engines.Options{"cache": "prefix", "block_length": 4, "threshold": 2.0}, func(pass int) int { return 3 + pass/4*4 }},
		"dual":         {"fast-dllm", engines.Options{"cache": "dual", "block_length": 4, "threshold": 2.0}, func(int) int { return 11 }},
		"delayed":      {"dkv-cache", engines.Options{"cache_steps": 4}, func(pass int) int { return 3 + pass - 1 }},
		"renewed":      {"dkv-cache", engines.Options{"cache_steps": 1}, nil},
		"none":         {"llada", nil, nil},
		"none, blocks": {"fast-dllm", engines.Options{"cache": "none", "block_length": 4}, nil},
	} {
		var log audits
		one(t, subject.Must(t, s, c.preset, c.opts), req, &log)
		for pass, a := range log {
			want := 0
			if c.stale != nil && pass%4 != 0 {
				want = c.stale(pass)
			}
			if a.Stale != want {
				t.Errorf("%s, pass %d: %d stale positions, want %d", name, pass, a.Stale, want)
			}
			// Keys of layer 0 belong to the embedding alone and never go stale
			// unless the token changed.
			if want > 0 && (a.DriftK[0] != 0 || !(a.DriftK[1] > 0 && a.DriftK[1] < 1) || !(a.DriftV[1] > 0 && a.DriftV[1] < 1) || a.KL <= 0) {
				t.Errorf("%s, pass %d: %+v", name, pass, a)
			}
			if want == 0 && (a.KL != 0 || a.Agree != a.Rows) {
				t.Errorf("%s, pass %d: without stale keys %+v", name, pass, a)
			}
		}
	}
	// Renewed in every pass, the delayed cache is LLaDA bit for bit.
	a := one(t, subject.Must(t, s, "dkv-cache", engines.Options{"cache_steps": 1}), req, nil)
	b := one(t, subject.Must(t, s, "llada", nil), req, nil)
	if !slices.Equal(a.Tokens, b.Tokens) || a.Usage.N(usage.FLOPs) != b.Usage.N(usage.FLOPs) {
		t.Errorf("%v %+v\n%v %+v", a.Tokens, a.Usage, b.Tokens, b.Usage)
	}
}

// Computed in full in every pass, the feature cache is LLaDA; with long
// intervals it does less work and its logits differ.
func TestFeatureCache(t *testing.T) {
	s := enginetest.NewSession(t)
	req := engines.Request{Prompt: []int32{5, 6, 7, 8, 9}, Budget: 18}
	want := one(t, subject.Must(t, s, "llada", nil), req, nil)
	for _, opts := range []engines.Options{{"prompt_interval": 1, "answer_interval": 1}, {"prompt_interval": 1, "share": 1.0}} {
		var log audits
		got := one(t, subject.Must(t, s, "dllm-cache", opts), req, &log)
		if !slices.Equal(got.Tokens, want.Tokens) {
			t.Errorf("%v: %v, want %v", opts, got.Tokens, want.Tokens)
		}
		for _, a := range log {
			if a.KL > 1e-6 || a.Agree != a.Rows { // the order of sums differs
				t.Errorf("%v: %+v", opts, a)
			}
		}
	}
	var log audits
	got := one(t, subject.Must(t, s, "dllm-cache", engines.Options{"share": 0.1}), req, &log)
	changed := 0
	for pass, a := range log {
		if a.KL > 1e-6 {
			changed++
		}
		if stale := a.Stale > 0; stale != (pass > 0) {
			t.Errorf("pass %d has %d stale positions", pass, a.Stale)
		}
	}
	if got.Usage.N(usage.FLOPs) >= want.Usage.N(usage.FLOPs) || changed < len(log)/2 {
		t.Errorf("%d of %d FLOPs, %d of %d passes with other logits", got.Usage.N(usage.FLOPs), want.Usage.N(usage.FLOPs), changed, len(log))
	}
	if keys := s.NewCache(23); int64(got.Usage.N(usage.PeakCacheBytes)) <= keys.Bytes() {
		t.Errorf("the features do not count: %d bytes", got.Usage.N(usage.PeakCacheBytes))
	}
}

// Steps make the quota, also for a budget that the blocks do not divide; without
// steps the threshold rules; what does not go together is refused.
func TestFastDLLMCommit(t *testing.T) {
	s := enginetest.NewSession(t)
	req := engines.Request{Prompt: []int32{5, 6}, Budget: 22}
	for _, c := range []struct {
		opts engines.Options
		nfe  int
	}{
		{engines.Options{"block_length": 8, "steps": 6}, 6},
		{engines.Options{"block_length": 8, "steps": 6, "commit": "quota"}, 6},
		{engines.Options{"block_length": 8, "commit": "quota"}, 22},
		{engines.Options{"block_length": 8, "threshold": 2.0}, 22},
		{engines.Options{"block_length": 8, "threshold": 0}, 3},
	} {
		if r := one(t, subject.Must(t, s, "fast-dllm", c.opts), req, nil); r.Usage.N(usage.NFE) != c.nfe {
			t.Errorf("%v: %d passes, want %d", c.opts, r.Usage.N(usage.NFE), c.nfe)
		}
	}
	if _, err := subject(s, "fast-dllm", engines.Options{"commit": "factor", "steps": 4}); err == nil || !strings.Contains(err.Error(), "commit quota with steps 4") {
		t.Errorf("steps without quota: %v", err)
	}
	e := subject.Must(t, s, "fast-dllm", engines.Options{"block_length": 8, "steps": 4})
	if _, err := e.Generate(context.Background(), []engines.Request{req}, nil); err == nil || !strings.Contains(err.Error(), "for example steps 6 or 0") {
		t.Errorf("four steps for three blocks: %v", err)
	}
}
