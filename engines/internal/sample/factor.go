package sample

import "slices"

// Factor commits the surest positions for as long as the n-th of them has a
// confidence of at least 1 - F/(n+1), n from 1, and the surest one in any case:
// the more tokens are written at once, the surer each of them has to be (Wu et
// al. 2025, arXiv 2505.22618, section 3.3). With F = 0 only certain tokens go
// with the first one. It does not look at the quota. The published code takes
// the last position even where it fails the test; this one does not.
type Factor struct {
	F float64 // ≥ 0
}

// Select implements Selector.
func (s Factor) Select(dst []int, c Candidates) []int {
	dst = ranked(dst[:0], c.Conf)
	n := 1
	for n < len(dst) && c.Conf[dst[n]] >= 1-s.F/float64(n+2) {
		n++
	}
	dst = dst[:n]
	slices.Sort(dst)
	return dst
}
