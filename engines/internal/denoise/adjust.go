package denoise

import (
	"math"
	"slices"

	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/internal/sample"
)

// Credit raises the logits of tokens that were the most probable ones of their
// position before, so that a position whose prediction stays the same becomes
// sure sooner (CreditDecoding, 2025, arXiv 2510.06133, as in dInfer). At each
// pass the credit of every token of the position is multiplied by Beta, p^Gamma
// is added to that of the most probable one, where p is its probability, and
// Alpha·ln(1 + credit) is added to the logits.
type Credit struct {
	Alpha, Beta, Gamma float64

	saved [][]credit // by position of the answer
}

// credit is what one token of a position has saved up.
type credit struct {
	id    int32
	value float64
}

// Adjust is for Decoder.Adjust.
func (c *Credit) Adjust(s *Step, i int, row []float32) {
	if s.Fresh() && i == 0 {
		n := len(s.Seq) - s.P
		c.saved = slices.Grow(c.saved[:0], n)[:n]
		for k := range c.saved {
			c.saved[k] = c.saved[k][:0]
		}
	}
	id, top := kernel.Argmax(row)
	p := math.Exp(float64(top) - kernel.LogSumExp(row))
	if math.IsNaN(p) {
		return // the rule will find out
	}
	saved := &c.saved[s.Candidates[i]-s.P]
	for k := range *saved {
		(*saved)[k].value *= c.Beta
	}
	k := slices.IndexFunc(*saved, func(e credit) bool { return e.id == int32(id) })
	if k < 0 {
		k, *saved = len(*saved), append(*saved, credit{id: int32(id)})
	}
	(*saved)[k].value += math.Pow(p, c.Gamma)
	for _, e := range *saved {
		row[e.id] += float32(c.Alpha * math.Log1p(e.value))
	}
}

// banEnds takes the tokens that end the text out of a row.
func (s *Step) banEnds(row []float32) {
	sample.Ban(row, s.Spec().Pad)
	sample.Ban(row, s.Req.Stop...)
}
