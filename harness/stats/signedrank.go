package stats

import (
	"math"
	"slices"
)

// exactRanks is the largest number of signs for which the signed-rank law is
// enumerated; above it the normal approximation is used.
const exactRanks = 50

// SignedRank tests that paired differences are symmetric about zero (Wilcoxon
// 1945), two-sided: p is twice the smaller tail, at most 1.
//
// Ties and zeros: equal |d| share their mid-rank, zeros are ranked with the
// rest and then left out of the sums (Pratt 1959, JASA 54:655), so that the
// test stays the one that the interval of [HodgesLehmann] inverts. Given the
// |d|, every sign is a fair coin, and up to 50 non-zero differences the law of
// the sum is enumerated from the very ranks at hand: p is exact with ties too.
// Above that the normal approximation with those ranks and a continuity
// correction is used. Statistic is the sum of the ranks of positive
// differences.
func SignedRank(diffs []float64) (Test, error) {
	if err := usable(diffs); err != nil {
		return Test{}, err
	}
	w := newSignedRanks(diffs)
	below, above := w.tails()
	t := Test{
		P: min(1, 2*min(below, above)), MinP: minSignP(len(diffs)),
		Statistic: float64(w.plus) / 2, N: len(diffs), Method: w.method(),
	}
	if zeros := len(diffs) - len(w.ranks); zeros > 0 {
		t.warn("%d of %d pairs are exactly equal and carry no sign: p cannot be below %.2g",
			zeros, len(diffs), minSignP(len(w.ranks)))
	}
	return t, nil
}

// SignedRankP is the p-value of [SignedRank], 1 for an empty sample. It panics
// on a difference that is not finite.
func SignedRankP(diffs []float64) float64 {
	if len(diffs) == 0 {
		return 1
	}
	t, err := SignedRank(diffs)
	if err != nil {
		panic("stats: a difference is NaN or infinite")
	}
	return t.P
}

// signedRanks is the sample as the test sees it.
type signedRanks struct {
	ranks []int // doubled mid-ranks of the non-zero |d|
	plus  int   // sum of those of positive d
}

// newSignedRanks ranks |d|, zeros among them, and drops the zeros.
func newSignedRanks(d []float64) signedRanks {
	all, plus := doubledRanks(d)
	kept := all[:0]
	for i, r := range all {
		if d[i] != 0 {
			kept = append(kept, r)
		}
	}
	return signedRanks{kept, plus}
}

func (w signedRanks) method() string {
	if len(w.ranks) > exactRanks {
		return "signed-rank test, normal approximation"
	}
	return "signed-rank test, exact"
}

// tails returns P(W⁺ ≤ plus) and P(W⁺ ≥ plus) under fair signs.
func (w signedRanks) tails() (below, above float64) {
	total, squares := 0, 0.0
	for _, r := range w.ranks {
		total += r
		squares += float64(r) * float64(r)
	}
	if squares == 0 {
		return 1, 1
	}
	if len(w.ranks) > exactRanks {
		// On doubled ranks: mean Σr/2, variance Σr²/4; the continuity correction
		// of half a rank is one doubled unit.
		from, sd := float64(w.plus)-float64(total)/2, math.Sqrt(squares)/2
		return normal.CDF((from + 1) / sd), normal.CDF((1 - from) / sd)
	}
	// Sum the smaller tail; the other one is the rest and the value itself. All
	// of these are whole numbers that a float64 holds.
	all := math.Exp2(float64(len(w.ranks)))
	low := min(w.plus, total-w.plus)
	tail, here := w.lower(low)
	small, large := tail/all, (all-tail+here)/all
	if w.plus == low {
		return small, large
	}
	return large, small
}

// lower counts the sign assignments that give at most the sum low, and those
// that give low itself.
func (w signedRanks) lower(low int) (tail, here float64) {
	if w.untied() {
		below := untiedLaw()[len(w.ranks)]
		if tail = below[low/2]; low == 0 {
			return tail, tail
		}
		return tail, tail - below[low/2-1]
	}
	counts := rankSumCounts(w.ranks, low)
	return sum(counts), counts[low]
}

// untied reports whether the ranks, at most exactRanks, are 1 … n, doubled: none is
// shared, and no zero has one.
func (w signedRanks) untied() bool {
	var seen [exactRanks + 1]bool
	for _, r := range w.ranks {
		if r%2 == 1 || r/2 > len(w.ranks) || seen[r/2] {
			return false
		}
		seen[r/2] = true
	}
	return true
}

// doubledRanks returns twice the mid-rank of each |d| (an integer even with
// ties), and the sum over the positive ones.
func doubledRanks(d []float64) (ranks []int, plus int) {
	order := make([]int, len(d))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		switch a, b := math.Abs(d[i]), math.Abs(d[j]); {
		case a < b:
			return -1
		case a > b:
			return 1
		}
		return 0
	})
	ranks = make([]int, len(d))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && math.Abs(d[order[j]]) == math.Abs(d[order[i]]) {
			j++
		}
		for _, k := range order[i:j] {
			ranks[k] = i + 1 + j // first rank + last rank of the tie
			if d[k] > 0 {
				plus += ranks[k]
			}
		}
		i = j
	}
	return ranks, plus
}

// rankSumCounts returns, for each sum s up to most, how many of the 2ⁿ sign
// assignments give s as the sum of the positive ranks. Exact in float64 for n ≤ 50.
func rankSumCounts(ranks []int, most int) []float64 {
	counts := make([]float64, most+1)
	counts[0] = 1
	top := 0
	for _, r := range ranks {
		top = min(top+r, most)
		for s := top; s >= r; s-- {
			counts[s] += counts[s-r]
		}
	}
	return counts
}
