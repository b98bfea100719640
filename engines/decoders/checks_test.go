package decoders

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/usage"
)

func (c *checks) info(t *testing.T) {
	info := c.engine(t, c.net).Info()
	if info.Engine != c.preset.Engine || info.Preset != c.preset.Name {
		t.Errorf("the engine says it is %s %s", info.Engine, info.Preset)
	}
	if info.WeightsDigest != c.net.Model().Digest() || info.Kernel == "" || info.Threads != c.net.Threads() {
		t.Errorf("digest, kernel or threads are wrong: %+v", info)
	}
	if !slices.Contains([]string{"none", "exact", "approximate"}, info.Cache) {
		t.Errorf("cache is %q", info.Cache)
	}
	if c.preset.Doc == "" || c.preset.Source == "" {
		t.Error("the preset has no description or source")
	}
	for _, p := range c.preset.Params {
		want, given := c.opts[p.Name]
		if !given {
			want = p.Default
		}
		if got, ok := info.Options[p.Name]; !ok || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("option %s is %v, want %v", p.Name, got, want)
		}
		if p.Doc == "" {
			t.Errorf("option %s has no description", p.Name)
		}
	}
}

// results checks everything that a Result says about itself.
func (c *checks) results(t *testing.T) {
	batch := requests()
	for i, r := range generate(t, c.engine(t, c.net), batch, nil) {
		enginetest.CheckResult(t, batch[i], r)
		if r.Finish == engines.FinishCancelled {
			t.Errorf("request %d was cancelled", i)
		}
		if slices.Contains(r.Tokens, enginetest.Mask) && r.Finish != engines.FinishStop {
			t.Errorf("request %d ended with masks: %v", i, r.Tokens)
		}
	}
}

// forbidden decodes again and again, each time without the tokens that were
// written before: none of them comes back.
func (c *checks) forbidden(t *testing.T) {
	e := c.engine(t, c.net)
	req := engines.Request{Prompt: []int32{5, 6, 7}, Budget: 8, Seed: 3, Template: []int32{engines.Gap, 9, engines.Gap, engines.Gap, engines.Gap, 10, engines.Gap, engines.Gap}}
	for range 4 {
		r := generate(t, e, []engines.Request{req}, nil)[0]
		enginetest.CheckResult(t, req, r)
		for i, id := range r.Tokens {
			if req.Template[i] != engines.Gap {
				continue
			}
			if slices.Contains(req.Never, id) {
				t.Fatalf("token %d was written, never is %v", id, req.Never)
			}
		}
		for i, id := range r.Tokens {
			if req.Template[i] == engines.Gap && id != enginetest.Mask && !slices.Contains(req.Never, id) {
				req.Never = append(req.Never, id)
			}
		}
	}
}

func (c *checks) repeats(t *testing.T) {
	e := c.engine(t, c.net)
	first := generate(t, e, requests(), nil)
	again := generate(t, e, requests(), engines.SinkFunc(func(*engines.Event) {}))
	fresh := generate(t, c.engine(t, c.net), requests(), nil)
	for i := range first {
		sameWork(t, "with a sink", again[i], first[i])
		sameWork(t, "with a new engine", fresh[i], first[i])
		if again[i].Usage[usage.WeightBytes] != first[i].Usage[usage.WeightBytes] {
			t.Error("weight bytes changed")
		}
	}
}

// everyPassCounts compares the counters with those of the network itself, alone
// and in a batch.
func (c *checks) everyPassCounts(t *testing.T) {
	e := c.engine(t, c.net)
	reading := func() engines.Meter {
		tally := c.net.Tally()
		return engines.Meter{Passes: tally.Passes, Rows: tally.Rows}
	}
	batches := [][]engines.Request{requests()}
	for _, r := range requests() {
		batches = append(batches, []engines.Request{r})
	}
	for _, batch := range batches {
		before := reading()
		results := generate(t, e, batch, nil)
		if gap := reading().Sub(before).Uncounted(results); gap != "" {
			t.Errorf("%d requests: %s", len(batch), gap)
		}
	}
}

