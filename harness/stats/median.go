package stats

import (
	"slices"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"
)

// Median returns the median with the distribution-free interval between order
// statistics (David and Nagaraja, Order Statistics, section 7.1): the
// narrowest symmetric pair whose binomial coverage is at least [Level]. Fewer
// than six values have no such pair, hence no interval.
func Median(xs []float64) (Estimate, error) {
	if err := usable(xs); err != nil {
		return Estimate{}, err
	}
	sorted := slices.Clone(xs)
	slices.Sort(sorted)
	n := len(sorted)
	e := Estimate{Value: percentile(sorted, 50), N: n, Method: "median, order-statistic interval"}
	k := orderRank(n, 1-Level)
	if k == 0 {
		e.warn("%d of the 6 values that an interval of the median needs", n)
		return e, nil
	}
	e.CI = &Interval{sorted[k-1], sorted[n-k]}
	return e, nil
}

// orderRank returns the largest k with P(Binomial(n, ½) < k) ≤ α/2, or 0.
func orderRank(n int, alpha float64) int {
	half := distuv.Binomial{N: float64(n), P: 0.5}
	// P(X ≤ k) grows with k, so the first k that is too likely bounds it.
	return sort.Search(n, func(k int) bool { return half.CDF(float64(k)) > alpha/2 })
}
