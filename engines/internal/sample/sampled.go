package sample

import (
	"math"
	"slices"
)

// Sampled commits as many positions as the quota says, drawn without
// replacement with weights exp(confidence/Temperature) (Dream's alg_temp). It
// takes the positions with the largest confidence/Temperature + g, where g is
// Gumbel noise in float64, which is the same law (Kool et al. 2019, arXiv
// 1903.06059). A Temperature towards 0 gives TopK, a large one a random order.
type Sampled struct {
	Temperature float64 // > 0

	keys []float64
}

// Select implements Selector. It takes one number from the random source for
// each candidate, also where all of them are committed.
func (s *Sampled) Select(dst []int, c Candidates) []int {
	s.keys = s.keys[:0]
	for _, conf := range c.Conf {
		s.keys = append(s.keys, conf/s.Temperature-math.Log(-math.Log(c.RNG.Float64())))
	}
	dst = ranked(dst[:0], s.keys)
	dst = dst[:min(max(c.Quota, 1), len(dst))]
	slices.Sort(dst)
	return dst
}
