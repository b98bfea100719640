package stats

import (
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"
)

// Median returns the median with the distribution-free interval between order
// statistics (David and Nagaraja, Order Statistics, section 7.1): the
// narrowest symmetric pair whose binomial coverage is at least [Level]. Fewer
// than six values have no such pair, hence no interval.
func Median(xs []float64) (Estimate, error) {
	if len(xs) == 0 {
		return Estimate{}, ErrNoData
	}
	sorted := slices.Clone(xs)
	slices.Sort(sorted)
	n := len(sorted)
	e := Estimate{Value: percentile(sorted, 50), N: n, Method: "median, order-statistic interval"}
	k := orderRank(n)
	if k == 0 {
		e.warn("%d of the 6 values that an interval of the median needs", n)
		return e, nil
	}
	e.CI = &Interval{sorted[k-1], sorted[n-k]}
	return e, nil
}

// orderRank returns the largest k with P(Binomial(n, ½) < k) ≤ α/2, or 0.
func orderRank(n int) int {
	half := distuv.Binomial{N: float64(n), P: 0.5}
	// P(X ≤ k) grows with k, so the first k that is too likely bounds it.
	return sort.Search(n, func(k int) bool { return half.CDF(float64(k)) > alpha/2 })
}

// Proportion returns successes/n with Wilson's score interval (Wilson 1927).
// It panics unless 0 ≤ successes ≤ n.
func Proportion(successes, n int) (Estimate, error) {
	if successes < 0 || successes > n {
		panic("stats: successes out of range")
	}
	if n == 0 {
		return Estimate{}, ErrNoData
	}
	lo, hi := wilson(successes, n)
	return Estimate{Value: float64(successes) / float64(n), CI: &Interval{lo, hi}, N: n, Method: "share, Wilson interval"}, nil
}

func wilson(successes, n int) (lo, hi float64) {
	p, m, z2 := float64(successes)/float64(n), float64(n), zTwoSided*zTwoSided
	centre := (p + z2/(2*m)) / (1 + z2/m)
	half := zTwoSided / (1 + z2/m) * math.Sqrt(p*(1-p)/m+z2/(4*m*m))
	lo, hi = centre-half, centre+half
	if successes == 0 {
		lo = 0 // exact, without rounding noise
	}
	if successes == n {
		hi = 1
	}
	return lo, hi
}

// PairedProportions compares two engines on the same instances: the value is
// the share solved by b minus the share solved by a, in [−1, 1], with
// Newcombe's score interval for paired data (Newcombe 1998, Statistics in
// Medicine 17:2635, method 10 without continuity correction). It panics unless
// the slices have equal length.
func PairedProportions(a, b []bool) (Estimate, error) {
	if len(a) != len(b) {
		panic("stats: pairs of unequal length")
	}
	n := len(a)
	if n == 0 {
		return Estimate{}, ErrNoData
	}
	var both, onlyA, onlyB, none float64
	for i := range a {
		switch {
		case a[i] && b[i]:
			both++
		case a[i]:
			onlyA++
		case b[i]:
			onlyB++
		default:
			none++
		}
	}
	m := float64(n)
	pa, pb := (both+onlyA)/m, (both+onlyB)/m
	la, ua := wilson(int(both+onlyA), n)
	lb, ub := wilson(int(both+onlyB), n)
	phi := 0.0
	if d := (both + onlyA) * (onlyB + none) * (both + onlyB) * (onlyA + none); d > 0 {
		phi = (both*none - onlyA*onlyB) / math.Sqrt(d)
	}
	diff := pb - pa
	below := math.Sqrt(max(0, sq(pb-lb)-2*phi*(pb-lb)*(ua-pa)+sq(ua-pa)))
	above := math.Sqrt(max(0, sq(ub-pb)-2*phi*(ub-pb)*(pa-la)+sq(pa-la)))
	return Estimate{
		Value: diff, N: n, Method: "paired difference of shares, Newcombe interval",
		CI: &Interval{max(-1, diff-below), min(1, diff+above)},
	}, nil
}

func sq(x float64) float64 { return x * x }
