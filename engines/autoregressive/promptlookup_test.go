package autoregressive

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/usage"
)

// By hand. The text is 3 4 5 3 | 4 5 3 4 6 3 4 5 with drafts of four tokens.
// The prompt ends in 3, which was followed by 4 5 3, and by 4 again when the
// draft runs on into itself: all four are right, and 6 is one more. Nothing
// follows 6 anywhere. The 3 behind it was last followed by 4 6, of which 4 is
// right; the last token of the budget is not fed.
func TestPromptLookupByHand(t *testing.T) {
	answer := []int32{4, 5, 3, 4, 6, 3, 4, 5}
	net := enginetest.NewTable(5, 16, enginetest.Sure(4, answer))
	e := subject.Must(t, net, "prompt-lookup", engines.Options{"draft_length": 4})
	var fed []int64
	var commits []int
	r := one(t, e, engines.Request{Prompt: []int32{3, 4, 5, 3}, Budget: 8}, engines.SinkFunc(func(e *engines.Event) {
		fed, commits = append(fed, e.QueryTokens), append(commits, len(e.Committed))
	}))
	if want := []int64{8, 1, 2}; !slices.Equal(fed, want) {
		t.Errorf("tokens per pass %v, want %v", fed, want)
	}
	if want := []int{5, 1, 2}; !slices.Equal(commits, want) {
		t.Errorf("commits per pass %v, want %v", commits, want)
	}
	u := r.Usage
	if !slices.Equal(r.Tokens, answer) || u.N(usage.DraftedTokens) != 6 || u.N(usage.AcceptedTokens) != 5 || u.N(usage.NFE) != 3 || u.N(usage.LogitRows) != 8 {
		t.Errorf("got %+v", r)
	}
	if v := net.Model().Config().VocabSize; u.N(usage.SampledLogits) != 8*v || u.N(usage.QueryTokens.In(usage.Prefill)) != 4 || u.N(usage.QueryTokens.In(usage.Denoise)) != 7 {
		t.Errorf("usage is %+v", u)
	}
}

// Which earlier place is copied: behind the 3 at the end came 4 first and 5 last.
func TestPlaceOfTheMatch(t *testing.T) {
	text := []int32{3, 4, 7, 3, 5, 3}
	for _, c := range []struct {
		l    lookup
		want int
	}{
		{lookup{most: 3, least: 1}, 4}, {lookup{most: 3, least: 1, first: true}, 1},
		{lookup{most: 3, least: 2}, -1},
	} {
		if got := c.l.find(text); got != c.want {
			t.Errorf("%+v copies from %d, want %d", c.l, got, c.want)
		}
	}
	if got := (&lookup{most: 2, least: 1}).find([]int32{3, 4, 9, 3, 4}); got != 2 {
		t.Errorf("the longer match is at 2, got %d", got)
	}
	if got := (&lookup{most: 5, least: 1}).find([]int32{3}); got != -1 {
		t.Errorf("one token has no earlier place, got %d", got)
	}
}

// Text, finish and random draws are those of decoding without drafts, for any
// draft length, temperature, prompt, template and batch, with the cache and
// without.
func TestPromptLookupIsLossless(t *testing.T) {
	s := enginetest.NewSession(t)
	const gap = engines.Gap
	rng := rand.New(rand.NewPCG(1, 1))
	accepted := 0
	for round := range 24 {
		var batch []engines.Request
		for range 1 + rng.IntN(4) {
			req := engines.Request{Budget: 1 + rng.IntN(24), Seed: rng.Uint64()}
			for range 1 + rng.IntN(12) {
				req.Prompt = append(req.Prompt, enginetest.First+rng.Int32N(4))
			}
			if rng.IntN(2) == 0 {
				req.Stop = []int32{enginetest.End, 4, 30}
			}
			if rng.IntN(3) == 0 {
				for i := range req.Budget {
					id := gap
					if i > 0 && rng.IntN(3) == 0 {
						id = 5 + rng.Int32N(3)
					}
					req.Template = append(req.Template, id)
				}
			}
			batch = append(batch, req)
		}
		sampling := engines.Options{"temperature": []float64{0, 0.3, 1}[round%3], "top_p": []float64{1, 0.7}[round%2]}
		drafting := engines.Options{"draft_length": 1 + rng.IntN(9), "ngram_max": 1 + rng.IntN(3), "cache": []string{"exact", "none"}[round/12]}
		for name, v := range sampling {
			drafting[name] = v
		}
		want, err := subject.Must(t, s, "sample", sampling).Generate(context.Background(), batch, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := subject.Must(t, s, "prompt-lookup", drafting).Generate(context.Background(), batch, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range batch {
			enginetest.CheckResult(t, batch[i], got[i])
			if !slices.Equal(got[i].Tokens, want[i].Tokens) || got[i].Finish != want[i].Finish {
				t.Errorf("round %d, %v:\nprompt-lookup %v %s\nsample        %v %s", round, drafting, got[i].Tokens, got[i].Finish, want[i].Tokens, want[i].Finish)
			}
			u, v := got[i].Usage, want[i].Usage
			// An accepted token saves a pass, the last one of the text only if it ends the pass as well.
			if saved := v.N(usage.NFE) - u.N(usage.NFE); saved != u.N(usage.AcceptedTokens) && saved != u.N(usage.AcceptedTokens)-1 || u.N(usage.SampledLogits) != v.N(usage.SampledLogits) || u.N(usage.CommittedTokens) != v.N(usage.CommittedTokens) {
				t.Errorf("round %d: %d passes with %d tokens accepted, %d without drafts", round, u.N(usage.NFE), u.N(usage.AcceptedTokens), v.N(usage.NFE))
			}
			accepted += u.N(usage.AcceptedTokens)
		}
	}
	if accepted < 50 {
		t.Errorf("only %d tokens were accepted: the test shows little", accepted)
	}
}

// A draft ends with a stop id, and in front of one where the text must go on.
func TestDraftsEndWithTheText(t *testing.T) {
	const gap = engines.Gap
	for _, c := range []struct {
		template []int32
		fed      int64
		drafted  int
	}{{nil, 5, 2}, {[]int32{gap, gap, gap, gap, 4}, 5, 1}} {
		answer := []int32{4, enginetest.End}
		if c.template != nil {
			answer = []int32{4, 4, 4, 4}
		}
		net := enginetest.NewTable(3, 16, enginetest.Sure(4, answer))
		var fed []int64
		r := one(t, subject.Must(t, net, "prompt-lookup", nil), engines.Request{Prompt: []int32{3, 4, enginetest.End, 3}, Budget: 5, Stop: []int32{enginetest.End}, Template: c.template},
			engines.SinkFunc(func(e *engines.Event) { fed = append(fed, e.QueryTokens) }))
		if fed[0] != c.fed || c.template == nil && (r.Usage.N(usage.DraftedTokens) != c.drafted || r.Usage.N(usage.NFE) != 1 || r.Finish != engines.FinishStop) {
			t.Errorf("template %v: tokens per pass %v, %+v", c.template, fed, r)
		}
	}
}

func TestImpossibleNGrams(t *testing.T) {
	_, err := New(enginetest.NewSession(t), "prompt-lookup", engines.Options{"ngram_min": 4})
	for _, part := range []string{"prompt-lookup", "ngram_min (4)", "ngram_max (3)", "works"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("the error %v does not say %q", err, part)
		}
	}
}
