package denoise

import "dllmbench/engines/internal/sample"

// Lead begins each block as an autoregressive model does: where the row in front
// of a block predicts the block's first mask and sees finished text only, a pass
// over that text writes the most probable token there, before the rule it wraps
// goes to work (Fast-dLLM v2, which has that row from the pass that stores the
// block before). With weights whose masks predict themselves it does nothing.
type Lead struct {
	Rule
}

func (r *Lead) Plan(s *Step) {
	if s.leads() {
		s.Candidates = append(s.Candidates, s.Start)
		return
	}
	r.Rule.Plan(s)
}

func (r *Lead) Choose(s *Step) error {
	if !s.leads() {
		return r.Rule.Choose(s)
	}
	s.Looked(1)
	return s.Write(sample.Argmax{})
}

// leads reports whether the step is the first of its block, and finished text
// predicts the block's first position, which is masked.
func (s *Step) leads() bool {
	source := s.Source(s.Start)
	return s.Passes == 0 && s.Masked(s.Start) && source < s.Start && Sees(s.Spec(), source) <= s.Start
}
