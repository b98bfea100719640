package denoise

import (
	"slices"
)

// Adaptive is Pick on blocks that end where the text has a joint (AdaBlock-dLLM,
// Lu et al. 2025, arXiv 2509.26432). The first pass of a block covers more than
// will be kept, and predicts all of it. The block is then cut behind the joint
// that the network is surest of, and the pass commits what Pick picks within.
//
// The rows of that first pass saw masks up to the end of the uncut block, those
// of the later ones see no further than the cut.
type Adaptive struct {
	Pick    // its confidence must be that of the drawn token
	Joints  Joints
	Theta   float64 // the least confidence of a joint
	Window  int     // positions in which one is looked for; 0 is all that is predicted
	Default int     // positions of a block without a joint; 0 is all that is left
}

// Joints finds the joints of a text among the tokens that were drawn.
type Joints interface {
	// Joint reports whether the text has a joint behind candidate i, and how sure
	// that is.
	Joint(s *Step, i int) (confidence float64, ok bool)
}

// Choose implements Rule.
func (r *Adaptive) Choose(s *Step) error {
	if s.Passes > 0 {
		return r.Pick.Choose(s)
	}
	if err := r.Rate(s); err != nil {
		return err
	}
	r.cut(s)
	return r.Commit(s, r.quota(s))
}

// cut shortens the block and drops the candidates behind its new end.
func (r *Adaptive) cut(s *Step) {
	end := len(s.Seq)
	if r.Default > 0 { // a block needs a mask
		end = max(s.Start+r.Default, s.Candidates[0]+1)
	}
	best := -1.0
	for i, p := range s.Candidates {
		if r.Window > 0 && p >= s.Start+r.Window {
			break
		}
		if c, ok := r.Joints.Joint(s, i); ok && c >= r.Theta && c > best {
			best, end = c, p+1
		}
	}
	if end >= s.End {
		return
	}
	s.End, s.To = end, end
	n, _ := slices.BinarySearch(s.Candidates, end)
	s.Candidates, s.Rows, s.Draws, s.Conf = s.Candidates[:n], s.Rows[:n], s.Draws[:n], s.Conf[:n]
}

// Sentences are joints behind a delimiter (AdaBlock).
type Sentences struct {
	Delimiters []int32
}

// Joint implements Joints.
func (j Sentences) Joint(s *Step, i int) (float64, bool) {
	return s.Conf[i], slices.Contains(j.Delimiters, s.Draws[i].ID)
}

// Paragraphs are joints behind two delimiters in a row, such as a full stop and
// a line feed or the two line feeds of an empty line, and behind a token that
// ends the text. Two delimiters are as sure as the less sure one of them; the
// first may be written already.
type Paragraphs struct {
	Delimiters []int32
}

// Joint implements Joints.
func (j Paragraphs) Joint(s *Step, i int) (float64, bool) {
	if s.IsStop(s.Draws[i].ID) {
		return s.Conf[i], true
	}
	if !slices.Contains(j.Delimiters, s.Draws[i].ID) {
		return 0, false
	}
	switch p := s.Candidates[i]; {
	case i > 0 && s.Candidates[i-1] == p-1:
		return min(s.Conf[i-1], s.Conf[i]), slices.Contains(j.Delimiters, s.Draws[i-1].ID)
	default:
		return s.Conf[i], slices.Contains(j.Delimiters, s.Seq[p-1])
	}
}
