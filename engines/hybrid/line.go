package hybrid

import (
	"math/rand/v2"

	"dllmbench/engines"
	"dllmbench/engines/internal/causal"
	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// line is one request at work. It implements decode.Lane.
type line struct {
	causal.Writer
	*rule
	mask int32

	start, end int  // block at work, in positions of the sequence
	drafts     int  // passes done for it
	drafting   bool // the pass at work is one

	// Of the draft pass: the positions that it asks for, and what is proposed there.
	at     []int
	tokens []int32
	conf   []float64
	picked []int

	// Drafts have a random source of their own, so that they do not disturb the
	// draws of the text.
	pcg  *rand.PCG
	dice *rand.Rand
	law  drafted
}

// draftStream sets the random numbers of drafts apart from those of the text.
const draftStream = 0x6472616674

func (l *line) Begin(j *decode.Job) {
	l.Writer.Begin(j)
	l.mask = j.Spec().Mask
	l.pcg.Seed(j.Req.Seed, draftStream)
	l.start, l.end, l.drafts = 0, 0, 0
}

// Plan implements decode.Lane: the next pass is a draft as long as there are steps
// left and positions to propose, else a verification.
func (l *line) Plan() {
	if !l.pending() {
		l.open()
	}
	l.drafting = l.drafts < l.steps && l.hole(l.Front()+1) < l.end
	l.Ahead = !l.drafting
	if l.drafting {
		l.Phase, l.Draft = engines.PhaseDenoise, l.hole(l.Front())
		l.layDraft()
		return
	}
	l.Draft = l.hole(l.Front())
	l.Lay()
}

// pending reports whether the block at work holds proposals that are neither
// confirmed nor contradicted.
func (l *line) pending() bool {
	for pos := l.Front(); pos < l.end; pos++ {
		if l.Masked(pos) && l.Text[pos] != l.mask {
			return true
		}
	}
	return false
}

// open begins a new block at the front.
func (l *line) open() {
	if l.end > 0 {
		l.Block++
	}
	l.start, l.drafts = l.Front(), 0
	l.end = min(l.start+l.length, len(l.Seq))
	copy(l.Text[l.start:l.end], l.Seq[l.start:l.end])
}

// hole is the first position from a given one on for which nothing is
// proposed, or the end of the block.
func (l *line) hole(from int) int {
	for from < l.end && l.Text[from] != l.mask {
		from++
	}
	return max(from, l.Front())
}

// layDraft sets the window of a draft pass: finished text is causal, the block
// sees all of it and itself. The last finished row writes the front, and the
// mask rows behind the front propose.
func (l *line) layDraft() {
	w, front := &l.Window, l.Front()
	l.Open()
	from := w.Pos
	w.Tokens = l.Text[from:l.end]
	w.Visible = l.visible(w.Visible[:0], from)
	w.Logits = append(w.Logits[:0], front-1-from)
	l.at = l.at[:0]
	for pos := front + 1; pos < l.end; pos++ {
		if l.Text[pos] == l.mask {
			l.at = append(l.at, pos)
			w.Logits = append(w.Logits, l.Source(pos)-from)
		}
	}
}

// visible appends the mask of a draft pass for positions from a given one on.
func (l *line) visible(dst []int, from int) []int {
	dst = network.CausalVisible(dst, from, l.Front()-from)
	return network.ConstVisible(dst, l.end-l.Front(), l.end)
}

func (l *line) Reference(w *network.Window) {
	if !l.drafting {
		l.Writer.Reference(w)
		return
	}
	w.Pos, w.At, w.Tokens = 0, nil, l.Text[:l.end]
	w.Visible = l.visible(w.Visible[:0], 0)
}

func (l *line) Choose() error {
	if l.drafting {
		return l.propose()
	}
	behind := l.Draft
	if err := l.Writer.Choose(); err != nil {
		return err
	}
	if l.Cached < behind { // the last token written is not the proposed one
		l.end = l.Front()
	}
	return nil
}

func (l *line) Settle() {
	if l.drafting {
		l.drafts++
		l.Usage[usage.DenoisingSteps]++
	}
	l.Writer.Settle()
}

// propose writes the token at the front and fills masks of the block.
func (l *line) propose() error {
	guessed := l.Draft > l.Front()
	agreed, err := l.WriteNext(l.Rows[0])
	if err != nil {
		return err
	}
	if guessed {
		l.Usage[usage.DraftedTokens]++
		l.Usage[usage.VerifyingPasses]++
	}
	if agreed {
		l.Usage[usage.AcceptedTokens]++
	}
	if l.Done() {
		return nil
	}
	last := l.drafts+1 >= l.steps
	l.tokens, l.conf = l.tokens[:0], l.conf[:0]
	for i, pos := range l.at {
		row := l.Rows[1+i]
		l.Ban(row, pos)
		d := l.draft.Propose(row, l.dice)
		if d.ID < 0 {
			return l.Broken(pos)
		}
		l.tokens = append(l.tokens, d.ID)
		if !last {
			l.conf = append(l.conf, sample.Probability{}.Rate(row, d, nil))
		}
		if l.keepsLaw() {
			l.law.put(pos-l.start, row, d.P)
		}
	}
	l.Looked(len(l.at))
	if last {
		for i, pos := range l.at {
			l.Text[pos] = l.tokens[i]
		}
		return nil
	}
	l.picked = sample.Threshold{Theta: l.threshold}.Select(l.picked, sample.Candidates{Conf: l.conf, Pos: l.at})
	for _, i := range l.picked {
		l.Text[l.at[i]] = l.tokens[i]
	}
	return nil
}
