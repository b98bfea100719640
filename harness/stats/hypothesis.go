package stats

import (
	"errors"
	"slices"
)

// Test is the outcome of a significance test.
type Test struct {
	P float64 `json:"p"` // two-sided unless Method says otherwise
	// MinP is the smallest p that a sample of this size can give, whatever it
	// holds. A test at a level below it cannot reject, and so cannot be passed.
	MinP      float64 `json:"min_p"`
	Statistic float64 `json:"statistic"`
	N         int     `json:"n"` // independent units of the sample, ties and zeros included
	Method    string  `json:"method"`
}

// ErrInsufficient means that a sample is too small for the verdict that is
// asked of it. It is wrapped by an error that says how small.
var ErrInsufficient = errors.New("the sample is too small for a verdict")

func mustBeTests(m int) {
	if m < 1 {
		panic("stats: a family has at least one test")
	}
}

// Holm returns the p-values adjusted for being one family, in the order given
// (Holm 1979, Scandinavian Journal of Statistics 6:65): the smallest is
// multiplied by m, the next by m−1 and so on, then made monotone and cut at 1.
// Rejecting where the adjusted value is at most α keeps the chance of any
// false rejection at α or below, however the tests depend on each other. It
// panics on a p outside [0, 1].
func Holm(ps []float64) []float64 {
	m := len(ps)
	if slices.ContainsFunc(ps, func(p float64) bool { return !(p >= 0 && p <= 1) }) {
		panic("stats: a p-value must be in [0, 1]")
	}
	adjusted, highest := make([]float64, m), 0.0
	for k, i := range ascending(ps) {
		highest = max(highest, min(1, float64(m-k)*ps[i]))
		adjusted[i] = highest
	}
	return adjusted
}

// Outcome is what one test of a family has to say.
type Outcome string

const (
	Rejected     Outcome = "rejected"
	NotRejected  Outcome = "not_rejected"
	Insufficient Outcome = "insufficient" // the sample could not have rejected
)

// Decision is one test with its place in the family.
type Decision struct {
	Test
	Adjusted float64 `json:"p_holm"`
	Outcome  Outcome `json:"outcome"`
	// Level is that of the intervals that agree with the family: 1−alpha/k, k
	// being the number of tests that do not reject, at least 1. Such an interval
	// leaves out "no difference" exactly where [Holm] rejects.
	Level float64 `json:"level"`
}

// Decide judges tests that were declared together, at family-wise error rate
// alpha, by [Holm]. A test that could not be made counts too: give it P and
// MinP 1, or the family shrinks with its failures. A test is insufficient when
// its sample could not reach alpha/m, whatever the others say, so that the
// answer depends on the design and not on the luck of the neighbours.
func Decide(tests []Test, alpha float64) []Decision {
	mustBeAlpha(alpha)
	ps := make([]float64, len(tests))
	for i, t := range tests {
		ps[i] = t.P
	}
	adjusted := Holm(ps)
	out := make([]Decision, len(tests))
	for i, t := range tests {
		d := Decision{Test: t, Adjusted: adjusted[i], Outcome: NotRejected}
		switch {
		case t.MinP > alpha/float64(len(tests)):
			d.Outcome = Insufficient
		case adjusted[i] <= alpha:
			d.Outcome = Rejected
		}
		out[i] = d
	}
	open := 0
	for _, p := range adjusted {
		if p > alpha {
			open++
		}
	}
	for i := range out {
		out[i].Level = 1 - alpha/float64(max(1, open))
	}
	return out
}
