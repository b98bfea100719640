package stats

import (
	"math"
	"slices"
	"sync"
)

// exactRanks is the largest sample for which the signed-rank law is
// enumerated; above it the normal approximation is used.
const exactRanks = 50

// SignedRankP is the two-sided p-value of Wilcoxon's signed-rank test that the
// differences are symmetric about zero. Up to 50 non-zero differences it is
// exact, ties included: the permutation law of the mid-ranks is enumerated.
// Above that the normal approximation with tie correction is used. Zeros are
// left out, as Wilcoxon did. Without a non-zero difference p is 1.
func SignedRankP(diffs []float64) float64 {
	var d []float64
	for _, x := range diffs {
		if x != 0 {
			d = append(d, x)
		}
	}
	n := len(d)
	if n == 0 {
		return 1
	}
	ranks, plus := doubledRanks(d)
	total, squares := 0, 0.0
	for _, r := range ranks {
		total += r
		squares += float64(r) * float64(r)
	}
	if n > exactRanks {
		// On doubled ranks: mean Σr/2, variance Σr²/4; continuity correction
		// of half a rank is one doubled unit.
		z := (math.Abs(float64(plus)-float64(total)/2) - 1) / math.Sqrt(squares/4)
		return min(1, 2*normal.Survival(max(0, z)))
	}
	counts := rankSumCounts(ranks)
	low := min(plus, total-plus)
	tail := 0.0
	for s := 0; s <= low; s++ {
		tail += counts[s]
	}
	return min(1, 2*tail/math.Exp2(float64(n)))
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

// rankSumCounts returns, for each sum s, how many of the 2ⁿ sign assignments
// give s as the sum of the positive ranks. Exact in float64 for n ≤ 50.
func rankSumCounts(ranks []int) []float64 {
	total := 0
	for _, r := range ranks {
		total += r
	}
	counts := make([]float64, total+1)
	counts[0] = 1
	top := 0
	for _, r := range ranks {
		top += r
		for s := top; s >= r; s-- {
			counts[s] += counts[s-r]
		}
	}
	return counts
}

// HodgesLehmann returns the centre of paired differences: the median of the
// n(n+1)/2 Walsh averages (dᵢ+dⱼ)/2, i ≤ j, with the interval that inverts the
// signed-rank test (Hollander and Wolfe, Nonparametric Statistical Methods,
// section 3.3): all centres that the test at 1−[Level] does not reject. Exact
// up to 50 pairs. Fewer than six pairs cannot reject anything, hence have no
// interval.
func HodgesLehmann(diffs []float64) (Estimate, error) {
	n := len(diffs)
	if n == 0 {
		return Estimate{}, ErrNoData
	}
	d := slices.Clone(diffs)
	slices.Sort(d)
	walsh := n * (n + 1) / 2
	e := Estimate{
		Value: (walshAverage(d, (walsh+1)/2) + walshAverage(d, walsh/2+1)) / 2,
		N:     n, Method: "Hodges–Lehmann centre, signed-rank interval",
	}
	k := walshRank(n)
	if k == 0 {
		e.warn("%d of the 6 pairs that an interval needs", n)
		return e, nil
	}
	e.CI = &Interval{walshAverage(d, k), walshAverage(d, walsh+1-k)}
	return e, nil
}

// walshRank returns the largest k with P(W⁺ < k) ≤ α/2 for n untied pairs.
func walshRank(n int) int {
	if n > exactRanks {
		m := float64(n)
		return int(m*(m+1)/4 - zTwoSided*math.Sqrt(m*(m+1)*(2*m+1)/24))
	}
	return exactWalshRanks()[n]
}

// exactWalshRanks holds walshRank for n up to exactRanks.
var exactWalshRanks = sync.OnceValue(func() []int {
	out := make([]int, exactRanks+1)
	ranks := make([]int, exactRanks)
	for i := range ranks {
		ranks[i] = i + 1
	}
	for n := range out {
		counts, below, limit := rankSumCounts(ranks[:n]), 0.0, alpha/2*math.Exp2(float64(n))
		for below <= limit {
			below += counts[out[n]]
			out[n]++
		}
		out[n]-- // the last step went over the limit
	}
	return out
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

// PairedRatio compares two engines on the same units, for positive quantities
// such as times, from the natural logarithms of their ratios bᵢ/aᵢ: the value
// is the typical ratio, the exponential of the Hodges–Lehmann centre, with the
// interval of [HodgesLehmann].
func PairedRatio(logRatios []float64) (Estimate, error) {
	e, err := HodgesLehmann(logRatios)
	if err != nil {
		return e, err
	}
	e.Value = math.Exp(e.Value)
	if e.CI != nil {
		e.CI = &Interval{math.Exp(e.CI.Low), math.Exp(e.CI.High)}
	}
	e.Method = "paired ratio: exp of the Hodges–Lehmann centre of log-ratios, signed-rank interval"
	return e, nil
}
