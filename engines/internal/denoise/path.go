package denoise

import (
	"math"

	"dllmbench/engines/internal/sample"
)

// Path is path planning (P2, Peng et al. 2025, arXiv 2502.03540). Every step
// draws a token for each mask and scores all positions of the part: masks by
// the log probability of the drawn token, written ones by Eta times that of
// their token, as the Planner sees it. Of n positions the n·i/steps (rounded up)
// with the highest scores are written after step i, the rest is masked, also
// where a token stood. Log probabilities are negative, so an Eta above 1 puts
// written tokens at risk, and with 0 they are never taken back. With Eta 1 and
// the Committed planner this is Mask-Predict (Ghazvininejad et al. 2019, arXiv
// 1904.09324).
//
// A decoder with this rule needs KeepSteps.
type Path struct {
	Proposal sample.Proposal
	Eta      float64
	Planner  Planner

	written []float64 // per position of the answer, the log probability of its token
	masks   int       // to be left after the step
	scoring bool      // the pass scores what is hidden
	hidden  []int     // positions
	tokens  []int32   // that stood there
	free    []int     // positions of the part that are not fixed, and for each of them
	draws   []sample.Draw
	scores  []float64
	kept    []int // indices into free
}

// A Planner says how sure the network is of a token that is written.
type Planner int

// The planners.
const (
	// Committed is the probability with which the token was written. It costs
	// nothing and does not change with the text around the token.
	Committed Planner = iota
	// Self is the probability of the token in its own row, which sees the token.
	// It takes weights that were trained to predict written tokens.
	Self
	// Held takes a pass of its own before each step: a random half of the written
	// tokens is hidden, and each of them gets the probability that the network
	// gives it in its absence. The others keep the score that they have. The pass
	// counts as a denoising step.
	Held
)

func (r *Path) Plan(s *Step) {
	if s.Fresh() {
		r.written = append(r.written[:0], make([]float64, len(s.Seq)-s.P)...)
	}
	r.free = r.free[:0]
	for p := s.From; p < s.To; p++ {
		if !s.Fixed(p) {
			r.free = append(r.free, p)
		}
	}
	i := s.Begun + s.Index + 1
	if r.scoring = false; r.Planner == Held {
		r.scoring = s.Index%2 == 0
		i = s.Begun + s.Index/2 + 1
	}
	r.masks = len(r.free) * max(0, s.Steps-i) / s.Steps
	if r.scoring {
		if r.masks > 0 { // otherwise no score matters
			r.hide(s)
		}
		return
	}
	for _, p := range r.free {
		if s.Masked(p) || r.Planner == Self && r.masks > 0 {
			s.Candidates = append(s.Candidates, p)
		}
	}
}

// hide masks a random half of what the part has written, for one pass. The
// tokens are still committed: no counter and no event knows of it.
func (r *Path) hide(s *Step) {
	r.hidden, r.tokens = r.hidden[:0], r.tokens[:0]
	for _, p := range r.free {
		if !s.Masked(p) && s.chance(0.5) {
			r.hidden, r.tokens = append(r.hidden, p), append(r.tokens, s.Seq[p])
			s.Seq[p] = s.Spec().Mask
		}
	}
	s.Candidates = append(s.Candidates, r.hidden...)
}

func (r *Path) Choose(s *Step) error {
	s.Looked(len(s.Candidates))
	if r.scoring {
		return r.score(s)
	}
	if err := r.rate(s); err != nil {
		return err
	}
	r.kept = sample.TopK{}.Select(r.kept, sample.Candidates{Conf: r.scores, Pos: r.free, Quota: len(r.free) - r.masks, RNG: s.RNG})
	next := 0
	for k, p := range r.free {
		keep := next < len(r.kept) && r.kept[next] == k
		if keep {
			next++
		}
		switch masked := s.Masked(p); {
		case keep && masked:
			r.written[p-s.P] = r.scores[k]
			s.Commit(p, r.draws[k].ID, math.Exp(r.scores[k]))
		case !keep && !masked:
			s.Remask(p)
		}
	}
	return nil
}

// score rates the hidden tokens and puts them back.
func (r *Path) score(s *Step) error {
	for k, p := range r.hidden {
		s.Seq[p] = r.tokens[k]
	}
	for k, p := range r.hidden {
		c := sample.Probability{}.Rate(s.Rows[k], sample.Draw{ID: r.tokens[k]}, nil)
		if math.IsNaN(c) {
			return s.Broken(p)
		}
		r.written[p-s.P] = math.Log(c)
	}
	return nil
}

// rate sets draws and scores, one entry for each free position.
func (r *Path) rate(s *Step) error {
	r.draws, r.scores = r.draws[:0], r.scores[:0]
	row := 0
	for _, p := range r.free {
		d, score := sample.Draw{ID: s.Seq[p], P: math.NaN()}, r.written[p-s.P]
		if row < len(s.Candidates) && s.Candidates[row] == p {
			if s.Masked(p) {
				var err error
				if d, err = s.Draw(row, r.Proposal); err != nil {
					return err
				}
			}
			c := sample.Proposed{}.Rate(s.Rows[row], d, nil)
			if math.IsNaN(c) {
				return s.Broken(p)
			}
			score = math.Log(c)
			row++
		}
		if !s.Masked(p) {
			if score *= r.Eta; r.Eta == 0 { // the score may be as low as -Inf
				score = 0
			}
		}
		r.draws, r.scores = append(r.draws, d), append(r.scores, score)
	}
	return nil
}

func (r *Path) Finished(s *Step) bool {
	steps := s.Steps - s.Begun
	if r.Planner == Held {
		steps *= 2
	}
	return s.Index >= steps
}
