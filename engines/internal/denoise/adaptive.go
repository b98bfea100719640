package denoise

import "slices"

// Adaptive is Pick on blocks that end where the text has a joint (AdaBlock-dLLM,
// Lu et al. 2025, arXiv 2509.26432). The first pass of a block covers more than
// will be kept, and predicts all of it. The block is then cut behind the joint
// that the network is surest of, and the pass commits what Pick picks within.
//
// The rows of that first pass saw masks up to the end of the uncut block, those
// of the later ones see no further than the cut.
type Adaptive struct {
	Pick               // its confidence must be that of the drawn token
	Delimiters []int32 // a joint is behind one of them (AdaBlock)
	// Paragraphs makes a joint of two delimiters in a row, such as a full stop and a
	// line feed or the two line feeds of an empty line, and of a token that ends the
	// text, instead of a single delimiter.
	Paragraphs bool
	Theta      float64 // the least confidence of a joint
	Window     int     // positions in which one is looked for; 0 is all that is predicted
	Default    int     // positions of a block without a joint; 0 is all that is left
}

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
		if c, ok := r.joint(s, i); ok && c >= r.Theta && c > best {
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

// joint reports whether the text has a joint behind candidate i, and how sure that
// is. Two delimiters are as sure as the less sure one of them; the first may be
// written already.
func (r *Adaptive) joint(s *Step, i int) (confidence float64, ok bool) {
	id, p := s.Draws[i].ID, s.Candidates[i]
	switch ok = slices.Contains(r.Delimiters, id); {
	case !r.Paragraphs:
		return s.Conf[i], ok
	case s.IsStop(id):
		return s.Conf[i], true
	case i > 0 && s.Candidates[i-1] == p-1:
		return min(s.Conf[i-1], s.Conf[i]), ok && slices.Contains(r.Delimiters, s.Draws[i-1].ID)
	}
	return s.Conf[i], ok && slices.Contains(r.Delimiters, s.Seq[p-1])
}
