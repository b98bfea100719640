package stats

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/combin"
)

// Proportion returns successes/n with Wilson's score interval (Wilson 1927).
// It panics unless 0 ≤ successes ≤ n.
func Proportion(successes, n int) (Estimate, error) {
	if successes < 0 || successes > n {
		panic("stats: successes out of range")
	}
	if n == 0 {
		return Estimate{}, ErrNoData
	}
	lo, hi := wilson(successes, n, zTwoSided(Level))
	return Estimate{Value: float64(successes) / float64(n), CI: &Interval{lo, hi}, N: n, Method: "share, Wilson interval"}, nil
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
// the share solved by b minus the share solved by a, in [−1, 1], with the
// interval that inverts [McNemar] (see pairCounts.exceeds): it leaves out 0
// exactly where that test's p is at most 1−level. It panics unless the slices
// have equal length.
func PairedProportionsAt(a, b []bool, level float64) (Estimate, error) {
	mustBeLevel(level)
	mustPair(len(a), len(b))
	if len(a) == 0 {
		return Estimate{}, ErrNoData
	}
	return countPairs(a, b).difference(level), nil
}

// share is the share of instances solved by b minus that solved by a.
func (c pairCounts) share() float64 { return float64(c.onlyB-c.onlyA) / float64(c.n) }

// difference is [pairCounts.share] with its interval.
func (c pairCounts) difference(level float64) Estimate {
	e := Estimate{
		Value: c.share(), N: c.n, Method: "paired difference of shares, exact McNemar interval",
		CI: &Interval{c.lowest((1 - level) / 2), -c.swapped().lowest((1 - level) / 2)},
	}
	e.at(level)
	return e
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
	t.P = min(1, 2*min(tossesAbove(n, c.onlyA), tossesAbove(n, c.onlyB))) // both tails of an even split hold the middle
	return t, nil
}

// tossesAbove is the probability of k heads or more in n tosses.
func tossesAbove(n, k int) float64 {
	if n > 50 && k > 0 && k <= n {
		return mathext.RegIncBeta(float64(k), float64(n-k+1), 0.5)
	}
	just := func(k int) float64 { return float64(combin.Binomial(n, k)) * math.Exp2(float64(-n)) }
	tail := 0.0
	if 2*k < n {
		for i := range k {
			tail += just(i)
		}
		return 1 - tail
	}
	for i := k; i <= n; i++ {
		tail += just(i)
	}
	return tail
}

// EquivalentShares tests at error rate alpha that the shares of instances that
// engines b and a solve differ by less than margin, in (0, 1), either way, by two
// one-sided tests (TOST; Schuirmann 1987, Journal of Pharmacokinetics and
// Biopharmaceutics 15:657): that the true difference is not below −margin, and
// not above margin. P is the larger of both. It is at most alpha, and equivalence
// shown, exactly where the interval of [PairedProportionsAt] at level 1−2·alpha
// lies between the margins. That two engines do not differ significantly is no
// evidence that they are equal; this is. It panics unless the slices have equal
// length.
func EquivalentShares(a, b []bool, margin, alpha float64) (Test, error) {
	mustBeAlpha(alpha)
	mustPair(len(a), len(b))
	if !(margin > 0 && margin < 1) {
		return Test{}, fmt.Errorf("margin %g: a margin of shares must be above 0 and below 1", margin)
	}
	n := len(a)
	if n == 0 {
		return Test{}, ErrNoData
	}
	c := countPairs(a, b)
	return Test{
		P: max(c.exceeds(-margin), c.swapped().exceeds(-margin)), MinP: pairCounts{n: n}.exceeds(-margin),
		Statistic: c.share(), N: n, Method: "equivalence of paired shares, two one-sided exact McNemar tests",
	}, nil
}
