package denoise

import (
	"math"

	"dllmbench/engines/internal/sample"
)

// Edit writes masks as Pick does and replaces written tokens in place, without
// masking them first (token-to-token editing, LLaDA2.1, 2026, arXiv
// 2602.08676). Every pass judges all tokens that the part has written: one is
// replaced where the row that predicts it prefers another token with more than
// the threshold. When no mask is left, passes go on for as long as they edit.
//
// It takes weights that were trained to predict written tokens.
type Edit struct {
	Pick              // its confidence must be that of the drawn token
	Theta     float64 // probability above which a token is replaced
	PostSteps int     // most passes over a part without masks

	post   int   // passes over the part without masks
	quiet  bool  // the last of them edited nothing
	masked []int // the candidates that are masked, and the confidence of each
	conf   []float64
}

func (r *Edit) Plan(s *Step) {
	if s.PartPasses == 0 {
		r.post, r.quiet = 0, false
	}
	for p := s.From; p < s.To; p++ {
		if !s.Fixed(p) {
			s.Candidates = append(s.Candidates, p)
		}
	}
}

func (r *Edit) Choose(s *Step) error {
	r.masked, r.conf = r.masked[:0], r.conf[:0]
	s.Draws = s.Draws[:0]
	s.Looked(len(s.Candidates))
	edited := false
	for i, p := range s.Candidates {
		d, err := s.Draw(i, r.Proposal)
		if err != nil {
			return err
		}
		s.Draws = append(s.Draws, d)
		if d.ID == s.Seq[p] {
			continue
		}
		c := r.Confidence.Rate(s.Rows[i], d, s.RNG)
		switch {
		case math.IsNaN(c):
			return s.Broken(p)
		case s.Masked(p):
			r.masked, r.conf = append(r.masked, i), append(r.conf, c)
		case c > r.Theta:
			s.Edit(p, d.ID, c)
			edited = true
		}
	}
	if len(r.masked) == 0 {
		r.post, r.quiet = r.post+1, !edited
		return nil
	}
	s.picked = r.Selector.Select(s.picked, sample.Candidates{Conf: r.conf, Quota: r.quota(s), RNG: s.RNG})
	for _, k := range s.picked {
		i := r.masked[k]
		s.Commit(s.Candidates[i], s.Draws[i].ID, r.conf[k])
	}
	return nil
}

func (r *Edit) Finished(*Step) bool { return r.quiet || r.post >= r.PostSteps }
