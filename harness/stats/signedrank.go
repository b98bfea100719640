package stats

import (
	"math"
	"slices"
	"sort"
	"sync"
)

// exactRanks is the largest number of signs for which the signed-rank law is
// enumerated; above it the normal approximation is used.
const exactRanks = 50

// SignedRank tests that paired differences are symmetric about zero (Wilcoxon
// 1945), two-sided: p is twice the smaller tail, at most 1.
//
// Ties and zeros: equal |d| share their mid-rank, zeros are ranked with the
// rest and then left out of the sums (Pratt 1959, JASA 54:655), so that the
// test stays the one that the interval of [HodgesLehmannAt] inverts. Given the
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
		Statistic: float64(w.plus) / 2, N: len(diffs), Method: "signed-rank test, exact",
	}
	if len(w.ranks) > exactRanks {
		t.Method = "signed-rank test, normal approximation"
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
	for i, r := range midRanks(size) {
		if d[i] != 0 {
			w.ranks = append(w.ranks, r)
		}
		if d[i] > 0 {
			w.plus += r
		}
	}
	return w
}

// total is the sum of ranks, or of other whole numbers.
func total(ranks []int) int {
	n := 0
	for _, r := range ranks {
		n += r
	}
	return n
}

// tails returns P(W⁺ ≤ plus) and P(W⁺ ≥ plus) under fair signs.
func (w signedRanks) tails() (below, above float64) {
	total, squares := total(w.ranks), 0.0
	for _, r := range w.ranks {
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

// HodgesLehmannAt returns the centre of paired differences: the median of the
// n(n+1)/2 Walsh averages (dᵢ+dⱼ)/2, i ≤ j, with the interval that inverts the
// signed-rank test (Hollander and Wolfe, Nonparametric Statistical Methods,
// section 3.3): all centres that the test at error rate 1−level does not
// reject. Up to 50 pairs it is exact; on data with ties it covers at least as
// often as it says, and it leaves out 0 exactly where [SignedRank] gives a p of at
// most 1−level. Fewer than [MinBlocks] pairs (6 at 0.95, 8 at 0.99) cannot
// reject anything, hence have no interval.
func HodgesLehmannAt(diffs []float64, level float64) (Estimate, error) {
	mustBeLevel(level)
	if err := usable(diffs); err != nil {
		return Estimate{}, err
	}
	n := len(diffs)
	d := slices.Clone(diffs)
	slices.Sort(d)
	walsh := n * (n + 1) / 2
	e := Estimate{N: n, Method: "Hodges–Lehmann centre, signed-rank interval"}
	e.Value = (walshAverage(d, (walsh+1)/2) + walshAverage(d, walsh/2+1)) / 2 // twice the same if their number is odd
	e.at(level)
	k := walshRank(n, 1-level)
	if k == 0 {
		e.warn("%d of the %d pairs that an interval needs", n, MinBlocks(1-level, 1))
		return e, nil
	}
	e.CI = &Interval{walshAverage(d, k), walshAverage(d, walsh+1-k)}
	if e.CI.Contains(0) && SignedRankP(diffs) <= 1-level {
		// Ties and zeros sharpen the test, not the ranks of untied pairs: 0 is
		// rejected, and the interval ends just before it.
		if w := newSignedRanks(diffs); 2*w.plus > total(w.ranks) {
			e.CI.Low = math.Nextafter(0, 1)
		} else {
			e.CI.High = math.Nextafter(0, -1)
		}
	}
	return e, nil
}

// walshRank returns the largest k with P(W⁺ < k) ≤ alpha/2 for n untied pairs.
func walshRank(n int, alpha float64) int {
	if n > exactRanks {
		m := float64(n)
		return max(0, int(m*(m+1)/4+normal.Quantile(alpha/2)*math.Sqrt(m*(m+1)*(2*m+1)/24)))
	}
	below := untiedLaw()[n]
	limit := alpha / 2 * math.Exp2(float64(n))
	return sort.Search(len(below), func(k int) bool { return below[k] > limit })
}

// untiedLaw holds, for n up to exactRanks, how many of the 2ⁿ sign assignments
// give untied pairs a sum W⁺ ≤ s.
var untiedLaw = sync.OnceValue(func() [][]float64 {
	ranks := counting(exactRanks, 1)
	law := make([][]float64, exactRanks+1)
	for n := range law {
		law[n] = rankSumCounts(ranks[:n], n*(n+1)/2)
		for s := 1; s < len(law[n]); s++ {
			law[n][s] += law[n][s-1]
		}
	}
	return law
})

// walshAverage returns the k-th smallest, from 1, of the averages of all pairs
// (i ≤ j) of the sorted d, without listing them: it bisects over the ordered
// float64 values and counts averages below in linear time.
func walshAverage(d []float64, k int) float64 {
	lo, hi := orderedBits(d[0]), orderedBits(d[len(d)-1])
	for lo < hi {
		mid := lo + (hi-lo)/2
		if countAverages(d, fromOrderedBits(mid)) >= k {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return fromOrderedBits(lo)
}

// countAverages returns how many averages (dᵢ+dⱼ)/2, i ≤ j, are at most x.
func countAverages(d []float64, x float64) int {
	count, j := 0, len(d)-1
	for i := range d {
		for j >= 0 && (d[i]+d[j])/2 > x {
			j--
		}
		if j < i {
			break
		}
		count += j - i + 1
	}
	return count
}

// orderedBits maps a float64 to a uint64 with the same order.
func orderedBits(x float64) uint64 {
	b := math.Float64bits(x + 0) // −0 becomes +0
	if b>>63 == 1 {
		return ^b
	}
	return b | 1<<63
}

func fromOrderedBits(b uint64) float64 {
	if b>>63 == 1 {
		return math.Float64frombits(b &^ (1 << 63))
	}
	return math.Float64frombits(^b)
}
