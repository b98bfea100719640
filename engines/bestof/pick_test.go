package bestof

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/autoregressive"
	"dllmbench/engines/diffusion"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// must returns an engine or ends the test.
func must(t *testing.T, s enginetest.Opener, net network.Network, preset string, o engines.Options) engines.Engine {
	t.Helper()
	return s.Must(t, net, preset, o)
}

// tries are the answers and the work of single runs with the seeds of the tries.
func tries(t *testing.T, e engines.Engine, req engines.Request, n int) []engines.Result {
	t.Helper()
	var list []engines.Result
	for try := range n {
		r := req
		r.Seed = seed(req.Seed, try)
		list = append(list, one(t, e, r, nil))
	}
	return list
}

// logLikelihood is the obvious definition: a pass of its own for each token.
func logLikelihood(t *testing.T, s *model.Session, req engines.Request, r engines.Result) float64 {
	t.Helper()
	n := r.Useful
	if r.Finish == engines.FinishStop {
		n++
	}
	sum := 0.0
	text := slices.Clone(req.Prompt)
	for _, id := range r.Tokens[:n] {
		pass, err := s.Forward([]network.Window{{Tokens: text, Visible: network.CausalVisible(nil, 0, len(text)), Cache: s.NewCache(len(text)), Logits: []int{len(text) - 1}}})
		if err != nil {
			t.Fatal(err)
		}
		row := pass.Logits[0]
		row[enginetest.Mask], row[enginetest.Pad] = -1e30, -1e30
		sum += float64(row[id]) - kernel.LogSumExp(row)
		text = append(text, id)
	}
	return sum / float64(n)
}

// The answer with the highest likelihood is kept, the seeds are those that are
// documented, and the work is that of all tries and of one causal pass each.
func TestLikelihood(t *testing.T) {
	s := enginetest.NewSession(t)
	later := 0
	for name, c := range map[string]struct {
		plain decoder
		subj  enginetest.Opener
		rule  string
		opts  engines.Options
	}{
		"autoregressive": {autoregressive.New, subjects["autoregressive"], "sample", engines.Options{"temperature": 1.0}},
		"diffusion":      {diffusion.New, subjects["diffusion"], "llada", engines.Options{"temperature": 1.0, "steps": 4}},
	} {
		plain, err := c.plain(s, c.rule, c.opts)
		if err != nil {
			t.Fatal(err)
		}
		const n = 4
		c.opts["best_of"] = n
		e := c.subj.Must(t, s, c.rule, c.opts)
		for first := range uint64(6) {
			req := engines.Request{Prompt: []int32{5, 6, 7}, Budget: 8, Seed: 100 + first, Stop: []int32{enginetest.End, 4, 5, 6}}
			list := tries(t, plain, req, n)
			want := usage.Zero()
			f := enginetest.Formula{Config: s.Model().Config()}
			best, top := 0, math.Inf(-1)
			for i, r := range list {
				want.Add(r.Usage)
				if i > 0 { // what is not kept for the next try is revised
					want.Increase(usage.RevisedTokens, list[i-1].Usage.N(usage.CommittedTokens))
				}
				if l := logLikelihood(t, s, req, r); r.Useful > 0 && l > top {
					best, top = i, l
				}
				rows := max(1, r.Useful)
				if r.Finish == engines.FinishStop {
					rows = r.Useful + 1
				}
				for row := range len(req.Prompt) + rows - 1 {
					f.Rows(1, row+1, row >= len(req.Prompt)-1)
				}
			}
			got := one(t, e, req, nil)
			if !slices.Equal(got.Tokens, list[best].Tokens) || got.Useful != list[best].Useful || got.Finish != list[best].Finish {
				t.Errorf("%s: got %v, want try %d: %v", name, got.Tokens, best, list[best].Tokens)
			}
			u := got.Usage
			if u.N(usage.NFE) != want.N(usage.NFE)+n || u.N(usage.DenoisingSteps) != want.N(usage.DenoisingSteps) || u.N(usage.CanvasPositions) != 8 {
				t.Errorf("%s: usage %+v, the tries alone %+v", name, u, want)
			}
			f.QueryTokens, f.AttendedKeys, f.LogitRows = f.QueryTokens+int64(want.N(usage.QueryTokens)), f.AttendedKeys+int64(want.N(usage.AttendedKeys)), f.LogitRows+int64(want.N(usage.LogitRows))
			f.Check(t, u)
			if best == n-1 && (u.N(usage.CommittedTokens) != want.N(usage.CommittedTokens) || u.N(usage.RevisedTokens) != want.N(usage.RevisedTokens)) {
				t.Errorf("%s: %d commits, %d revisions, want %d and %d", name, u.N(usage.CommittedTokens), u.N(usage.RevisedTokens), want.N(usage.CommittedTokens), want.N(usage.RevisedTokens))
			}
			for pos, ns := range got.CommitNs {
				if got.Tokens[pos] != enginetest.Mask && ns != int64(got.Elapsed) {
					t.Errorf("%s: position %d is final after %d ns, the choice was made after %d", name, pos, ns, got.Elapsed)
				}
			}
			if best > 0 {
				later++
			}
		}
	}
	if later < 4 {
		t.Errorf("another than the first answer was best in %d cases only: the test shows little", later)
	}
}

