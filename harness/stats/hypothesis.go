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

func mustBeTests(m int) {
	if m < 1 {
		panic("stats: a family has at least one test")
	}
}
