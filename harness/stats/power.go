package stats

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/combin"
)

// PairedDesign is a planned comparison of times in blocks: a slowdown counts
// when the signed-rank test rejects at Alpha/Tests and the whole interval at
// level 1−Alpha/Tests lies beyond the noise band.
type PairedDesign struct {
	Blocks int
	Tests  int     // judged together; at least 1
	Alpha  float64 // family-wise error rate
	Band   float64 // noise band as a ratio ≥ 1: 1.02 is ±2%, 1 is none
}

// Sees is the smallest ratio above 1 that the design finds with probability
// power, when the log-ratio of a block has standard deviation sd (about the
// relative deviation of its time ratio) and normal noise. False means that it
// finds nothing: fewer blocks than [MinBlocks]. The answer is a simulation of
// 4,000 comparisons with a fixed seed, good to about 2% of ln(ratio).
func (d PairedDesign) Sees(sd, power float64) (ratio float64, ok bool) {
	if !(power > 0 && power < 1) {
		panic("stats: a power must be above 0 and below 1")
	}
	lows, ok := d.lows(sd)
	if !ok {
		return 0, false
	}
	// The design finds an effect e when low + e is beyond the band.
	return d.Band * math.Exp(-sd*percentile(lows, 100*(1-power))), true
}

// powerRuns is the number of simulated comparisons.
const powerRuns = 4000

// lows simulates the lower end of the interval of equal engines, in units of
// sd. By the inversion it also gives the answer of the test: the two-sided test
// rejects upward exactly when the lower end is above zero.
func (d PairedDesign) lows(sd float64) ([]float64, bool) {
	mustBeAlpha(d.Alpha)
	mustBeTests(d.Tests)
	if !(d.Band >= 1) || !(sd >= 0) {
		panic("stats: a noise band is a ratio of at least 1, a deviation is not negative")
	}
	if d.Blocks < MinBlocks(d.Alpha, d.Tests) {
		return nil, false
	}
	k := walshRank(d.Blocks, d.Alpha/float64(d.Tests))
	rng := rand.New(rand.NewPCG(1, uint64(d.Blocks)))
	noise, lows := make([]float64, d.Blocks), make([]float64, powerRuns)
	for i := range lows {
		for j := range noise {
			noise[j] = rng.NormFloat64()
		}
		slices.Sort(noise)
		lows[i] = walshAverage(noise, k)
	}
	return lows, true
}

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
	return min(1, 2*math.Exp(-combin.LogGeneralizedBinomial(float64(na+nb), float64(na))))
}

// MinForShares is the number of instances below which [EquivalentShares]
// cannot succeed even when no instance separates the engines.
func MinForShares(margin, alpha float64) int {
	return int(math.Ceil(math.Log(alpha)/math.Log1p(-margin) - 1e-9))
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
