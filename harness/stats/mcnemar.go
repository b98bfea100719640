package stats

import "math"

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
