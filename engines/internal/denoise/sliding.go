package denoise

// Sliding is Pick among the first masks of the canvas instead of those of a block:
// a position of which the network is not sure may stay open while the window goes on
// (Deferred Commitment Decoding, Shu et al. 2026, arXiv 2601.02076). The
// window begins at the first mask and reaches as far as it holds at most Masks masks
// and Longest positions.
//
// The decoder's own block must be the whole answer.
type Sliding struct {
	Pick
	Masks   int // ≥ 1
	Longest int // positions, ≥ 1

	Left, Right int // of the pass at work
	Was         int // Left of the pass before
}

func (r *Sliding) Plan(s *Step) {
	if s.Fresh() {
		r.Left, r.Right = s.P, s.P
	}
	r.Was = r.Left
	for r.Left < len(s.Seq) && !s.Masked(r.Left) {
		r.Left++
	}
	masks := r.Masks
	for p := r.Left; p < r.Right; p++ {
		if s.Masked(p) {
			masks--
		}
	}
	for limit := min(len(s.Seq), r.Left+r.Longest); r.Right < limit && (masks > 0 || r.Right <= r.Left); r.Right++ {
		if s.Masked(r.Right) {
			masks--
		}
	}
	s.MasksIn(r.Left, r.Right)
}