func (c *checks) batchIsSingle(t *testing.T) {
	e := c.engine(t, c.net)
	batch := requests()
	for i, r := range generate(t, e, batch, nil) {
		sameWork(t, fmt.Sprintf("request %d", i), r, generate(t, e, batch[i:i+1], nil)[0])
	}
	if r := generate(t, e, nil, nil); len(r) != 0 {
		t.Errorf("no request gave %v", r)
	}
}

// endOfText decodes a text that the network knows, with its end inside the budget.
func (c *checks) endOfText(t *testing.T) {
	answer := []int32{4, 5, 3, enginetest.End}
	law := enginetest.Sure(2, answer)
	if c.edits() {
		law = func(row []float32, _ []int32, pos int) { // each row gives what its own position should hold
			id := enginetest.Pad
			if at := pos - 2; at >= 0 && at < len(answer) {
				id = answer[at]
			}
			row[id] = 100
		}
	}
	e := c.engine(t, enginetest.NewTable(5, 64, law))
	for _, budget := range []int{4, 8, 12} {
		req := engines.Request{Prompt: []int32{3, 4}, Budget: budget, Stop: []int32{enginetest.End}}
		r := generate(t, e, []engines.Request{req}, nil)[0]
		enginetest.CheckResult(t, req, r)
		if r.Useful != 3 || r.Finish != engines.FinishStop || !slices.Equal(r.Tokens[:4], answer) {
			t.Errorf("budget %d: %d useful tokens, %s, %v", budget, r.Useful, r.Finish, r.Tokens)
		}
	}
}

// template asks for a text with an end before its fixed part: the gap must not
// take it.
func (c *checks) template(t *testing.T) {
	e := c.engine(t, enginetest.NewTable(5, 64, func(row []float32, _ []int32, _ int) {
		row[enginetest.End], row[enginetest.Pad], row[enginetest.Mask], row[5] = 50, 100, 200, 25
	}))
	const gap = engines.Gap
	req := engines.Request{Prompt: []int32{3}, Budget: 4, Template: []int32{gap, 4, gap, 3}, Stop: []int32{enginetest.End}}
	r := generate(t, e, []engines.Request{req}, nil)[0]
	enginetest.CheckResult(t, req, r)
	if want := []int32{5, 4, 5, 3}; !slices.Equal(r.Tokens, want) || r.Useful != 4 {
		t.Errorf("got %v, want %v", r.Tokens, want)
	}
}

// draft: a half-written canvas is refused by the presets that say so and by no other.
func (c *checks) draft(t *testing.T) {
	req := engines.Request{Prompt: []int32{3}, Budget: 4, Draft: []int32{4, engines.Gap, engines.Gap, 3}}
	results, err := c.engine(t, c.net).Generate(context.Background(), []engines.Request{req}, nil)
	if refused := err != nil; refused != c.preset.LeftToRight {
		t.Fatalf("left to right %v, error %v", c.preset.LeftToRight, err)
	}
	if err != nil {
		return
	}
	if u := results[0].Usage; len(results[0].Tokens) != 4 || u.N(usage.CommittedTokens) < 2 || u.N(usage.CommittedTokens) > 2+u.N(usage.RevisedTokens) {
		t.Errorf("%d tokens, %d commits, %d revisions; want 2 gaps of 4 positions written", len(results[0].Tokens), u.N(usage.CommittedTokens), u.N(usage.RevisedTokens))
	}
}

func (c *checks) cancelled(t *testing.T) {
	e, batch := c.engine(t, c.net), requests()
	for after := range 3 { // forward passes before the context ends
		ctx, cancel := context.WithCancel(context.Background())
		if after == 0 {
			cancel()
		}
		results, err := e.Generate(ctx, batch, engines.SinkFunc(func(ev *engines.Event) {
			if ev.Pass == after-1 {
				cancel()
			}
		}))
		cancel()
		if !errors.Is(err, context.Canceled) {
			finished := !slices.ContainsFunc(results, func(r engines.Result) bool { return r.Finish == engines.FinishCancelled })
			if err != nil || !finished {
				t.Fatalf("after %d passes the error is %v", after, err)
			}
		}
		for i, r := range results {
			enginetest.CheckResult(t, batch[i], r)
			if r.Usage.N(usage.NFE) > after {
				t.Errorf("request %d went on for %d passes, cancelled after %d", i, r.Usage.N(usage.NFE), after)
			}
			if after == 0 && r.Finish != engines.FinishCancelled {
				t.Errorf("request %d says %s", i, r.Finish)
			}
		}
	}
	generate(t, e, batch, nil) // and it still works
}

