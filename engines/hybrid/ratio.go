package hybrid

import (
	"math"

	"dllmbench/engines/internal/sample"
)

// ratio verifies by speculative sampling (Leviathan et al. 2023, arXiv
// 2211.17192; Chen et al. 2023, arXiv 2302.01318). A token x that was proposed
// with probability q(x) is kept with probability min(1, p(x)/q(x)), where p is
// the autoregressive law; otherwise a token is drawn in proportion to
// max(0, p - q). The outcome follows p exactly, if q is the law of the proposal
// given everything that was written in front of it. That holds for proposals
// drawn independently of each other in one step, and for proposals that follow
// from the text with certainty, whose q is 1.
type ratio struct {
	line *line
	p, q []float64
}

// verify is for causal.Writer.
func (r *ratio) verify(row []float32, pos int, draft int32) sample.Draw {
	l := r.line
	target, random := l.proposal.(*sample.Categorical)
	if draft < 0 || !random { // at temperature 0 the one token there is
		return l.proposal.Propose(row, l.RNG)
	}
	if r.p = target.Law(r.p, row); r.p == nil {
		return sample.Draw{ID: -1, P: math.NaN()}
	}
	q := 1.0
	if l.keepsLaw() {
		q = l.law.p[pos-l.start]
	}
	if l.RNG.Float64()*q < r.p[draft] {
		return sample.Draw{ID: draft, P: r.p[draft]}
	}
	return residual(r.p, r.proposed(pos, draft), l.RNG.Float64())
}

// proposed is the law that the draft at a position was drawn from.
func (r *ratio) proposed(pos int, draft int32) []float64 {
	if law, random := r.line.draft.(*sample.Categorical); random {
		r.q = law.Law(r.q, r.line.law.rows[pos-r.line.start])
		return r.q
	}
	if len(r.q) != len(r.p) {
		r.q = make([]float64, len(r.p))
	}
	clear(r.q)
	r.q[draft] = 1
	return r.q
}

// residual draws in proportion to max(0, p - q), which it leaves in q.
func residual(p, q []float64, u float64) sample.Draw {
	total := 0.0
	for i := range p {
		q[i] = max(0, p[i]-q[i])
		total += q[i]
	}
	id := sample.Inverse(q, u*total)
	if id < 0 {
		return sample.Draw{ID: -1, P: math.NaN()}
	}
	return sample.Draw{ID: int32(id), P: p[id]}
}

// drafted keeps what a block was drafted from, by position in the block.
type drafted struct {
	rows [][]float32 // of logits
	p    []float64   // probability with which each token was proposed
}

// put keeps the row of position i of the block and the probability of its proposal.
func (d *drafted) put(i int, row []float32, p float64) {
	for len(d.rows) <= i {
		d.rows, d.p = append(d.rows, nil), append(d.p, 0)
	}
	d.rows[i], d.p[i] = append(d.rows[i][:0], row...), p
}
