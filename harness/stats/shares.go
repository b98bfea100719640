package stats

import (
	"fmt"
	"math"
)

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

// McNemar tests, two-sided, that two engines solve the same share of the same
// instances (McNemar 1947): of the discordant instances, those that just one
// engine solves, each is won by either with probability ½, so p is an exact
// binomial tail. Statistic is the number that only b solves. It panics unless
// the slices have equal length.
func McNemar(a, b []bool) (Test, error) {
	mustPair(len(a), len(b))
	if len(a) == 0 {
		return Test{}, ErrNoData
	}
	c := countPairs(a, b)
	t := Test{MinP: minSignP(len(a)), N: len(a), Statistic: float64(c.onlyB), Method: "McNemar test, exact"}
	n := c.onlyA + c.onlyB
	tail := 0.0
	for i := range min(c.onlyA, c.onlyB) + 1 {
		tail += halfChoose(n, i)
	}
	t.P = min(1, 2*tail) // both tails of an even split hold the middle
	if minSignP(n) > 1-Level {
		t.warn("only %s tell the engines apart: p cannot be below %.2g", count(n, "instance"), minSignP(n))
	}
	return t, nil
}

// halfChoose is the probability of k heads in n tosses.
func halfChoose(n, k int) float64 {
	if n <= 50 {
		c := 1.0
		for i := 1; i <= k; i++ {
			c = c * float64(n-k+i) / float64(i) // an integer at every step
		}
		return c * math.Exp2(float64(-n))
	}
	return math.Exp(logChoose(n, k) - float64(n)*math.Ln2)
}

// pairCounts is the 2×2 table of two engines on the same instances.
type pairCounts struct{ both, onlyA, onlyB, none int }

func countPairs(a, b []bool) pairCounts {
	var c pairCounts
	for i := range a {
		switch {
		case a[i] && b[i]:
			c.both++
		case a[i]:
			c.onlyA++
		case b[i]:
			c.onlyB++
		default:
			c.none++
		}
	}
	return c
}

// Equivalence is the outcome of two one-sided tests (TOST; Schuirmann 1987,
// Journal of Pharmacokinetics and Biopharmaceutics 15:657): that the true
// difference is not below the margins, and not above them. Equivalence is
// shown when both reject, which is when P, the larger of both, is at most
// alpha. That two engines do not differ significantly is no evidence that they
// are equal; this is.
type Equivalence struct {
	Test
	// Low and High are the margins, on the scale of the estimate.
	Low  float64 `json:"margin_low"`
	High float64 `json:"margin_high"`
	// PLow is the one-sided p against a true value at or below Low: alone it is
	// a test that b is not worse (or not faster) than the margin. PHigh is the
	// other side.
	PLow  float64 `json:"p_low"`
	PHigh float64 `json:"p_high"`
	// Estimate has the interval at level 1−2·alpha, which for ratios lies
	// between the margins exactly when the test succeeds (up to ties).
	Estimate Estimate `json:"estimate"`
}

// EquivalentShares tests at error rate alpha that the shares of instances that
// engines b and a solve differ by less than margin, in (0, 1), either way. The
// one-sided tests are Tango's score tests for paired shares, which are good
// approximations from about 10 discordant instances; fewer give a warning. It
// panics unless the slices have equal length.
func EquivalentShares(a, b []bool, margin, alpha float64) (Equivalence, error) {
	mustBeAlpha(alpha)
	mustPair(len(a), len(b))
	if !(margin > 0 && margin < 1) {
		return Equivalence{}, fmt.Errorf("margin %g: a margin of shares must be above 0 and below 1", margin)
	}
	n := len(a)
	if n == 0 {
		return Equivalence{}, ErrNoData
	}
	c := countPairs(a, b)
	level := max(0.5, 1-2*alpha)
	estimate := newcombe(c, zTwoSided(level))
	estimate.at(level)
	q := Equivalence{
		Low: -margin, High: margin,
		PLow:     normal.Survival(tangoZ(c.onlyB, c.onlyA, n, -margin)),
		PHigh:    normal.CDF(tangoZ(c.onlyB, c.onlyA, n, margin)),
		Estimate: estimate,
	}
	q.Test = Test{
		P: max(q.PLow, q.PHigh), MinP: normal.Survival(tangoZ(0, 0, n, -margin)),
		Statistic: estimate.Value, N: n, Method: "equivalence of paired shares, two one-sided score tests",
	}
	if q.MinP > alpha {
		q.warn("%d instances cannot show equality within %g at α = %g; %d is the least", n, margin, alpha, minForShares(margin, alpha))
	}
	if d := c.onlyA + c.onlyB; d < 10 {
		q.warn("only %s tell the engines apart: the score test is approximate", count(d, "instance"))
	}
	return q, nil
}
