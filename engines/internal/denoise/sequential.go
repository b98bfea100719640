package denoise

import "dllmbench/engines/internal/sample"

// Sequential writes the leftmost masks, as many as the quota says (SDAR's
// sequential). Which ones is known beforehand, so logits are asked for these
// alone. What is written stays.
type Sequential struct {
	Proposal sample.Proposal
}

// Plan implements Rule.
func (r *Sequential) Plan(s *Step) {
	quota := max(1, Even(s))
	for p := s.From; p < s.To && len(s.Candidates) < quota; p++ {
		if s.Masked(p) {
			s.Candidates = append(s.Candidates, p)
		}
	}
}

// Choose implements Rule.
func (r *Sequential) Choose(s *Step) error {
	s.Looked(len(s.Candidates))
	for i, p := range s.Candidates {
		d, err := s.Draw(i, r.Proposal)
		if err != nil {
			return err
		}
		s.Commit(p, d.ID, s.Probability(i, d))
	}
	return nil
}

// Finished implements Rule.
func (r *Sequential) Finished(s *Step) bool { return !s.HasMask(s.From, s.To) }
