package stats

import "math"

// Proportion is [ProportionAt] the usual [Level].
func Proportion(successes, n int) (Estimate, error) { return ProportionAt(successes, n, Level) }

// ProportionAt returns successes/n with Wilson's score interval (Wilson 1927).
// It panics unless 0 ≤ successes ≤ n.
func ProportionAt(successes, n int, level float64) (Estimate, error) {
	mustBeLevel(level)
	if successes < 0 || successes > n {
		panic("stats: successes out of range")
	}
	if n == 0 {
		return Estimate{}, ErrNoData
	}
	lo, hi := wilson(successes, n, zTwoSided(level))
	e := Estimate{Value: float64(successes) / float64(n), CI: &Interval{lo, hi}, N: n, Method: "share, Wilson interval"}
	e.at(level)
	return e, nil
}

// wilson returns the two shares p at which (successes/n − p)/√(p(1−p)/n) is ±z.
func wilson(successes, n int, z float64) (lo, hi float64) {
	p, m, z2 := float64(successes)/float64(n), float64(n), z*z
	centre := (p + z2/(2*m)) / (1 + z2/m)
	half := z / (1 + z2/m) * math.Sqrt(p*(1-p)/m+z2/(4*m*m))
	lo, hi = centre-half, centre+half
	if successes == 0 {
		lo = 0 // exact, without rounding noise
	}
	if successes == n {
		hi = 1
	}
	return lo, hi
}

// PairedProportions is [PairedProportionsAt] the usual [Level].
func PairedProportions(a, b []bool) (Estimate, error) { return PairedProportionsAt(a, b, Level) }

// PairedProportionsAt compares two engines on the same instances: the value is
// the share solved by b minus the share solved by a, in [−1, 1], with
// Newcombe's score interval for paired data (Newcombe 1998, Statistics in
// Medicine 17:2635, method 10 without continuity correction). It panics unless
// the slices have equal length.
func PairedProportionsAt(a, b []bool, level float64) (Estimate, error) {
	mustBeLevel(level)
	mustPair(len(a), len(b))
	if len(a) == 0 {
		return Estimate{}, ErrNoData
	}
	e := newcombe(countPairs(a, b), zTwoSided(level))
	e.at(level)
	return e, nil
}

func newcombe(c pairCounts, z float64) Estimate {
	solvedA, solvedB := c.both+c.onlyA, c.both+c.onlyB
	n := solvedA + c.onlyB + c.none
	m := float64(n)
	pa, pb := float64(solvedA)/m, float64(solvedB)/m
	la, ua := wilson(solvedA, n, z)
	lb, ub := wilson(solvedB, n, z)
	phi := 0.0
	if d := float64(solvedA) * float64(n-solvedA) * float64(solvedB) * float64(n-solvedB); d > 0 {
		phi = (float64(c.both)*float64(c.none) - float64(c.onlyA)*float64(c.onlyB)) / math.Sqrt(d)
	}
	diff := float64(c.onlyB-c.onlyA) / m
	below := math.Sqrt(max(0, sq(pb-lb)-2*phi*(pb-lb)*(ua-pa)+sq(ua-pa)))
	above := math.Sqrt(max(0, sq(ub-pb)-2*phi*(ub-pb)*(pa-la)+sq(pa-la)))
	return Estimate{
		Value: diff, N: n, Method: "paired difference of shares, Newcombe interval",
		CI: &Interval{max(-1, diff-below), min(1, diff+above)},
	}
}

// tangoZ is the score statistic for the hypothesis that engine b solves a share
// delta, in (−1, 1), more than engine a, when of n instances onlyB are solved
// only by b and onlyA only by a (Tango 1998, Statistics in Medicine 17:891,
// section 3): the difference from its expectation, over its deviation with the
// discordant shares that are most likely under the hypothesis. It is standard
// normal under the hypothesis for large n.
func tangoZ(onlyB, onlyA, n int, delta float64) float64 {
	m, b, a := float64(n), float64(onlyB), float64(onlyA)
	// q, the likeliest share solved only by a, is a root of 2m·q² + k·q + c.
	k := (2*m-b+a)*delta - b - a
	c := -a * delta * (1 - delta)
	q := max(0, (math.Sqrt(max(0, k*k-8*m*c))-k)/(4*m))
	variance := m * (2*q + delta*(1-delta))
	from := b - a - m*delta
	if variance <= 0 {
		switch {
		case from > 0:
			return math.Inf(1)
		case from < 0:
			return math.Inf(-1)
		}
		return 0
	}
	return from / math.Sqrt(variance)
}

func sq(x float64) float64 { return x * x }

// PassAtK estimates the probability that at least one of k independent answers
// is right, from n answers of which c are right: 1 − C(n−c, k)/C(n, k), the
// share of all sets of k answers that hold a right one. The estimate is
// unbiased, unlike 1 − (1 − c/n)^k (Chen et al. 2021, "Evaluating Large Language
// Models Trained on Code", equation 1). It panics unless 1 ≤ k ≤ n and
// 0 ≤ c ≤ n.
func PassAtK(n, c, k int) float64 {
	if k < 1 || k > n || c < 0 || c > n {
		panic("stats: PassAtK needs 1 ≤ k ≤ n and 0 ≤ c ≤ n")
	}
	if n-c < k {
		return 1 // every set of k holds a right one
	}
	none := 1.0 // C(n−c, k)/C(n, k), factor by factor, without large numbers
	for i := n - c + 1; i <= n; i++ {
		none *= 1 - float64(k)/float64(i)
	}
	return 1 - none
}
