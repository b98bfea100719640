package denoise

import (
	"cmp"
	"math"
	"slices"

	"dllmbench/engines/internal/sample"
)

// Pick is the rule of most published decoders: rate every masked position of
// the part, let a selector pick some, and write the drawn tokens there. What is
// written stays.
type Pick struct {
	Proposal   sample.Proposal
	Confidence sample.Confidence
	Selector   sample.Selector
	Quota      Quota // nil is Even
	// EndLast gives tokens that end the text (stop ids and padding) the lowest
	// confidence, so that the selector takes them last, and rates the others as if
	// there were no end (LLaDA's confidence_eos_eot_inf).
	EndLast bool

	row []float32 // without the ends
}

// A Quota is the number of commits that the schedule asks of a step; 0 lets the
// step pass without a forward pass.
type Quota func(s *Step) int

// Even spreads the masks of the part evenly over its steps.
func Even(s *Step) int {
	if s.Index >= s.Steps {
		return 1
	}
	return sample.Quota(s.Masks, s.Steps, s.Index)
}

func (r *Pick) Plan(s *Step) {
	if r.quota(s) > 0 {
		s.MasksIn(s.From, s.To)
	}
}

func (r *Pick) quota(s *Step) int {
	if r.Quota == nil {
		return Even(s)
	}
	return r.Quota(s)
}

func (r *Pick) Choose(s *Step) error {
	if err := r.Rate(s); err != nil {
		return err
	}
	return r.Commit(s, r.quota(s))
}

// Rate fills s.Conf, and s.Draws where the order of commits hangs on the tokens
// drawn; otherwise they are drawn in Commit, for the positions that were picked.
func (r *Pick) Rate(s *Step) error {
	if s.Given { // by rateRow
		for i, d := range s.Draws {
			if d.ID < 0 || math.IsNaN(s.Conf[i]) {
				return s.Broken(s.Candidates[i])
			}
		}
		s.Looked(len(s.Candidates))
		return nil
	}
	s.Draws, s.Conf = s.Draws[:0], s.Conf[:0]
	for i := range s.Candidates {
		var d sample.Draw
		var err error
		if r.drawsAll() {
			if d, err = s.Draw(i, r.Proposal); err != nil {
				return err
			}
		}
		row, end := s.Rows[i], r.EndLast && s.Ends(d.ID)
		if r.EndLast && !end {
			r.row = append(r.row[:0], row...)
			s.banEnds(r.row)
			row = r.row
		}
		c := r.Confidence.Rate(row, d, s.RNG)
		if math.IsNaN(c) {
			return s.Broken(s.Candidates[i])
		}
		if end {
			c = math.Inf(-1)
		}
		s.Draws, s.Conf = append(s.Draws, d), append(s.Conf, c)
	}
	if r.reads() {
		s.Looked(len(s.Candidates))
	}
	return nil
}

// byRow reports whether rows can be rated each for itself, in any order and at once:
// whether nothing is drawn at random or remembered from row to row.
func (r *Pick) byRow() bool {
	if _, greedy := r.Proposal.(sample.Argmax); !greedy || r.EndLast {
		return false
	}
	switch r.Confidence.(type) {
	case sample.Probability, sample.Proposed, sample.Margin, sample.NegEntropy:
		return true
	}
	return false
}

// rateRow is Rate for one candidate, whose row is gone afterwards.
func (r *Pick) rateRow(s *Step, i int, row []float32) {
	s.Ban(row, s.Candidates[i])
	if s.Draws[i] = r.Proposal.Propose(row, nil); s.Draws[i].ID >= 0 {
		s.Conf[i] = r.Confidence.Rate(row, s.Draws[i], nil)
	}
}

// Commit writes the candidates that the selector picks for a quota.
func (r *Pick) Commit(s *Step, quota int) error {
	s.picked = r.Selector.Select(s.picked, sample.Candidates{Conf: s.Conf, Pos: s.Candidates, Quota: quota, RNG: s.RNG})
	return r.Write(s, s.picked)
}

// Write commits a token at each of the picked candidates.
func (r *Pick) Write(s *Step, picked []int) error {
	for _, i := range picked {
		d, c := s.Draws[i], s.Conf[i]
		if !r.drawsAll() && !s.Given {
			var err error
			if d, err = s.Draw(i, r.Proposal); err != nil {
				return err
			}
		}
		switch {
		case !r.Confidence.OfToken():
			c = s.Probability(i, d)
		case r.EndLast: // which leaves tokens out of the row
			c = r.Confidence.Rate(s.Rows[i], d, s.RNG)
		}
		s.Commit(s.Candidates[i], d.ID, c)
	}
	if !r.reads() {
		s.Looked(len(picked))
	}
	return nil
}

func (r *Pick) Finished(*Step) bool { return true }

// drawsAll reports whether a token is drawn for every candidate.
func (r *Pick) drawsAll() bool { return r.EndLast || r.Confidence.OfToken() }

// reads reports whether the rows of all candidates are looked at.
func (r *Pick) reads() bool {
	_, random := r.Confidence.(sample.Random)
	return r.EndLast || !random
}

// Falling is the number of commits that Dream asks of a step: of n masks that
// are left it takes the whole part of n(1 - s/t), where the step goes from time
// t to time s of a grid from 1 to eps, and in the last step all. Steps for which
// that is 0 take no pass. Since a share is a little less than one over the steps
// that are left, the last step writes two or more even where there are more
// steps than masks. The decoder needs KeepSteps.
func Falling(eps float64) Quota {
	return func(s *Step) int {
		if s.Index >= s.Steps-1 {
			return s.Left()
		}
		t, next := gridTime(s.Index, s.Steps, eps), gridTime(s.Index+1, s.Steps, eps)
		return int(float64(s.Left()) * (1 - next/t))
	}
}

// Sequential writes the leftmost masks, as many as the quota says (SDAR's
// sequential), or masks in an order that is drawn when the part begins. Which
// ones is known beforehand, so logits are asked for these alone. What is written stays.
type Sequential struct {
	Proposal sample.Proposal
	Shuffled bool

	keys []float64 // by position of the part: those with the largest come first
}

func (r *Sequential) Plan(s *Step) {
	s.MasksIn(s.From, s.To)
	n := min(max(1, Even(s)), len(s.Candidates))
	if r.Shuffled {
		if s.Index == 0 {
			r.keys = r.keys[:0]
			for range s.To - s.From {
				r.keys = append(r.keys, s.RNG.Float64())
			}
		}
		slices.SortFunc(s.Candidates, func(a, b int) int { return cmp.Compare(r.keys[b-s.From], r.keys[a-s.From]) })
		slices.Sort(s.Candidates[:n])
	}
	s.Candidates = s.Candidates[:n]
}

func (r *Sequential) Choose(s *Step) error {
	s.Looked(len(s.Candidates))
	return s.Write(r.Proposal)
}

func (r *Sequential) Finished(*Step) bool { return true }
