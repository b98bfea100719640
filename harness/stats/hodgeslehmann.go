package stats

import (
	"math"
	"slices"
	"sort"
	"sync"
)

// HodgesLehmann is [HodgesLehmannAt] the usual [Level].
func HodgesLehmann(diffs []float64) (Estimate, error) { return HodgesLehmannAt(diffs, Level) }

// HodgesLehmannAt returns the centre of paired differences: the median of the
// n(n+1)/2 Walsh averages (dᵢ+dⱼ)/2, i ≤ j, with the interval that inverts the
// signed-rank test (Hollander and Wolfe, Nonparametric Statistical Methods,
// section 3.3): all centres that the test at error rate 1−level does not
// reject. Up to 50 pairs it is exact; on data with ties it covers at least as
// often as it says. Fewer than [MinBlocks] pairs (6 at 0.95, 8 at 0.99) cannot
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
	ranks := oneUpTo(exactRanks)
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
