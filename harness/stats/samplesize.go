package stats

import (
	"errors"
	"math"
	"sort"
)

// MinBlocks is the smallest number of pairs (blocks) of which the exact
// signed-rank test can reject at error rate alpha as one of m tests:
// ⌈1 + log₂(m/alpha)⌉, because the clearest sample of n pairs has p = 2^(1−n).
// At α = 0.01 these are 8, 11 and 12 for 1, 8 and 20 tests. It is also the
// smallest number of discordant pairs for [McNemar].
func MinBlocks(alpha float64, m int) int {
	mustBeAlpha(alpha)
	mustBeTests(m)
	// Asked of the value itself: a logarithm would round at powers of two.
	n := 1
	for minSignP(n) > alpha/float64(m) {
		n++
	}
	return n
}

// minSignP is the smallest two-sided p of n fair signs.
func minSignP(n int) float64 { return min(1, math.Exp2(float64(1-n))) }

// MinPerSide is the smallest size of two equal samples of which the exact
// Mann–Whitney test can reject at error rate alpha as one of m tests.
func MinPerSide(alpha float64, m int) int {
	mustBeAlpha(alpha)
	mustBeTests(m)
	n := 1
	for minRankSumP(n, n) > alpha/float64(m) {
		n++
	}
	return n
}

// minRankSumP is the smallest two-sided p of Mann–Whitney: two of all choices.
func minRankSumP(na, nb int) float64 {
	return min(1, 2*math.Exp(-logChoose(na+nb, na)))
}

func logChoose(n, k int) float64 {
	at := func(x int) float64 {
		v, _ := math.Lgamma(float64(x + 1))
		return v
	}
	return at(n) - at(k) - at(n-k)
}

// SharesNeeded plans an equivalence test of two solved shares on the same
// instances ([EquivalentShares]): the number of instances with which equality
// within margin is shown at error rate alpha, with probability power, when the
// engines are equal and a share discordant of the instances is solved by just
// one of them: discordant·((z(1−alpha) + z((1+power)/2))/margin)², from the
// normal law of both one-sided tests. With margin 0.02, discordant 0.2, alpha
// 0.05 and power 0.8 that is 4,282.
func SharesNeeded(margin, discordant, alpha, power float64) (int, error) {
	mustBeAlpha(alpha)
	switch {
	case !(margin > 0 && margin < 1):
		return 0, errors.New("a margin of shares must be above 0 and below 1")
	case !(discordant >= 0 && discordant <= 1):
		return 0, errors.New("a discordant share must be in [0, 1]")
	case !(power > 0 && power < 1):
		return 0, errors.New("a power must be above 0 and below 1")
	}
	z := normal.Quantile(1-alpha) + normal.Quantile((1+power)/2)
	return max(minForShares(margin, alpha), int(math.Ceil(discordant*sq(z/margin)))), nil
}

// minForShares is the number of instances below which [EquivalentShares]
// cannot succeed even when no instance separates the engines.
func minForShares(margin, alpha float64) int {
	return sort.Search(math.MaxInt32, func(n int) bool {
		return n > 0 && normal.Survival(tangoZ(0, 0, n, -margin)) <= alpha
	})
}

// ShareSeen is the smallest difference of two solved shares on the same n
// instances that a two-sided test at error rate alpha finds with probability
// power, when a share discordant of the instances is solved by just one of the
// engines: (z(1−alpha/2) + z(power))·√(discordant/n), from the normal law. It is
// at most 1, and false when n is below [MinBlocks] of discordant instances.
func ShareSeen(n int, discordant, alpha, power float64) (difference float64, ok bool) {
	mustBeAlpha(alpha)
	if !(discordant > 0 && discordant <= 1) || !(power > 0 && power < 1) {
		panic("stats: a discordant share must be in (0, 1] and a power in (0, 1)")
	}
	if float64(n)*discordant < float64(MinBlocks(alpha, 1)) {
		return 0, false
	}
	return min(1, (normal.Quantile(1-alpha/2)+normal.Quantile(power))*math.Sqrt(discordant/float64(n))), true
}