// replay rebuilds texts from events.
type replay struct {
	texts  []map[int]int32
	passes []int
}

func (p *replay) Event(e *engines.Event) {
	for _, list := range [][]engines.Commit{e.Revised, e.Committed} {
		for _, k := range list {
			p.texts[e.Request][k.Pos] = k.ID
		}
	}
	p.passes[e.Request]++
}

// The checker ends a request with the first right answer, and others go on; the
// events of each are its own.
func TestChecker(t *testing.T) {
	s := enginetest.NewSession(t)
	plain, err := autoregressive.New(s, "sample", nil)
	if err != nil {
		t.Fatal(err)
	}
	const n = 5
	var batch []engines.Request
	asked := make([]int, 4)
	for i, right := range []int{1, 3, 0, 99} { // the try whose answer is right
		batch = append(batch, engines.Request{Prompt: []int32{5, 6, int32(7 + i)}, Budget: 6, Seed: uint64(i), Stop: []int32{enginetest.End},
			Oracle: func([]int32) bool {
				asked[i]++
				return asked[i] == right+1
			}})
	}
	e := must(t, subjects["autoregressive"], s, "sample", engines.Options{"best_of": n, "best_of_pick": "checker"})
	seen := &replay{passes: make([]int, len(batch))}
	for range batch {
		seen.texts = append(seen.texts, map[int]int32{})
	}
	results, err := e.Generate(context.Background(), batch, seen)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{2, 4, 1, n} { // tries
		list := tries(t, plain, batch[i], want)
		u := usage.Zero()
		for _, r := range list {
			u.Add(r.Usage)
		}
		last, got := list[want-1], results[i]
		enginetest.CheckResult(t, batch[i], got)
		if asked[i] != want || !slices.Equal(got.Tokens, last.Tokens) || got.Finish != last.Finish {
			t.Errorf("request %d: %d answers were judged, got %v, want %d and %v", i, asked[i], got.Tokens, want, last.Tokens)
		}
		if got.Usage.N(usage.NFE) != u.N(usage.NFE) || got.Usage.N(usage.FLOPs) != u.N(usage.FLOPs) || got.Usage.N(usage.QueryTokens.In(usage.Prefill)) != u.N(usage.QueryTokens.In(usage.Prefill)) || seen.passes[i] != u.N(usage.NFE) {
			t.Errorf("request %d: %d passes, %d events, want %d", i, got.Usage.N(usage.NFE), seen.passes[i], u.N(usage.NFE))
		}
		for pos, id := range got.Tokens {
			if seen.texts[i][pos] != id {
				t.Errorf("request %d, position %d: the events say %d, the result %d", i, pos, seen.texts[i][pos], id)
			}
		}
	}
}

