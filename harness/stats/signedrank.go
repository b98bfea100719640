package stats

import "math"

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
func newSignedRanks(d []float64) (w signedRanks) {
	size := make([]float64, len(d))
	for i, x := range d {
		size[i] = math.Abs(x)
	}
	all, _ := midRanks(size)
	for i, r := range all {
		if d[i] != 0 {
			w.ranks = append(w.ranks, r)
		}
		if d[i] > 0 {
			w.plus += r
		}
	}
	return w
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
	if len(w.ranks) > exactRanks { // on doubled ranks: mean Σr/2, variance Σr²/4
		return normalTails(float64(w.plus)-float64(total)/2, math.Sqrt(squares)/2)
	}
	// Sum the smaller tail; the other one is the rest and the value itself. All
	// of these are whole numbers that a float64 holds.
	all := math.Exp2(float64(len(w.ranks)))
	low := min(w.plus, total-w.plus)
	counts := rankSumCounts(w.ranks, low)
	tail := sum(counts)
	small, large := tail/all, (all-tail+counts[low])/all
	if w.plus == low {
		return small, large
	}
	return large, small
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
