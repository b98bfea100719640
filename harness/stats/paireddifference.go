package stats

import (
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mathext"
)

// pairCounts holds how many of n instances just one of two engines solves.
type pairCounts struct{ onlyA, onlyB, n int }

func countPairs(a, b []bool) pairCounts {
	c := pairCounts{n: len(a)}
	for i := range a {
		switch {
		case a[i] && !b[i]:
			c.onlyA++
		case b[i] && !a[i]:
			c.onlyB++
		}
	}
	return c
}

// swapped is the table with the engines exchanged.
func (c pairCounts) swapped() pairCounts { return pairCounts{c.onlyB, c.onlyA, c.n} }

// exceeds is the one-sided p against a difference of shares, b − a, of at most
// delta (Fay and Lumbard 2021, Statistics in Medicine 40:1147). The difference is
// λ(2β−1), of the share λ of discordant instances and the share β of those that b
// solves. Each has the confidence distributions of the exact binomial test: Beta
// laws of the successes and failures, one success fewer or one more. p is the
// probability of a difference of at most delta under those that are least
// favourable. At 0 it is the exact sign test, whatever λ: McNemar's.
func (c pairCounts) exceeds(delta float64) float64 {
	m := c.onlyA + c.onlyB
	even := tossesAbove(m, c.onlyB) // P(β ≤ ½)
	switch {
	case delta >= 1:
		return 1
	case delta < -1:
		return 0
	case delta == 0:
		return even
	case delta < 0 && c.onlyB == 0: // β is 0
		return beyond(m+1, c.n-m, -delta)
	case delta < 0:
		return even * c.mean(0, 0.5, delta, m+1, c.n-m, func(beta float64) float64 { return beyond(m+1, c.n-m, -delta/(1-2*beta)) })
	case c.onlyB == 0:
		return 1
	}
	return even + (1-even)*c.mean(0.5, 1, delta, m, c.n-m+1, func(beta float64) float64 { return 1 - beyond(m, c.n-m+1, delta/(2*beta-1)) })
}

// beyond is the probability that a Beta variable is at least x. Without failures it
// is 1.
func beyond(successes, failures int, x float64) float64 {
	switch {
	case x > 1:
		return 0
	case failures == 0:
		return 1
	}
	return 1 - mathext.RegIncBeta(float64(successes), float64(failures), x)
}

// cuts are where a law is cut for integration, in standard deviations from its mean.
var cuts = [...]float64{-40, -12, -6, -3, -1, 1, 3, 6, 12, 40}

// betaMoments are the mean and the standard deviation of a Beta law.
func betaMoments(x, y float64) (mean, deviation float64) {
	return x / (x + y), math.Sqrt(x*y/(x+y+1)) / (x + y)
}

// mean is that of a function of β between low and high, β being Beta(onlyB,
// onlyA+1). The function is a probability that λ, a Beta law of these successes and
// failures, is on one side of delta/(2β−1): it is cut where λ has its bulk and its
// end too.
func (c pairCounts) mean(low, high, delta float64, successes, failures int, f func(beta float64) float64) float64 {
	x, y := float64(c.onlyB), float64(c.onlyA+1)
	at := []float64{low, high, (1 + delta) / 2}
	mean, deviation := betaMoments(x, y)
	share, spread := betaMoments(float64(successes), float64(max(failures, 1)))
	for _, k := range cuts {
		at = append(at, mean+k*deviation, (1+delta/(share+k/2*spread))/2)
	}
	at = slices.DeleteFunc(at, func(beta float64) bool { return !(beta >= low && beta <= high) })
	slices.Sort(at)
	// The density relative to that at its mode, which is its largest value.
	log := func(beta float64) float64 {
		l := 0.0
		if x > 1 {
			l += (x - 1) * math.Log(beta)
		}
		if y > 1 {
			l += (y - 1) * math.Log1p(-beta)
		}
		return l
	}
	mode := min(max(low, (x-1)/max(1, x+y-2)), high)
	top := log(mode)
	total, weight := 0.0, 0.0
	for i := range len(at) - 1 {
		from, to := at[i], at[i+1]
		if nearest := min(max(from, mode), to); from == to || log(nearest)-top < -35 {
			continue // nothing of the law is there
		}
		for k, node := range gauss().at {
			beta := (from+to)/2 + node*(to-from)/2
			w := gauss().weight[k] * (to - from) * math.Exp(log(beta)-top)
			total, weight = total+w*f(beta), weight+w
		}
	}
	if weight == 0 {
		return f(mode)
	}
	return total / weight
}

// gauss holds the nodes of Gauss–Legendre quadrature on [−1, 1].
var gauss = sync.OnceValue(func() (rule struct{ at, weight []float64 }) {
	const nodes = 8
	rule.at, rule.weight = make([]float64, nodes), make([]float64, nodes)
	quad.Legendre{}.FixedLocations(rule.at, rule.weight, -1, 1)
	return rule
})

// lowest is the least difference that is not rejected at the one-sided error rate
// alpha, from below. Its side of 0 is that of the exact test.
func (c pairCounts) lowest(alpha float64) float64 {
	low, high := -1.0, 0.0 // exceeds(low) ≤ alpha < exceeds(high)
	if c.exceeds(0) <= alpha {
		low, high = 0, 1
	}
	// False position, with bisection where that is slow.
	at := func(x float64) float64 { return c.exceeds(x) - alpha }
	f, g := at(low), at(high)
	for step := 0; high-low > 1e-7 && step < 60; step++ {
		mid := (low + high) / 2
		if step%3 != 2 && g > f {
			mid = min(max(low-f*(high-low)/(g-f), low+(high-low)/64), high-(high-low)/64)
		}
		if y := at(mid); y <= 0 {
			low, f = mid, y
		} else {
			high, g = mid, y
		}
	}
	if high <= 0 {
		return low
	}
	return high
}
