package stats

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/stat/combin"
)

// McNemarMidP is [McNemar] with the mid-p: half of the probability of the
// value seen is left out (Fagerland, Lydersen and Laake 2013, BMC Medical
// Research Methodology 13:91). It is less conservative, and seldom and barely
// exceeds its error rate; use it to describe, and the exact test to decide.
func McNemarMidP(a, b []bool) (Test, error) {
	t, err := McNemar(a, b)
	c := countPairs(a, b)
	here := halfChoose(c.onlyA+c.onlyB, c.onlyA)
	if c.onlyA == c.onlyB {
		t.P = 1 + here // both tails hold the middle
	}
	t.P = min(1, t.P-here)
	t.Method = "McNemar test, mid-p"
	// The smallest mid-p is half of the smallest exact p.
	t.MinP /= 2
	return t, err
}

// halfChoose is the probability of k heads in n tosses.
func halfChoose(n, k int) float64 {
	if n <= 50 {
		return float64(combin.Binomial(n, k)) * math.Exp2(float64(-n))
	}
	return math.Exp(combin.LogGeneralizedBinomial(float64(n), float64(k)) - float64(n)*math.Ln2)
}

// Power is the probability with which the design finds a slowdown by that
// ratio ≥ 1, under the same assumptions as [PairedDesign.Sees], and 0 when it
// has too few blocks for a verdict. It is good to about 0.01.
func (d PairedDesign) Power(ratio, sd float64) float64 {
	if !(ratio >= 1) {
		panic("stats: a slowdown is a ratio of at least 1")
	}
	lows, ok := d.lows(sd)
	if !ok {
		return 0
	}
	found := 0
	for _, low := range lows {
		if sd*low+math.Log(ratio) > math.Log(d.Band) {
			found++
		}
	}
	return float64(found) / float64(len(lows))
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
	return max(MinForShares(margin, alpha), int(math.Ceil(discordant*sq(z/margin)))), nil
}