func (c *checks) badRequests(t *testing.T) {
	net := enginetest.NewTable(5, 16, enginetest.Sure(1, nil))
	e := c.engine(t, net)
	good := engines.Request{Prompt: []int32{3}, Budget: 4}
	for name, change := range map[string]func(*engines.Request){
		"empty prompt":       func(r *engines.Request) { r.Prompt = nil },
		"no budget":          func(r *engines.Request) { r.Budget = 0 },
		"negative budget":    func(r *engines.Request) { r.Budget = -4 },
		"beyond the context": func(r *engines.Request) { r.Budget = 16 },
		"unknown token":      func(r *engines.Request) { r.Prompt = []int32{3, 8} },
		"negative token":     func(r *engines.Request) { r.Prompt = []int32{-1} },
		"mask in the prompt": func(r *engines.Request) { r.Prompt = []int32{enginetest.Mask} },
		"unknown stop":       func(r *engines.Request) { r.Stop = []int32{8} },
		"short template":     func(r *engines.Request) { r.Template = []int32{engines.Gap, 3, 3} },
		"template, no gap":   func(r *engines.Request) { r.Template = []int32{3, 3, 3, 3} },
		"template, token":    func(r *engines.Request) { r.Template = []int32{engines.Gap, 3, 3, 8} },
		"template, mask":     func(r *engines.Request) { r.Template = []int32{engines.Gap, 3, 3, enginetest.Mask} },
	} {
		bad := good
		change(&bad)
		if r, err := e.Generate(context.Background(), []engines.Request{good, bad}, nil); err == nil {
			t.Errorf("%s: got %v", name, r)
		}
	}
	if net.Passes > 0 {
		t.Errorf("%d passes were run for bad requests", net.Passes)
	}
}

func (c *checks) brokenNetwork(t *testing.T) {
	e := c.engine(t, enginetest.NewTable(5, 16, func(row []float32, _ []int32, _ int) {
		for i := range row {
			row[i] = float32(math.NaN())
		}
	}))
	if r, err := e.Generate(context.Background(), []engines.Request{{Prompt: []int32{3}, Budget: 4}}, nil); err == nil {
		t.Errorf("got %v", r)
	}
}

func (c *checks) wholeContext(t *testing.T) {
	req := engines.Request{Prompt: make([]int32, 52), Budget: 12}
	for i := range req.Prompt {
		req.Prompt[i] = enginetest.First
	}
	enginetest.CheckResult(t, req, generate(t, c.engine(t, c.net), []engines.Request{req}, nil)[0])
}

// sameWork compares everything that does not depend on the clock or on who
// else is in the batch.
func sameWork(t *testing.T, name string, got, want engines.Result) {
	t.Helper()
	g, w := withoutWeights(got.Usage), withoutWeights(want.Usage) // embeddings of the whole batch count
	if !slices.Equal(got.Tokens, want.Tokens) || got.Useful != want.Useful || got.Finish != want.Finish || g != w {
		t.Errorf("%s:\ngot  %v %d %s %+v\nwant %v %d %s %+v", name,
			got.Tokens, got.Useful, got.Finish, g, want.Tokens, want.Useful, want.Finish, w)
	}
}

// withoutWeights leaves out the bytes of weights.
func withoutWeights(u engines.Usage) engines.Usage {
	u[usage.WeightBytes] = usage.Count{}
	for _, k := range usage.Kinds() {
		u[usage.WeightBytes.In(k)] = usage.Count{}
	}
	return u
}
