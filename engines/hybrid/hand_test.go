package hybrid

import (
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/usage"
)

// guesses is a network that knows the text from clean rows, and whose masks
// guess: guess[i] with logit sure[i] for token i of the answer.
func guesses(prompt int, text, guess []int32, sure []float32) enginetest.Law {
	return func(row []float32, visible []int32, pos int) {
		at := enginetest.Target(visible, pos) - prompt
		switch {
		case at >= len(text):
		case visible[pos] == enginetest.Mask:
			row[guess[at]] = sure[at]
		default:
			row[text[at]] = 50
		}
	}
}

// pass is what one event tells.
type pass struct {
	phase       engines.Phase
	block       int
	fed, logits int64
	committed   []int // positions
	hit         bool
}

type log []pass

func (l *log) Event(e *engines.Event) {
	p := pass{phase: e.Phase, block: e.Block, fed: e.QueryTokens, logits: e.LogitRows, hit: e.CacheHit}
	for _, k := range e.Committed {
		p.committed = append(p.committed, k.Pos)
	}
	*l = append(*l, p)
}

func samePass(a, b pass) bool {
	return a.phase == b.phase && a.block == b.block && a.fed == b.fed && a.logits == b.logits && slices.Equal(a.committed, b.committed) && a.hit == b.hit
}

// By hand. Blocks of four, the text 4 5 6 7 3 4, the masks say . 5 4 7 3 4.
//
//  1. Prompt and four masks: the prompt's row writes 4, the masks propose 5 4 7.
//  2. 4 and the proposals: 5 is right, 6 replaces 4, and 7 is lost.
//  3. 6 and the three masks that are left: row 6 writes 7, the masks propose 3 4.
//  4. 7 and 3: both proposals are right; the last one is not fed.
func TestSelfSpeculationByHand(t *testing.T) {
	text := []int32{4, 5, 6, 7, 3, 4}
	net := enginetest.NewTable(6, 16, guesses(1, text, []int32{8, 5, 4, 7, 3, 4}, []float32{9, 9, 9, 9, 9, 9}))
	var got log
	r := one(t, subject.Must(t, net, "self-speculation", engines.Options{"block_length": 4}), engines.Request{Prompt: []int32{3}, Budget: 6}, &got)
	want := log{
		{phase: engines.PhaseDenoise, fed: 5, logits: 4, committed: []int{0}},
		{phase: engines.PhaseDecode, fed: 4, logits: 4, committed: []int{1, 2}, hit: true},
		{phase: engines.PhaseDenoise, block: 1, fed: 4, logits: 3, committed: []int{3}, hit: true},
		{phase: engines.PhaseDecode, block: 1, fed: 2, logits: 2, committed: []int{4, 5}, hit: true},
	}
	if !slices.EqualFunc(got, want, samePass) {
		t.Errorf("passes are\n%+v, want\n%+v", got, want)
	}
	f := enginetest.Formula{Config: net.Model().Config()}
	f.Rows(1, 1, true) // the prompt
	f.Rows(4, 5, false)
	f.Logits(3)
	for keys := 2; keys <= 5; keys++ {
		f.Rows(1, keys, true)
	}
	f.Rows(1, 4, true)
	f.Rows(3, 7, false)
	f.Logits(2)
	f.Rows(1, 5, true)
	f.Rows(1, 6, true)
	f.Check(t, r.Usage)
	u := r.Usage
	if !slices.Equal(r.Tokens, text) || u.N(usage.NFE) != 4 || u.N(usage.DenoisingSteps) != 2 || u.N(usage.DraftedTokens) != 5 || u.N(usage.AcceptedTokens) != 3 ||
		u.N(usage.SampledLogits) != 11*net.Model().Config().VocabSize || u.N(usage.QueryTokens.In(usage.Prefill)) != 1 || u.N(usage.QueryTokens.In(usage.Denoise)) != 14 {
		t.Errorf("got %+v", r)
	}
}

