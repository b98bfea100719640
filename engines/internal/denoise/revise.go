package denoise

import (
	"cmp"
	"slices"

	"dllmbench/engines/internal/sample"
)

// Revise lets Pick fill a part of a block and then takes the least sure tokens
// back, a few rounds long: they are masked all at once, predicted again in one
// pass that sees the rest, and written again (Mask-Predict, Ghazvininejad et
// al. 2019, arXiv 1904.09324, as the repair of any first draft). A token is as
// sure as it was when it was last written. Each round takes fewer, and the
// rounds end early when one of them changes nothing.
//
// Masks among text that may hold errors are what our weights were trained on,
// so this needs nothing that they lack.
type Revise struct {
	Pick           // its confidence must be that of the drawn token
	Rounds int     // most rounds for a part
	Share  float64 // of the part's tokens that the first round takes back, falling to none behind the last; at least one is
	Below  float64 // tokens with at least this confidence are left alone

	conf  []float64 // per position of the answer, the confidence with which its token was written
	round int       // rounds done in the part
	at    []int     // positions of the round at work; none while the part is filled
	old   []int32   // and the tokens that stood there
}

func (r *Revise) Plan(s *Step) {
	if s.Fresh() {
		r.conf = s.confident(r.conf)
	}
	if s.PartPasses == 0 {
		r.round = 0
	}
	r.at, r.old = r.at[:0], r.old[:0]
	if s.Left() > 0 {
		r.Pick.Plan(s)
		return
	}
	r.choose(s)
	if len(r.at) == 0 {
		r.round = r.Rounds
	}
	for _, p := range r.at {
		r.old = append(r.old, s.Seq[p])
		s.Remask(p)
	}
	s.Candidates = append(s.Candidates, r.at...)
}

// choose sets at to the least sure tokens of the part.
func (r *Revise) choose(s *Step) {
	for p := s.From; p < s.To; p++ {
		if !s.Fixed(p) && r.conf[p-s.P] < r.Below {
			r.at = append(r.at, p)
		}
	}
	n := max(1, int(r.Share*float64(s.Masks)*float64(r.Rounds-r.round)/float64(r.Rounds)))
	if n >= len(r.at) {
		return
	}
	slices.SortStableFunc(r.at, func(a, b int) int { return cmp.Compare(r.conf[a-s.P], r.conf[b-s.P]) })
	r.at = r.at[:n]
	slices.Sort(r.at)
}

func (r *Revise) Choose(s *Step) error {
	if err := r.write(s); err != nil {
		return err
	}
	for _, k := range s.Commits {
		r.conf[k.Pos] = k.Confidence
	}
	if len(r.at) > 0 {
		r.round++
	}
	if len(r.at) > 0 && !r.changed(s) {
		r.round = r.Rounds
	}
	return nil
}

// changed reports whether the round wrote another token anywhere.
func (r *Revise) changed(s *Step) bool {
	for i, p := range r.at {
		if s.Seq[p] != r.old[i] {
			return true
		}
	}
	return false
}

// write commits what Pick picks, and in a round all of it.
func (r *Revise) write(s *Step) error {
	if len(r.at) == 0 {
		return r.Pick.Choose(s)
	}
	if err := r.Rate(s); err != nil {
		return err
	}
	s.picked = sample.TopK{}.Select(s.picked, sample.Candidates{Conf: s.Conf, Quota: len(s.Conf)})
	return r.Write(s, s.picked)
}

func (r *Revise) Finished(*Step) bool { return r.round >= r.Rounds }
