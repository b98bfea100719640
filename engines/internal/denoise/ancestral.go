package denoise

import (
	"math"

	"dllmbench/engines/internal/sample"
)

// Ancestral is the sampler that masked diffusion models are derived with: in a
// step of a time grid every masked position is written with one probability
// and every written one is masked again with another, each on its own and
// whatever the network says (MDLM, Sahoo et al. 2024, arXiv 2406.07524; Dream's
// origin; with erasing, ReMDM, Wang et al. 2025, arXiv 2503.00307).
//
// Which positions change is drawn before the pass, so logits are computed for no
// others, and a step that writes none takes no pass. This is MDLM's forward
// caching, which keeps the predictions while nothing changes, with the same law
// and with no row computed in vain.
//
// A decoder with this rule needs KeepSteps.
type Ancestral struct {
	Proposal sample.Proposal
	Grid     Grid
	// Revises says that the grid erases: all of its steps are then gone through,
	// even when no mask is left in between.
	Revises bool
	// ByConfidence shares the grid's chance of erasing out among the written
	// positions, in proportion to exp(-p) where p is the probability with which
	// the token was drawn, instead of giving it to each of them (ReMDM-conf).
	ByConfidence bool

	erase []int     // positions to be masked again after the pass
	conf  []float64 // per position of the answer, the probability with which its token was drawn
}

// Plan implements Rule. Erased positions are seen by the pass of their step,
// which predicts from the canvas as it was when the step began; without a pass
// they are masked at once.
func (r *Ancestral) Plan(s *Step) {
	if s.Fresh() {
		r.conf = s.confident(r.conf)
	}
	r.erase = r.erase[:0]
	if s.behindGrid() { // what is left is written at once
		s.MasksIn(s.From, s.To)
		return
	}
	rates := r.Grid(s.Begun+s.Index, s.Steps)
	total := 0.0
	if r.ByConfidence {
		total = r.weights(s)
	}
	for p := s.From; p < s.To; p++ {
		switch {
		case s.Masked(p):
			if s.chance(rates.Write) {
				s.Candidates = append(s.Candidates, p)
			}
		case !s.Fixed(p):
			sigma := rates.Erase
			if r.ByConfidence {
				sigma *= math.Exp(-r.conf[p-s.P]) / total
			}
			if s.chance(sigma) {
				r.erase = append(r.erase, p)
			}
		}
	}
	if len(s.Candidates) == 0 {
		r.apply(s)
	}
}

// behindGrid reports whether all steps of the time grid are done.
func (s *Step) behindGrid() bool { return s.Begun+s.Index >= s.Steps }

// chance is true with probability p. It draws nothing where p leaves no choice.
func (s *Step) chance(p float64) bool { return p > 0 && (p >= 1 || s.RNG.Float64() < p) }

// weights sums exp(-p) over the written positions of the part.
func (r *Ancestral) weights(s *Step) (total float64) {
	for p := s.From; p < s.To; p++ {
		if !s.Masked(p) && !s.Fixed(p) {
			total += math.Exp(-r.conf[p-s.P])
		}
	}
	return total
}

// apply masks again what was drawn for it.
func (r *Ancestral) apply(s *Step) {
	for _, p := range r.erase {
		s.Remask(p)
	}
}

// Choose implements Rule. Behind the grid the most probable tokens are written
// (the final noise removal of MDLM's code).
func (r *Ancestral) Choose(s *Step) error {
	proposal := r.Proposal
	if s.behindGrid() {
		proposal = sample.Argmax{}
	}
	for i, p := range s.Candidates {
		d, err := s.Draw(i, proposal)
		if err != nil {
			return err
		}
		if r.ByConfidence {
			r.conf[p-s.P] = sample.Proposed{}.Rate(s.Rows[i], d, nil)
		}
		s.Commit(p, d.ID, s.Probability(i, d))
	}
	s.Looked(len(s.Candidates))
	r.apply(s)
	return nil
}

func (r *Ancestral) Finished(s *Step) bool {
	return !r.Revises || s.behindGrid()
}
