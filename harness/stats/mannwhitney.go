package stats

import (
	"errors"
	"math"
	"slices"
)

// rankSumWork bounds the additions that an exact Mann–Whitney law may take:
// two samples of 37, or 10 against 272, are just below it.
const rankSumWork = 8e6

// MannWhitney tests that two independent samples come from the same
// distribution (Mann and Whitney 1947), two-sided: p is twice the smaller
// tail, at most 1. It is for samples without pairs, such as a stored history;
// where pairs can be had, [SignedRank] sees much smaller effects.
//
// Equal values share their mid-rank, and the law of the rank sum is enumerated
// over all choices of the first sample from the ranks at hand, so p is exact
// with ties too. When that takes too long (about 40 values a side) the normal
// approximation with tie and continuity corrections is used. Statistic is U of
// b: the number of pairs with b above a, equal ones counting half.
func MannWhitney(a, b []float64) (Test, error) {
	if err := usable(a, b); err != nil {
		return Test{}, err
	}
	na, nb := len(a), len(b)
	ranks := midRanks(slices.Concat(a, b))
	sumB := total(ranks[na:])
	t := Test{N: na + nb, MinP: minRankSumP(na, nb), Statistic: float64(sumB-nb*(nb+1)) / 2}
	var below, above float64
	if exactRankSum(na, nb) {
		t.Method = "Mann–Whitney test, exact"
		below, above = choiceTails(ranks, nb, sumB)
	} else {
		t.Method = "Mann–Whitney test, normal approximation"
		below, above = rankSumNormal(ranks, nb, sumB)
	}
	t.P = min(1, 2*min(below, above))
	return t, nil
}

func exactRankSum(na, nb int) bool {
	n, k := float64(na+nb), float64(min(na, nb))
	return n*k*n*k <= rankSumWork
}

// choiceTails returns P(S ≤ s) and P(S ≥ s) for the sum S of k of the ranks,
// all choices being equally likely.
func choiceTails(ranks []int, k, s int) (below, above float64) {
	if 2*k > len(ranks) { // the ranks that are left out are fewer
		above, below = choiceTails(ranks, len(ranks)-k, total(ranks)-s)
		return below, above
	}
	counts := choiceCounts(ranks, k)
	var low, high, all float64
	for sum, c := range counts {
		all += c
		if sum <= s {
			low += c
		}
		if sum >= s {
			high += c
		}
	}
	return low / all, high / all
}

// choiceCounts returns, for each sum, how many choices of k ranks give it.
// Counts above 2⁵³ are rounded, at a relative error near 1e-16.
func choiceCounts(ranks []int, k int) []float64 {
	sorted := slices.Sorted(slices.Values(ranks))
	top := total(sorted[len(sorted)-k:]) // largest sum of k ranks
	counts := make([][]float64, k+1)     // by number chosen, then by sum
	for j := range counts {
		counts[j] = make([]float64, top+1)
	}
	counts[0][0] = 1
	reach := make([]int, k+1) // largest sum seen so far for each number chosen
	for seen, r := range sorted {
		for j := min(k, seen+1); j > 0; j-- {
			from, to := counts[j-1], counts[j]
			for s := 0; s <= reach[j-1]; s++ {
				to[s+r] += from[s]
			}
			reach[j] = max(reach[j], reach[j-1]+r)
		}
	}
	return counts[k]
}

// rankSumNormal is the normal law of the sum of k doubled ranks: mean k·mean
// rank, variance k(n−k)/(n(n−1))·Σ(r−mean)², which holds with ties.
func rankSumNormal(ranks []int, k, s int) (below, above float64) {
	n, mean := float64(len(ranks)), 0.0
	for _, r := range ranks {
		mean += float64(r) / n
	}
	squares := 0.0
	for _, r := range ranks {
		squares += sq(float64(r) - mean)
	}
	m := float64(k)
	return normalTails(float64(s)-m*mean, math.Sqrt(m*(n-m)/(n*(n-1))*squares))
}

// shiftPairs bounds the pairwise differences that [ShiftAt] lists.
const shiftPairs = 4_000_000

var errTooManyPairs = errors.New("more than 4 million pairs of values: compare the samples in parts or by their medians")

// ShiftAt returns how much larger b is than a, for independent samples: the
// median of all differences b−a, with the interval that inverts [MannWhitney]
// at error rate 1−level (Hodges and Lehmann 1963; Hollander and Wolfe, section
// 4.3). It assumes that the two distributions have one shape. Given logarithms
// of times, its exponential is a ratio. Samples too small to reject anything
// have no interval; more than 4 million pairs are refused.
func ShiftAt(a, b []float64, level float64) (Estimate, error) {
	mustBeLevel(level)
	if err := usable(a, b); err != nil {
		return Estimate{}, err
	}
	na, nb := len(a), len(b)
	if na > shiftPairs/nb {
		return Estimate{}, errTooManyPairs
	}
	diffs := make([]float64, 0, na*nb)
	for _, y := range b {
		for _, x := range a {
			diffs = append(diffs, y-x)
		}
	}
	slices.Sort(diffs)
	e := Estimate{Value: percentile(diffs, 50), N: na + nb, Method: "Hodges–Lehmann shift, Mann–Whitney interval"}
	e.at(level)
	k := shiftRank(na, nb, 1-level)
	if k == 0 {
		e.warn("%d and %d values are too few for an interval; two equal samples need %d each",
			na, nb, MinPerSide(1-level, 1))
		return e, nil
	}
	e.CI = &Interval{diffs[k-1], diffs[len(diffs)-k]}
	return e, nil
}

// shiftRank returns the largest k with P(U < k) ≤ alpha/2 for untied samples.
func shiftRank(na, nb int, alpha float64) int {
	if !exactRankSum(na, nb) {
		m := float64(na) * float64(nb)
		return max(0, int(m/2+normal.Quantile(alpha/2)*math.Sqrt(m*float64(na+nb+1)/12)))
	}
	k := min(na, nb)
	counts := choiceCounts(counting(na+nb, 1), k)[k*(k+1)/2:] // by U = S − k(k+1)/2
	below, all := 0.0, sum(counts)
	return slices.IndexFunc(counts, func(c float64) bool {
		below += c / all
		return below > alpha/2
	})
}
