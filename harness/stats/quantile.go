package stats

import (
	"fmt"
	"math"
	"slices"
	"sort"

	ms "github.com/montanaflynn/stats"
	"gonum.org/v1/gonum/stat/distuv"
)

// QuantileMethod names the definition used by [Quantile], for result headers.
const QuantileMethod = "linear_n-1"

// floorRisk is the probability with which a sample of [Floor] size has at most
// one value beyond the true percentile.
const floorRisk = 0.01

// Floor is the smallest sample size for which [Quantile] gives the percentile,
// in (0, 100): the smallest n for which at most one value beyond the true
// percentile has probability ≤ 1% (the rule of MLPerf Endpoints: 11 for the
// median, 64, 130, 662 and 6,636 for p90, p95, p99 and p99.9). Percentiles
// below 50 have the floor of their mirror image above. The ends of a
// distribution, 0 and 100, have no floor: no sample shows them, and the answer
// is math.MaxInt.
func Floor(percent float64) int {
	beyond := min(percent, 100-percent) / 100 // share of values beyond
	if !(beyond > 0) {
		return math.MaxInt
	}
	// P(Binomial(n, beyond) ≤ 1) falls with n, to below 1e-7 at 20/beyond.
	risk := func(n int) float64 {
		none := math.Exp(float64(n-1) * math.Log1p(-beyond))
		return none * (1 - beyond + float64(n)*beyond)
	}
	// An excess of rounding noise must not cost a sample.
	const slack = 1 + 1e-9
	return 1 + sort.Search(int(min(20/beyond, math.MaxInt32)), func(k int) bool { return risk(k+1) <= floorRisk*slack })
}

// Quantile returns a percentile in (0, 100) by linear interpolation between
// closest ranks at rank p/100·(n−1) (Hyndman and Fan type 7, numpy's default).
// Below the sample size of [Floor] it returns an error that says so: a tail
// that a sample cannot show is unknown.
func Quantile(xs []float64, percent float64) (Estimate, error) {
	if err := usable(xs); err != nil {
		return Estimate{}, err
	}
	if !(percent > 0 && percent < 100) {
		return Estimate{}, fmt.Errorf("p%g: a percentile must be above 0 and below 100; no sample shows the ends of a distribution", percent)
	}
	if need := Floor(percent); len(xs) < need {
		return Estimate{}, fmt.Errorf("p%g needs %d samples, there are %d", percent, need, len(xs))
	}
	return Estimate{Value: percentile(xs, percent), N: len(xs), Method: "quantile, " + QuantileMethod}, nil
}

// percentile is the bare definition, without a floor. percent is in (0, 100]
// and xs is not empty.
func percentile(xs []float64, percent float64) float64 {
	v, err := ms.Percentile(xs, percent)
	if err != nil {
		panic("stats: percentile out of range")
	}
	return v
}

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
