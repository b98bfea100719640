package denoise

import (
	"math"

	"dllmbench/engines/internal/sample"
	"dllmbench/engines/network"
)

// Edit writes masks as Pick does and replaces written tokens in place, without
// masking them first (token-to-token editing, LLaDA2.1, 2026, arXiv
// 2602.08676). Every pass judges all tokens that the part has written: one is
// replaced where the row that predicts it prefers another token with more than
// the threshold. When no mask is left, passes go on for as long as they edit.
//
// With tokens for it, a written token may also be deleted, and what is behind it in the
// part moves up, with a mask at the end; or a mask is inserted in front of it, and the
// last position of the part is lost (Levenshtein editing, LLaDA2.2 technical report
// 2026, section 3.1). Nothing moves across a fixed part of a template.
//
// It takes weights that were trained to predict written tokens.
type Edit struct {
	Pick              // its confidence must be that of the drawn token
	Theta     float64 // probability above which a token is replaced
	PostSteps int     // most passes over a part without masks, and most passes over it that move tokens
	// Delete and Insert are predicted in the place of a token that is to be deleted, or
	// in front of which a mask is to be inserted; network.NoToken is none.
	Delete, Insert int32

	post, moved int   // passes over the part without masks, and that moved tokens
	quiet       bool  // the last of them edited nothing
	masked      []int // the candidates that are masked, and the confidence of each
	conf        []float64
	next        []written // the part behind the pass
	line        []written // behind one run of it
}

// written is what stands in a position, and how sure the network was of it.
type written struct {
	id   int32
	conf float64
	op   int32 // Delete, Insert or NoToken
}

func (r *Edit) Plan(s *Step) {
	if s.PartPasses == 0 {
		r.post, r.moved, r.quiet = 0, 0, false
	}
	for p := s.From; p < s.To; p++ {
		if !s.Fixed(p) {
			s.Candidates = append(s.Candidates, p)
		}
	}
}

func (r *Edit) Choose(s *Step) error {
	r.masked, r.conf, r.next = r.masked[:0], r.conf[:0], r.next[:0]
	for p := s.From; p < s.To; p++ {
		r.next = append(r.next, written{id: s.Seq[p], op: network.NoToken})
	}
	s.Draws = s.Draws[:0]
	s.Looked(len(s.Candidates))
	edited, moves := false, false
	for i, p := range s.Candidates {
		if s.Masked(p) || r.moved >= r.PostSteps {
			sample.Ban(s.Rows[i], r.Delete, r.Insert)
		}
		d, err := s.Draw(i, r.Proposal)
		if err != nil {
			return err
		}
		s.Draws = append(s.Draws, d)
		if d.ID == s.Seq[p] {
			continue
		}
		c := r.Confidence.Rate(s.Rows[i], d, s.RNG)
		at := &r.next[p-s.From]
		switch {
		case math.IsNaN(c):
			return s.Broken(p)
		case s.Masked(p):
			r.masked, r.conf = append(r.masked, i), append(r.conf, c)
		case c <= r.Theta:
		case d.ID == r.Delete || d.ID == r.Insert:
			at.op, at.conf, edited, moves = d.ID, c, true, true
		default:
			at.id, at.conf, edited = d.ID, c, true
		}
	}
	if len(r.masked) == 0 {
		r.post, r.quiet = r.post+1, !edited
	} else {
		s.picked = r.Selector.Select(s.picked, sample.Candidates{Conf: r.conf, Quota: r.quota(s), RNG: s.RNG})
		for _, k := range s.picked {
			i := r.masked[k]
			r.next[s.Candidates[i]-s.From] = written{s.Draws[i].ID, r.conf[k], network.NoToken}
		}
	}
	if moves {
		r.moved++
		r.move(s)
	}
	r.apply(s)
	return nil
}

// move deletes and inserts, in each run of positions between fixed ones.
func (r *Edit) move(s *Step) {
	mask := written{id: s.Spec().Mask}
	for from := s.From; from < s.To; {
		to := from
		for to < s.To && !s.Fixed(to) {
			to++
		}
		run, sure := r.next[from-s.From:to-s.From], 0.0
		r.line = r.line[:0]
		for _, w := range run {
			if w.op != network.NoToken {
				if sure = w.conf; w.op == r.Delete {
					continue
				}
				r.line = append(r.line, mask)
			}
			if w.conf == 0 {
				w.conf = sure
			}
			r.line = append(r.line, w)
		}
		for len(r.line) < len(run) {
			r.line = append(r.line, mask)
		}
		copy(run, r.line)
		from = to + 1
	}
}

// apply makes the part what it is to be. A token that only moved is as sure as the
// network was of what moved it.
func (r *Edit) apply(s *Step) {
	for i, w := range r.next {
		p := s.From + i
		switch old := s.Seq[p]; {
		case w.id == old:
		case s.Masked(p):
			s.Commit(p, w.id, w.conf)
		case w.id == s.Spec().Mask:
			s.Remask(p)
		default:
			s.Edit(p, w.id, w.conf)
		}
	}
}

func (r *Edit) Finished(*Step) bool { return r.quiet || r.post >= r.PostSteps }
