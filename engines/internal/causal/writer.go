// Package causal holds what decoders share that write from left to right and
// whose every token follows the autoregressive law of the weights.
//
// A [Writer] is one request at work. A causal pass feeds what is written and
// not yet stored, and its last row predicts the position at the front. Behind
// the front the pass may carry a draft: tokens that somebody proposed. Each
// drafted row then predicts the position behind it, as if the draft were
// right, so one pass verifies the whole draft (speculative decoding: Stern et
// al. 2018, arXiv 1811.03115; Leviathan et al. 2023, arXiv 2211.17192):
//
//	position    5    6    7    8    9
//	token       a    b    x    y         a is written; b, x, y are drafted
//	predicts    b    x    q    .    .    b and x were right, q replaces y
//
// The draft is taken from left to right as long as the token that is drawn
// from the true row equals the drafted one. The first token that differs
// is written instead of the draft, so a pass always writes one token more than
// it accepts, unless the text ends. What was drafted in vain is rolled back:
// its keys and values are forgotten.
//
// Tokens are drawn as if there were no draft, so the outcome is that of decoding
// without drafts, bit for bit and draw for draw, unless the Writer verifies in a
// way of its own.
package causal

import (
	"math"

	"dllmbench/engines"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// Writer is a request whose answer is written from left to right. Fixed ids of
// a template are taken over when the front comes to them. It implements
// decode.Lane.
type Writer struct {
	*decode.Job
	Proposal sample.Proposal
	// Verify draws the token at a position of the sequence from its row of logits,
	// out of which what must not be written has been taken. Draft is the token
	// proposed for it, or -1. Nil draws from Proposal, whatever the draft says.
	Verify  func(row []float32, pos int, draft int32) sample.Draw
	Drafter func(w *Writer) // proposes tokens at the front: it sets Text and Draft; nil drafts nothing
	// Recompute feeds the whole text in every pass instead of keeping keys and values.
	Recompute bool
	// Wide, if more, is how many rows a pass computes: rows of unwritten positions follow, as far
	// as the context goes, which change nothing but the cost.
	Wide int
	// Taken takes the prompt but for its last token as read, whatever the cache holds for it.
	Taken bool

	// Text is Job.Seq with proposals in place of masks. From the front on it is
	// the drafter's to write at masked positions.
	Text []int32
	// Draft is the end of the draft: the masked positions of [Front, Draft) hold
	// proposals in Text. Front, or less, is none. Writing a token uses it up.
	Draft int

	end     int // of the window
	drafted int // masked positions of the draft in the window
}

// Begin implements decode.Lane. The padding token is never written.
func (w *Writer) Begin(j *decode.Job) {
	w.Job, w.Draft = j, 0
	w.Text = append(w.Text[:0], j.Seq...)
	j.Ahead, j.Length, j.Phase = true, 0, engines.PhaseDecode
	if spec := j.Spec(); spec.Padding(spec.Pad) {
		j.Never = append(j.Never, spec.Pad)
	}
	for range w.Wide - 1 {
		w.Text = append(w.Text, j.Spec().Mask)
	}
	if w.Taken {
		w.Cached = j.P - 1
		j.Window.Cache.Assume(w.Cached)
	} else if !w.Recompute {
		j.Phase, j.Window.PromptRows = engines.PhasePrefill, j.P
	}
	w.takeOver()
}

// Front is the position of the sequence that is written next.
func (w *Writer) Front() int { return w.P + w.Length }

// cut shortens the draft where it cannot be accepted, and behind a token that
// ends the text (a stop text ends it when it is written).
func (w *Writer) cut() {
	for pos := w.Front(); pos < w.Draft; pos++ {
		if !w.Masked(pos) {
			continue
		}
		if id := w.Text[pos]; w.Banned(id, pos) {
			w.Draft = pos
		} else if w.IsStop(id) {
			w.Draft = pos + 1
		}
	}
}

func (w *Writer) Plan() {
	if w.Drafter != nil {
		w.Drafter(w)
	}
	w.Lay()
}

// Lay cuts the draft and sets the window of a causal pass: what is written and not yet stored,
// the draft, and fixed ids behind it. The row in front of each masked position
// gives logits, up to the first one that is not drafted. Where none will be
// drawn behind the draft, its last token is not fed.
func (w *Writer) Lay() {
	w.cut()
	w.end = max(w.Draft, w.Front())
	for w.end < len(w.Seq) && !w.Masked(w.end) {
		w.end++
	}
	if last := w.last(); w.end == len(w.Seq) || last >= 0 && w.IsStop(w.Text[last]) {
		w.end = last
	}
	w.Open()
	from := w.Window.Pos
	end := max(w.end, min(w.Cached+w.Wide, len(w.Text), w.Spec().Context))
	for pos := w.end; pos < end; pos++ {
		if w.Text[pos] == network.NoToken {
			w.Text[pos] = w.Spec().Ordinary()
		}
	}
	w.Window.Tokens = w.Text[from:end]
	w.Window.Visible = network.CausalVisible(w.Window.Visible[:0], from, end-from)
	w.Window.Logits = w.Window.Logits[:0]
	w.drafted = 0
	for pos := w.Front(); pos <= w.end; pos++ {
		if w.Masked(pos) {
			w.Window.Logits = append(w.Window.Logits, pos-1-from)
			if pos < w.Draft {
				w.drafted++
			}
		}
	}
	for pos := w.end; pos < end; pos++ { // as where each of them may be written
		w.Window.Logits = append(w.Window.Logits, pos-from)
	}
}

// last is the last drafted position, or -1.
func (w *Writer) last() int {
	for pos := w.Draft - 1; pos >= w.Front(); pos-- {
		if w.Masked(pos) {
			return pos
		}
	}
	return -1
}

// Open sets the window's begin and forgets the keys behind what is stored.
func (w *Writer) Open() {
	w.Window.Pos, w.Window.At = w.Cached, nil
	if w.Recompute {
		w.Window.Pos = 0
	}
	c := w.Window.Cache
	c.Truncate(min(w.Window.Pos, c.Len()))
}

// Reference implements decode.Lane for the window of Lay.
func (w *Writer) Reference(win *network.Window) {
	win.Pos, win.At, win.Tokens = 0, nil, w.Text[:w.end]
	win.Visible = network.CausalVisible(win.Visible[:0], 0, w.end)
}

// Choose implements decode.Lane for a pass that Lay laid out: it writes tokens up
// to the first one that differs from the draft.
func (w *Writer) Choose() error {
	if w.drafted > 0 {
		w.Usage[usage.VerifyingPasses]++
	}
	w.Usage[usage.DraftedTokens] += int64(w.drafted)
	w.drafted = 0
	for _, row := range w.Rows {
		agreed, err := w.WriteNext(row)
		if err != nil {
			return err
		}
		if agreed {
			w.Usage[usage.AcceptedTokens]++
		}
		if !agreed || w.Done() {
			break
		}
	}
	w.Draft = 0
	return nil
}

// WriteNext draws the token at the front from its row and writes it. It reports
// whether the draft had that token there.
func (w *Writer) WriteNext(row []float32) (agreed bool, err error) {
	pos, draft := w.Front(), int32(-1)
	if id := w.Text[pos]; pos < w.Draft && id != w.Spec().Mask {
		draft = id
	}
	w.Ban(row, pos)
	var d sample.Draw
	if w.Verify != nil {
		d = w.Verify(row, pos, draft)
	} else {
		d = w.Proposal.Propose(row, w.RNG)
	}
	if d.ID < 0 {
		return false, w.Broken(pos)
	}
	w.Looked(1)
	w.Commit(pos, d.ID, math.NaN())
	w.Text[pos] = d.ID
	w.Cached = pos // the new token itself was not fed
	w.Length++
	if w.IsStop(d.ID) || w.EndsAt(pos) {
		w.Finish(engines.FinishStop)
	} else {
		w.takeOver()
	}
	return d.ID == draft, nil
}

// takeOver moves the front over fixed ids of the template to the next gap.
func (w *Writer) takeOver() {
	for ; w.Length < w.Req.Budget && !w.Masked(w.Front()); w.Length++ {
		if w.IsStop(w.Seq[w.Front()]) {
			w.Length++
			w.Finish(engines.FinishStop)
			return
		}
	}
	if w.Length == w.Req.Budget {
		w.Finish(engines.FinishBudget)
	}
}

// Rate implements decode.Lane by the probability of each token, untempered.
func (w *Writer) Rate() {
	for i := range w.Commits {
		c := &w.Commits[i]
		c.Confidence = sample.Probability{}.Rate(w.Rows[i], sample.Draw{ID: c.ID}, nil)
	}
}

func (w *Writer) Settle() {
	if w.Phase != engines.PhasePrefill {
		w.Step++
	}
	w.Phase, w.Window.PromptRows = engines.PhaseDecode, 0
}