// The oracle sees the useful tokens, and nobody asks it without being told to.
func TestJudgeSeesUsefulTokens(t *testing.T) {
	net := enginetest.NewTable(4, 32, func(row []float32, visible []int32, pos int) {
		switch at := enginetest.Target(visible, pos); {
		case at < 3:
			row[3], row[4] = 20, 20
		case at == 3:
			row[enginetest.End] = 99
		default:
			row[enginetest.Pad] = 99
		}
	})
	var heard [][]int32
	req := engines.Request{Prompt: []int32{5}, Budget: 6, Stop: []int32{enginetest.End}, Oracle: func(answer []int32) bool {
		heard = append(heard, slices.Clone(answer))
		return false
	}}
	subj := subjects["diffusion"]
	one(t, subj.Must(t, net, "llada", engines.Options{"temperature": 1.0, "best_of": 3}), req, nil)
	one(t, subj.Must(t, net, "llada", engines.Options{"temperature": 1.0, "best_of_pick": "checker"}), req, nil)
	if heard != nil {
		t.Errorf("likelihood, or a single try, asked the oracle about %v", heard)
	}
	one(t, subj.Must(t, net, "llada", engines.Options{"temperature": 1.0, "best_of": 3, "best_of_pick": "checker"}), req, nil)
	if len(heard) != 3 || len(heard[0]) != 2 || heard[0][0] < 3 || heard[0][1] > 4 {
		t.Errorf("the oracle heard %v", heard)
	}
}

// A single try is the decoder itself, whatever the decoder.
func TestOffByDefault(t *testing.T) {
	s := enginetest.NewSession(t)
	req := engines.Request{Prompt: []int32{5, 6}, Budget: 9, Seed: 3}
	plain, err := autoregressive.New(s, "sample", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := one(t, plain, req, nil)
	e := must(t, subjects["autoregressive"], s, "sample", nil)
	got := one(t, e, req, nil)
	if !slices.Equal(got.Tokens, want.Tokens) || got.Usage != want.Usage {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if o := e.Info().Options; o["best_of"] != 1 || o["best_of_pick"] != "likelihood" || o["temperature"] != 1.0 {
		t.Errorf("options are %v", o)
	}
}

// A run that is cut short gives the best answer that was finished, or the
// beginning of the first one.
func TestCutShort(t *testing.T) {
	s := enginetest.NewSession(t)
	e := must(t, subjects["autoregressive"], s, "sample", engines.Options{"best_of": 3})
	req := engines.Request{Prompt: []int32{5, 6}, Budget: 6, Seed: 3}
	first := one(t, e.(*Engine).inner, req, nil)
	for after := 1; after < 20; after++ {
		ctx, cancel := context.WithCancel(context.Background())
		results, err := e.Generate(ctx, []engines.Request{req}, engines.SinkFunc(func(e *engines.Event) {
			if e.Pass == after-1 {
				cancel()
			}
		}))
		cancel()
		r := results[0]
		enginetest.CheckResult(t, req, r)
		if err == nil || r.Finish != engines.FinishCancelled || r.Usage.N(usage.NFE) != after {
			t.Errorf("after %d passes: error %v, %+v", after, err, r)
		}
		if after < 6 && !slices.Equal(r.Tokens, first.Tokens[:after]) || after == 10 && !slices.Equal(r.Tokens, first.Tokens) {
			t.Errorf("after %d passes the text is %v, the first try is %v", after, r.Tokens, first.Tokens)
		}
	}
}

func TestRefusals(t *testing.T) {
	s := enginetest.NewSession(t)
	judge := func([]int32) bool { return true }
	for _, c := range []struct {
		subject, preset string
		opts            engines.Options
		judge           func([]int32) bool
		parts           []string
	}{
		{"autoregressive", "sample", engines.Options{"best_of": 2, "best_of_pick": "checker"}, nil, []string{"request 0", "best_of_pick checker", "likelihood needs nobody"}},
		{"autoregressive", "sample", engines.Options{"best_of": 2, "temperature": 0.0}, nil, []string{"best_of 2", "preset sample", "same text", "best_of 1 works", "temperature 0.7"}},
		{"diffusion", "llada", engines.Options{"best_of": 2, "best_of_pick": "checker"}, judge, []string{"preset llada", "engine diffusion", "same text"}},
	} {
		e := must(t, subjects[c.subject], s, c.preset, c.opts)
		req := engines.Request{Prompt: []int32{5}, Budget: 8, Oracle: c.judge}
		_, err := e.Generate(context.Background(), []engines.Request{req}, nil)
		for _, part := range c.parts {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s %v: error %v does not say %q", c.preset, c.opts, err, part)
			}
		}
	}
	for _, o := range []engines.Options{{"best_of": 0}, {"best_of_pick": "checkers"}} {
		if _, err := subjects["autoregressive"](s, "sample", o); err == nil || !strings.Contains(err.Error(), "autoregressive: preset sample: best_of") {
			t.Errorf("%v: error %v", o, err)
		}
	}
}
