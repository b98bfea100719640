package stats

import "fmt"

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
