package sample

import "slices"

// EntropyBudget commits positions by rising entropy for as long as their
// entropies, their own included, sum to less than Gamma, and the first one in
// any case (SDAR's entropy_bounded). It is EntropyBound with the last position
// counted too, so it commits fewer. Confidences must be NegEntropy. It does not
// look at the quota.
type EntropyBudget struct {
	Gamma float64 // nats, ≥ 0
}

// Select implements Selector.
func (s EntropyBudget) Select(dst []int, c Candidates) []int {
	dst = ranked(dst[:0], c.Conf)
	n, sum := 1, -c.Conf[dst[0]]
	for n < len(dst) {
		if sum -= c.Conf[dst[n]]; sum >= s.Gamma {
			break
		}
		n++
	}
	dst = dst[:n]
	slices.Sort(dst)
	return dst
}
