package sample

import "slices"

// EntropyBound commits positions by rising entropy for as long as the entropies
// of those before sum to at most Gamma, and the first one in any case. The sum
// bounds the information that tokens drawn at once can have about each other,
// so Gamma is the error that a step may make, in nats (Ben-Hamu et al. 2025,
// arXiv 2505.24857). Confidences must be NegEntropy. It does not look at the quota.
type EntropyBound struct {
	Gamma float64 // nats, ≥ 0
}

// Select implements Selector.
func (s EntropyBound) Select(dst []int, c Candidates) []int {
	dst = ranked(dst[:0], c.Conf)
	n, sum := 1, -c.Conf[dst[0]]
	for n < len(dst) && sum <= s.Gamma {
		sum -= c.Conf[dst[n]]
		n++
	}
	dst = dst[:n]
	slices.Sort(dst)
	return dst
}
