package choice

import (
	"context"
	"errors"
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/autoregressive"
	"dllmbench/engines/block"
	"dllmbench/engines/diffusion"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/likelihood"
	"dllmbench/engines/usage"
)

// TestRatings: each kind of decoder rates as package likelihood does, and counts what the
// network counts.
func TestRatings(t *testing.T) {
	s := enginetest.NewSession(t)
	scorer := likelihood.New(s)
	prompt, choices := []int32{5, 6, 7, 8}, [][]int32{{9, 10, 11}, {12}, {13, 14, 15, 16, 17, 18, 19, 20}}
	o := likelihood.Options{Draws: 20, Seed: 3}
	for _, c := range []struct {
		open  enginetest.Opener
		opts  engines.Options
		rates string
		want  func(likelihood.Text) (likelihood.Result, error)
	}{
		{autoregressive.New, nil, "exact", scorer.AR},
		{diffusion.New, nil, "full", func(x likelihood.Text) (likelihood.Result, error) { return scorer.Full(x, o) }},
		{block.New, engines.Options{"block_length": 2}, "block 2", func(x likelihood.Text) (likelihood.Result, error) { return scorer.Block(x, 2, o) }},
		{block.New, engines.Options{"block_length": 0}, "block whole", func(x likelihood.Text) (likelihood.Result, error) { return scorer.Block(x, 0, o) }},
	} {
		e := Wrap(s, c.open.Must(t, s, "", c.opts))
		if e.Info().Rates != c.rates {
			t.Errorf("rates %q, want %q", e.Info().Rates, c.rates)
		}
		before := engines.Meter(s.Tally())
		results, err := e.Generate(context.Background(), []engines.Request{{Prompt: prompt, Choices: choices, Draws: 20, Seed: 3}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if breach := engines.Meter(s.Tally()).Sub(before).Uncounted(results); breach != "" {
			t.Errorf("%s: %s", c.rates, breach)
		}
		r, passes := results[0], 0
		for i, answer := range choices {
			want, err := c.want(likelihood.Text{Prompt: prompt, Answer: answer})
			if err != nil {
				t.Fatal(err)
			}
			passes += want.Passes
			if got := r.Ratings[i]; got.Nats != want.Total() || got.SE == nil || *got.SE != want.SE || got.Tokens != len(answer) {
				t.Errorf("%s, choice %d: %+v, want %g ± %g", c.rates, i, got, want.Total(), want.SE)
			}
		}
		if n := r.Usage.N(usage.NFE); n != passes || r.Usage.N(usage.FLOPs) == 0 || len(r.Tokens) != 0 || r.Spent.Forward <= 0 || r.Elapsed < r.Spent.Forward {
			t.Errorf("%s: %d passes, want %d; %+v", c.rates, n, passes, r)
		}
	}
}

// TestRefused: what has no part in a rating is refused, and requests without choices are
// decoded as ever.
func TestRefused(t *testing.T) {
	s := enginetest.NewSession(t)
	rating, writing := engines.Request{Prompt: []int32{5}, Choices: [][]int32{{6}, {7}}, Draws: 1}, engines.Request{Prompt: []int32{5}, Budget: 4}
	inner := enginetest.Opener(diffusion.New).Must(t, s, "", nil)
	e := Wrap(s, inner)
	want, _ := inner.Generate(context.Background(), []engines.Request{writing}, nil)
	if got, err := e.Generate(context.Background(), []engines.Request{writing}, nil); err != nil || !slices.Equal(got[0].Tokens, want[0].Tokens) {
		t.Errorf("%v, %v", got, err)
	}
	guided := Wrap(s, enginetest.Opener(diffusion.New).Must(t, s, "", engines.Options{"cfg_scale": 1.0}))
	for _, c := range []struct {
		e     *Engine
		batch []engines.Request
	}{{e, []engines.Request{rating, writing}}, {guided, []engines.Request{rating}}, {e, []engines.Request{{Prompt: []int32{5}, Choices: [][]int32{{6}, {}}, Draws: 1}}},
		{e, []engines.Request{{Prompt: []int32{5}, Choices: [][]int32{{6}, {7}}}}}, {e, []engines.Request{{Prompt: []int32{5}, Choices: [][]int32{{6}, {enginetest.Mask}}, Draws: 1}}}} {
		if _, err := c.e.Generate(context.Background(), c.batch, nil); err == nil {
			t.Errorf("%+v was rated", c.batch)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if got, err := e.Generate(ctx, []engines.Request{rating}, nil); !errors.Is(err, context.Canceled) || got[0].Finish != engines.FinishCancelled || got[0].Ratings != nil {
		t.Errorf("cancelled: %+v, %v", got, err)
	}
}
