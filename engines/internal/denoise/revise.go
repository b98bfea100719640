package denoise

import (
	"cmp"
	"slices"
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

	memory memory[revision]
}

// revision is what Revise remembers of a request.
type revision struct {
	conf  []float64 // per position of the answer, the confidence with which its token was written
	round int       // rounds done in the part
	at    []int     // positions of the round at work; none while the part is filled
	old   []int32   // and the tokens that stood there
}

// Plan implements Rule.
func (r *Revise) Plan(s *Step) {
	m := r.memory.of(s.Job.Index)
	if s.Fresh() {
		m.conf = s.confident(m.conf)
	}
	if s.PartPasses == 0 {
		m.round = 0
	}
	m.at, m.old = m.at[:0], m.old[:0]
	if s.Left() > 0 {
		r.Pick.Plan(s)
		return
	}
	r.choose(s, m)
	if len(m.at) == 0 {
		m.round = r.Rounds
	}
	for _, p := range m.at {
		m.old = append(m.old, s.Seq[p])
		s.Remask(p)
	}
	s.Candidates = append(s.Candidates, m.at...)
}

// choose sets at to the least sure tokens of the part.
func (r *Revise) choose(s *Step, m *revision) {
	for p := s.From; p < s.To; p++ {
		if !s.Fixed(p) && m.conf[p-s.P] < r.Below {
			m.at = append(m.at, p)
		}
	}
	n := max(1, int(r.Share*float64(s.Masks)*float64(r.Rounds-m.round)/float64(r.Rounds)))
	if n >= len(m.at) {
		return
	}
	slices.SortStableFunc(m.at, func(a, b int) int { return cmp.Compare(m.conf[a-s.P], m.conf[b-s.P]) })
	m.at = m.at[:n]
	slices.Sort(m.at)
}

// Choose implements Rule.
func (r *Revise) Choose(s *Step) error {
	m := r.memory.of(s.Job.Index)
	if err := r.write(s, m); err != nil {
		return err
	}
	for _, k := range s.Commits {
		m.conf[k.Pos] = k.Confidence
	}
	if len(m.at) > 0 {
		m.round++
	}
	if len(m.at) > 0 && !m.changed(s) {
		m.round = r.Rounds
	}
	return nil
}

// changed reports whether the round wrote another token anywhere.
func (m *revision) changed(s *Step) bool {
	for i, p := range m.at {
		if s.Seq[p] != m.old[i] {
			return true
		}
	}
	return false
}

// write commits what Pick picks, and in a round all of it.
func (r *Revise) write(s *Step, m *revision) error {
	if len(m.at) == 0 {
		return r.Pick.Choose(s)
	}
	if err := r.Rate(s); err != nil {
		return err
	}
	s.picked = s.picked[:0]
	for i := range s.Candidates {
		s.picked = append(s.picked, i)
	}
	return r.Write(s, s.picked)
}

// Finished implements Rule.
func (r *Revise) Finished(s *Step) bool {
	return r.memory.of(s.Job.Index).round >= r.Rounds
}
