package denoise

import (
	"math"

	"dllmbench/engines"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/usage"
)

// Early is Pick until the network has made up its mind (Prophet, Li et al.
// 2025, arXiv 2508.19982): before each step it takes the mean, over the masks of
// a region, of the largest logit minus the second. If that gap reaches a bound,
// all masks of the canvas are written at once with their most probable tokens.
//
// Progress is the share of the canvas that is written, which with an even quota
// is the share of the steps done. Every pass needs the logits of all masks of
// the canvas, those of later blocks too.
type Early struct {
	Pick
	// Gaps are the bounds for progress below 0.33, below 0.67 and from there on.
	Gaps [3]float64
	// Tail makes the last run of gaps of a request's template the region, instead
	// of the canvas. Requests without a template have the canvas as region.
	Tail bool
}

func (r *Early) Plan(s *Step) {
	if r.quota(s) > 0 {
		s.MasksIn(s.P, len(s.Seq))
	}
}

func (r *Early) Choose(s *Step) error {
	settled, err := r.settled(s)
	if err != nil {
		return err
	}
	if settled {
		s.Looked(len(s.Candidates))
		return s.Write(sample.Argmax{})
	}
	in := 0 // candidates of the part come first, since what is before it is written
	for in < len(s.Candidates) && s.Candidates[in] < s.To {
		in++
	}
	s.Looked(len(s.Candidates) - in)
	s.Candidates = s.Candidates[:in]
	return r.Pick.Choose(s)
}

// settled reports whether the mean gap of the region reaches the bound.
func (r *Early) settled(s *Step) (bool, error) {
	from, to := r.region(s)
	sum, n := 0.0, 0
	for i, p := range s.Candidates {
		if p < from || p >= to {
			continue
		}
		gap := sample.Gap(s.Rows[i])
		if math.IsNaN(gap) {
			return false, s.Broken(p)
		}
		sum += gap
		n++
	}
	if n == 0 {
		return false, nil
	}
	bound := r.Gaps[2]
	switch done := 1 - float64(s.Open)/float64(s.Usage[usage.CanvasPositions]); {
	case done < 0.33:
		bound = r.Gaps[0]
	case done < 0.67:
		bound = r.Gaps[1]
	}
	return sum/float64(n) >= bound, nil
}

// region is where the gap is measured.
func (r *Early) region(s *Step) (from, to int) {
	from, to = s.P, len(s.Seq)
	if !r.Tail || s.Req.Template == nil {
		return from, to
	}
	for s.Req.Template[to-1-s.P] != engines.Gap {
		to--
	}
	for from = to; from > s.P && s.Req.Template[from-1-s.P] == engines.Gap; from-- {
	}
	return from, to
}
