package causal

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

const pad, end, mask, a, b, c = 0, 1, 2, 3, 4, 5

// scripted is a network whose row at each position favours a token of a script.
type scripted struct {
	*model.Session
	script []int32 // by the position of the row
}

func (s *scripted) Forward(batch []network.Window) (network.Pass, error) {
	pass, err := s.Session.Forward(batch)
	next := 0
	for i := range batch {
		w := &batch[i]
		for _, r := range w.Logits {
			row := pass.Logits[next]
			clear(row)
			row[s.script[w.Position(r)]] = 9
			next++
		}
	}
	return pass, err
}

// start begins one request on a scripted network.
func start(t *testing.T, req engines.Request, script []int32) (*decode.Run, *Writer) {
	t.Helper()
	cfg := model.Config{
		ModelType: "llama", HiddenSize: 2, IntermediateSize: 2, Layers: 1, Heads: 1, KVHeads: 1, HeadDim: 2,
		VocabSize: 6, MaxPositions: 32, RopeTheta: 1e4, NormEps: 1e-6, TieEmbeddings: true, EOS: model.TokenIDs{end}, Pad: pad, MaskToken: mask,
	}
	net := &scripted{model.NewSession(model.Random(cfg, 1), 1), script}
	t.Cleanup(net.Close)
	run := (&decode.Bench{Net: net}).Start(context.Background(), []engines.Request{req}, nil)
	w := &Writer{Proposal: sample.Argmax{}}
	w.Begin(run.Jobs[0])
	return run, w
}

// pass drafts, lays out, runs and writes; it returns the window.
func pass(t *testing.T, run *decode.Run, w *Writer, draft ...int32) network.Window {
	t.Helper()
	if w.Draft = w.Front() + len(draft); w.Draft > len(w.Seq) {
		w.Draft = len(w.Seq)
	}
	for i, pos := 0, w.Front(); pos < w.Draft; i, pos = i+1, pos+1 {
		if w.Masked(pos) {
			w.Text[pos] = draft[i]
		}
	}
	w.Plan()
	window := w.Window
	window.Tokens, window.Visible, window.Logits = slices.Clone(window.Tokens), slices.Clone(window.Visible), slices.Clone(window.Logits)
	if err := run.Forward(); err != nil {
		t.Fatal(err)
	}
	if err := w.Choose(); err != nil {
		t.Fatal(err)
	}
	run.Record()
	w.Settle()
	return window
}

func check(t *testing.T, name string, w network.Window, pos int, tokens []int32, logits []int) {
	t.Helper()
	if w.Pos != pos || !slices.Equal(w.Tokens, tokens) || !slices.Equal(w.Logits, logits) || !slices.Equal(w.Visible, network.CausalVisible(nil, pos, len(tokens))) {
		t.Errorf("%s: from %d tokens %v, visible %v, logits %v; want from %d tokens %v, logits %v", name, w.Pos, w.Tokens, w.Visible, w.Logits, pos, tokens, logits)
	}
}

// A draft over a template: prompt a b, then _ _ c _ _ c _. The script's rows
// predict a b . a a . b behind them.
func TestWindowsOverATemplate(t *testing.T) {
	const gap = engines.Gap
	run, w := start(t, engines.Request{Prompt: []int32{a, b}, Budget: 7, Template: []int32{gap, gap, c, gap, gap, c, gap}},
		[]int32{0, a, b, 0, a, a, 0, b})
	// The first pass drafts a a over two gaps: the second is wrong.
	check(t, "first", pass(t, run, w, a, a), 0, []int32{a, b, a, a, c}, []int{1, 2, 4})
	if w.Front() != 5 || w.Cached != 3 || w.Usage[usage.AcceptedTokens] != 1 || w.Usage[usage.DraftedTokens] != 2 {
		t.Errorf("front %d, cached %d, %+v", w.Front(), w.Cached, w.Usage)
	}
	// From the corrected token on; the draft is right, and takes the fixed c
	// behind it along, so that the last gap is drawn in the same pass.
	check(t, "second", pass(t, run, w, a, a), 3, []int32{b, c, a, a, c}, []int{1, 2, 4})
	if want := []int32{a, b, a, b, c, a, a, c, b}; !slices.Equal(w.Seq, want) || !w.Done() {
		t.Errorf("text is %v, want %v", w.Seq, want)
	}
	if n := w.Window.Cache.Len(); n != 8 {
		t.Errorf("the cache holds %d positions", n)
	}
}

// What was drafted in vain is forgotten, and the last token of the budget is
// not fed, drafted or not.
func TestRollBackAndBudget(t *testing.T) {
	run, w := start(t, engines.Request{Prompt: []int32{a}, Budget: 5}, []int32{b, b, b, b, b})
	check(t, "all drafted", pass(t, run, w, c, c, c, c, c, c), 0, []int32{a, c, c, c, c}, []int{0, 1, 2, 3, 4})
	if w.Front() != 2 || w.Cached != 1 || w.Usage[usage.PeakCacheBytes] != 5*w.Window.Cache.Bytes()/int64(w.Window.Cache.Len()) {
		t.Errorf("front %d, cached %d, %+v", w.Front(), w.Cached, w.Usage)
	}
	check(t, "nothing drafted", pass(t, run, w), 1, []int32{b}, []int{0})
	if n := w.Window.Cache.Len(); n != 2 {
		t.Errorf("the cache holds %d positions", n)
	}
	check(t, "the rest drafted", pass(t, run, w, b, b), 2, []int32{b, b, b}, []int{0, 1, 2})
	if w.Done() != true || w.Usage[usage.CommittedTokens] != 5 || w.Usage[usage.DraftedTokens] != 7 || w.Usage[usage.AcceptedTokens] != 2 {
		t.Errorf("usage is %+v", w.Usage)
	}
}

// A draft goes no further than a stop id, and not as far as a token that must
// not be written.
func TestCut(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	const gap = engines.Gap
	for range 200 {
		req := engines.Request{Prompt: []int32{a}, Budget: 6, Stop: []int32{end}}
		if rng.IntN(2) == 0 {
			req.Template = []int32{gap, gap, gap, c, gap, gap}
		}
		_, w := start(t, req, nil)
		w.Draft = 1 + rng.IntN(6)
		want := w.Draft
		for pos := 1; pos < w.Draft; pos++ {
			if !w.Masked(pos) {
				continue
			}
			w.Text[pos] = []int32{a, b, a, b, end, pad}[rng.IntN(6)]
			inside := req.Template != nil && pos < 4
			switch id := w.Text[pos]; {
			case id == pad || id == end && inside:
				want = min(want, pos)
			case id == end:
				want = min(want, pos+1)
			}
		}
		text := slices.Clone(w.Text)
		if w.cut(); w.Draft != want {
			t.Errorf("draft %v ends at %d, want %d", text[1:], w.Draft, want)
		}
	}
}
