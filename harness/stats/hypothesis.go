package stats

import (
	"errors"
	"fmt"
)

// Test is the outcome of a significance test.
type Test struct {
	P float64 `json:"p"` // two-sided unless Method says otherwise
	// MinP is the smallest p that a sample of this size can give, whatever it
	// holds. A test at a level below it cannot reject, and so cannot be passed.
	MinP      float64  `json:"min_p"`
	Statistic float64  `json:"statistic"`
	N         int      `json:"n"` // independent units of the sample, ties and zeros included
	Method    string   `json:"method"`
	Warnings  []string `json:"warnings,omitempty"`
}

func (t *Test) warn(format string, args ...any) {
	t.Warnings = append(t.Warnings, fmt.Sprintf(format, args...))
}

// ErrInsufficient means that a sample is too small for the verdict that is
// asked of it. It is wrapped by an error that says how small.
var ErrInsufficient = errors.New("the sample is too small for a verdict")

// Rejects tells whether the test rejects at the error rate alpha, as one of m
// tests judged together by Bonferroni's bound. When the sample could not
// reject even in the clearest case the answer is an error that wraps
// [ErrInsufficient]: silence of a test that cannot speak is no evidence.
// Several tests at once are judged more sharply by [Decide].
func (t Test) Rejects(alpha float64, m int) (bool, error) {
	mustBeAlpha(alpha)
	mustBeTests(m)
	limit := alpha / float64(m)
	if t.MinP > limit {
		return false, fmt.Errorf("%w: %s", ErrInsufficient, tooSmall(t, alpha, m))
	}
	return t.P <= limit, nil
}

func mustBeTests(m int) {
	if m < 1 {
		panic("stats: a family has at least one test")
	}
}
