package diffusion

import (
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/usage"
)

// plain is a network that wants First+i at position i of the answer, whatever
// else stands there.
func plain() enginetest.Law {
	return func(row []float32, _ []int32, pos int) { row[int(enginetest.First)+pos-1] = 9 }
}

// A draft of six positions: three right tokens, a wrong one, two gaps. Rules
// that keep what is written keep the error; one that looks at it again, hidden,
// mends it and spoils nothing.
func TestDraft(t *testing.T) {
	const a, gap = enginetest.First, engines.Gap
	right := []int32{a, a + 1, a + 2, a + 3, a + 4, a + 5}
	draft := []int32{a, a + 5, a + 2, gap, gap, a + 5} // a+5 at position 1 is wrong
	kept := slices.Clone(right)
	kept[1] = a + 5
	for _, c := range []struct {
		preset string
		opts   engines.Options
		mends  bool
	}{
		{"llada", engines.Options{}, false},
		{"p2", engines.Options{"temperature": 0, "eta": 0}, false},
		{"p2", engines.Options{"temperature": 0}, false}, // written without doubt, as far as it knows
		{"p2", engines.Options{"temperature": 0, "planner": "remask", "steps": 24}, true},
		{"p2", engines.Options{"temperature": 0, "planner": "self", "steps": 24}, true},
		{"remdm", engines.Options{"eta": 0}, false},
	} {
		mended := 0
		for seed := range uint64(10) {
			r := one(t, subject.Must(t, enginetest.NewTable(16, 8, plain()), c.preset, c.opts),
				engines.Request{Prompt: []int32{3}, Budget: 6, Draft: draft, Seed: seed}, nil)
			if u := r.Usage; u.N(usage.CanvasPositions) != 6 || u.N(usage.CommittedTokens)-u.N(usage.RevisedTokens) != 2 || !c.mends && u.N(usage.RevisedTokens) != 0 {
				t.Errorf("%s %v: %+v", c.preset, c.opts, u)
			}
			switch {
			case slices.Equal(r.Tokens, right):
				mended++
			case !slices.Equal(r.Tokens, kept):
				t.Errorf("%s %v: wrote %v from %v", c.preset, c.opts, r.Tokens, draft)
			}
		}
		if c.mends && mended < 8 || !c.mends && mended > 0 {
			t.Errorf("%s %v: mended in %d of 10", c.preset, c.opts, mended)
		}
	}
}

// Without a draft the time grid begins at its begin; with half of the text
// written it begins in the middle.
func TestDraftShortensTheGrid(t *testing.T) {
	const a, gap = enginetest.First, engines.Gap
	draft := []int32{a, gap, a + 2, gap, a + 4, gap}
	for steps, want := range map[int]int{6: 3, 2: 1} {
		r := one(t, subject.Must(t, enginetest.NewTable(16, 8, plain()), "p2", engines.Options{"temperature": 0, "steps": steps}),
			engines.Request{Prompt: []int32{3}, Budget: 6, Draft: draft}, nil)
		if r.Usage.N(usage.NFE) != want {
			t.Errorf("%d steps: %d passes, want %d", steps, r.Usage.N(usage.NFE), want)
		}
	}
}

func TestDraftIsChecked(t *testing.T) {
	e := subject.Must(t, enginetest.NewTable(16, 8, plain()), "llada", nil)
	const a, gap = enginetest.First, engines.Gap
	for _, r := range []engines.Request{
		{Draft: []int32{a, gap}},                                    // too short
		{Draft: []int32{a, a, a}},                                   // no gap
		{Draft: []int32{a, gap, enginetest.Mask}},                   // a mask
		{Draft: []int32{a, gap, a}, Template: []int32{a, gap, gap}}, // both
	} {
		r.Prompt, r.Budget = []int32{3}, 3
		if _, err := e.Generate(t.Context(), []engines.Request{r}, nil); err == nil {
			t.Errorf("%v was accepted", r.Draft)
		}
	}
}
