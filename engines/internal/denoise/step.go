package denoise

import (
	"math"
	"slices"

	"dllmbench/engines/internal/decode"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// Step is one denoising step of one request, as layouts and rules see it. It
// implements decode.Lane.
// Positions are those of Job.Seq.
type Step struct {
	*decode.Job

	Start, End int // block at work; a rule may shorten it in the block's first pass
	From, To   int // part of the block at work; the block itself without sub-blocks
	Masks      int // positions of the part that were masked before its first step, or come from the draft
	Index      int // steps done in the part
	Steps      int // steps planned for the part
	Begun      int // of them, steps that the draft stands for: only a rule with a time grid asks
	Passes     int // passes done in the block; 0 is the first
	PartPasses int // passes done in the part

	// Candidates are the positions whose logits the step needs, ascending, set
	// by Rule.Plan. In Rule.Choose, row i of Rows belongs to Candidates[i], with
	// all that must not be written there taken out.
	Candidates []int

	// What Rate leaves, one entry for each candidate.
	Draws []sample.Draw
	Conf  []float64

	picked  []int
	read    func(i int, row []float32) // rates a candidate; nil where the rule needs all rows at once
	decoder *Decoder

	// Of classifier-free guidance: its scale, the window's tokens with all but the
	// canvas masked, and the unconditional logits.
	guidance float32
	masked   []int32
	base     []float32
}

// A Rule decides what a step writes. A value serves one request after another, and
// forgets what it remembers of a request when Step.Fresh.
type Rule interface {
	// Plan appends to s.Candidates the positions whose logits the step needs. If
	// it appends none, the step is done without a pass. It may mask positions
	// again (Job.Remask).
	Plan(s *Step)
	// Choose reads the logits and commits, edits or masks again.
	Choose(s *Step) error
	// Finished reports whether the part of the block is done, which has no masks. It is
	// asked after each step.
	Finished(s *Step) bool
}

// A Layout is an attention mask together with a cache policy. Like a rule, a value
// serves one request after another.
type Layout struct {
	Kind string // "none", "exact" or "approximate"
	// Lay sets Pos or At, Tokens and Visible of the next pass's window, which
	// must hold the source row of every candidate, and the kinds of its rows.
	Lay func(s *Step)
}

// Fresh reports whether no step of the request was done yet.
func (s *Step) Fresh() bool { return s.Job.Step == 0 && s.Index == 0 && s.Passes == 0 }

// confident sets a list to a confidence for each position of the answer: 1 where
// the draft has a token, which counts as written without doubt, and 0 where
// nothing is.
func (s *Step) confident(list []float64) []float64 {
	list = append(list[:0], make([]float64, len(s.Seq)-s.P)...)
	for i := range list {
		if s.Drafted(s.P + i) {
			list[i] = 1
		}
	}
	return list
}

// MasksIn appends the masked positions of [from, to) to Candidates.
func (s *Step) MasksIn(from, to int) {
	for p := from; p < to; p++ {
		if s.Masked(p) {
			s.Candidates = append(s.Candidates, p)
		}
	}
}

// HasMask reports whether [from, to) has a masked position.
func (s *Step) HasMask(from, to int) bool {
	return slices.Contains(s.Seq[from:to], s.Spec().Mask)
}

// Draw proposes a token for candidate i.
func (s *Step) Draw(i int, p sample.Proposal) (sample.Draw, error) {
	d := p.Propose(s.Rows[i], s.RNG)
	if d.ID < 0 {
		return d, s.Broken(s.Candidates[i])
	}
	return d, nil
}

// Write draws a token for every candidate and commits it.
func (s *Step) Write(p sample.Proposal) error {
	for i, pos := range s.Candidates {
		d, err := s.Draw(i, p)
		if err != nil {
			return err
		}
		s.Commit(pos, d.ID, s.Probability(i, d))
	}
	return nil
}

// Probability is what events show as the confidence of a token that was chosen
// by another measure, or by none: its probability under the untempered softmax
// of candidate i, and NaN when nobody listens.
func (s *Step) Probability(i int, d sample.Draw) float64 {
	if !s.Observed {
		return math.NaN()
	}
	return sample.Probability{}.Rate(s.Rows[i], d, nil)
}

// Ends reports whether a token ends the text or stands behind its end.
func (s *Step) Ends(id int32) bool { return s.IsStop(id) || id == s.Spec().Pad }

// Left counts the masks of the part.
func (s *Step) Left() (n int) {
	for p := s.From; p < s.To; p++ {
		if s.Masked(p) {
			n++
		}
	}
	return n
}

// Sees is how many leading keys a finished position sees, in the way the
// weights were trained: those up to its own, or up to the end of its block where
// context is block-causal. The latter may reach into text that is not there yet.
func Sees(spec *network.Spec, pos int) int {
	if spec.ContextBlock == 0 {
		return pos + 1
	}
	return (pos/spec.ContextBlock + 1) * spec.ContextBlock
}

// A reviser is a rule that may take tokens back, in the part of the block at work and
// nowhere else.
type reviser interface{ revises() bool }

func (r *Ancestral) revises() bool { return r.Revises }
func (*Edit) revises() bool        { return true }
func (*Path) revises() bool        { return true }
func (*Revise) revises() bool      { return true }

// Settled is the number of leading positions of the answer that the rule leaves alone from
// now on, once they are written.
func (s *Step) Settled() int {
	if r, ok := s.decoder.Rule.(reviser); ok && r.revises() {
		return s.From - s.P
	}
	return len(s.Seq) - s.P
}