// Two draft steps by hand: with nine symbols, two more that may be written and
// logit 5, a guess has probability e^5/(e^5+9) = 0.94; with logit 1 it has 0.23.
//
//  1. Prompt and four masks: 4 is written, of the proposals only the second is
//     sure enough.
//  2. 4 and its block: row 4 writes 5, and the last mask proposes, with the
//     proposal in front of it in sight.
//  3. Verification of 6 and 7, and 8 behind them.
func TestDraftStepsByHand(t *testing.T) {
	text := []int32{4, 5, 6, 7, 8}
	base := guesses(1, text, []int32{8, 8, 6, 3, 3}, []float32{1, 1, 5, 1, 1})
	net := enginetest.NewTable(9, 16, func(row []float32, visible []int32, pos int) {
		base(row, visible, pos)
		if pos == 4 && visible[pos] == enginetest.Mask && visible[3] == 6 {
			row[7] = 9
		}
	})
	var got log
	e := subject.Must(t, net, "self-speculation", engines.Options{"block_length": 4, "draft_steps": 2})
	r := one(t, e, engines.Request{Prompt: []int32{3}, Budget: 5}, &got)
	want := log{
		{phase: engines.PhaseDenoise, fed: 5, logits: 4, committed: []int{0}},
		{phase: engines.PhaseDenoise, fed: 4, logits: 2, committed: []int{1}, hit: true},
		{phase: engines.PhaseDecode, fed: 3, logits: 3, committed: []int{2, 3, 4}, hit: true},
	}
	if !slices.EqualFunc(got, want, samePass) {
		t.Errorf("passes are\n%+v, want\n%+v", got, want)
	}
	if u := r.Usage; !slices.Equal(r.Tokens, text) || u.N(usage.DraftedTokens) != 2 || u.N(usage.AcceptedTokens) != 2 || u.N(usage.DenoisingSteps) != 2 {
		t.Errorf("got %+v", r)
	}
}

// A proposal that ends the text is the last one verified.
func TestDraftEndsWithTheText(t *testing.T) {
	const end = enginetest.End
	net := enginetest.NewTable(5, 16, guesses(1, []int32{4, 5, end}, []int32{3, 5, end, 6, 7}, []float32{9, 9, 9, 9, 9}))
	var got log
	r := one(t, subject.Must(t, net, "self-speculation", nil), engines.Request{Prompt: []int32{3}, Budget: 5, Stop: []int32{end}}, &got)
	if len(got) != 2 || got[1].fed != 2 || r.Usage.N(usage.DraftedTokens) != 2 || r.Useful != 2 || r.Finish != engines.FinishStop || len(r.Tokens) != 3 {
		t.Errorf("passes %+v, result %+v", got, r)
	}
}

// A block of one position is autoregressive decoding, to the last counter.
func TestBlockOfOne(t *testing.T) {
	s := enginetest.NewSession(t)
	var got log
	r := one(t, subject.Must(t, s, "self-speculation", engines.Options{"block_length": 1}), engines.Request{Prompt: []int32{5, 6, 7}, Budget: 6}, &got)
	f := enginetest.Formula{Config: s.Model().Config()}
	for row := range 3 {
		f.Rows(1, row+1, row == 2)
	}
	for i := 1; i < 6; i++ {
		f.Rows(1, 3+i, true)
	}
	f.Check(t, r.Usage)
	if got[0].phase != engines.PhasePrefill || got[1].phase != engines.PhaseDecode || r.Usage.N(usage.DraftedTokens) != 0 || r.Usage.N(usage.NFE) != 6 || r.Usage.N(usage.DenoisingSteps) != 0 {
		t.Errorf("passes %+v, usage %+v", got, r.Usage)
	}
}

// Drafts whose law is not known are refused where the law is needed, and only there.
func TestRefusedDrafts(t *testing.T) {
	s := enginetest.NewSession(t)
	for _, c := range []struct {
		opts    engines.Options
		refused bool
	}{
		{engines.Options{"verify": "ratio", "draft": "sample", "draft_steps": 4, "temperature": 1.0}, true},
		{engines.Options{"verify": "ratio", "draft": "sample", "draft_steps": 1, "temperature": 1.0}, false},
		{engines.Options{"verify": "ratio", "draft": "argmax", "draft_steps": 4, "temperature": 1.0}, false},
		{engines.Options{"verify": "match", "draft": "sample", "draft_steps": 4, "temperature": 1.0}, false},
		{engines.Options{"verify": "ratio", "draft": "sample", "draft_steps": 4}, false}, // temperature 0
	} {
		_, err := New(s, "self-speculation", c.opts)
		if (err != nil) != c.refused {
			t.Errorf("%v: error %v", c.opts, err)
		}
		for _, part := range []string{"self-speculation", "verify ratio", "draft sample", "draft_steps 1", "match works"} {
			if err != nil && !strings.Contains(err.Error(), part) {
				t.Errorf("%v: message %q does not say %q", c.opts, err, part)
			}
		}
	}
}
