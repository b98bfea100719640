package stats

import (
	"errors"
	"math"
	"slices"
)

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
	counts := choiceCounts(oneUpTo(na+nb), k)[k*(k+1)/2:] // by U = S − k(k+1)/2
	below, all := 0.0, sum(counts)
	return slices.IndexFunc(counts, func(c float64) bool {
		below += c / all
		return below > alpha/2
	})
}
