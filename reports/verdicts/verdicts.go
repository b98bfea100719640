// Package verdicts writes what the claims package decided: a few lines for a
// terminal, and a page in Markdown with all the evidence.
package verdicts

import (
	"strings"

	"dllmbench/harness/claims"
	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// Effect is the effect of a finding with interval and unit.
func Effect(f *claims.Finding) string {
	if f.Effect == nil {
		return view.Unknown
	}
	return strings.TrimSpace(view.WithInterval(&stats.Estimate{Value: *f.Effect, CI: f.CI}) + " " + f.Unit)
}

// Probability writes a p-value.
func Probability(p *float64) string {
	switch {
	case p == nil:
		return view.Unknown
	case *p < 0.0001:
		return "< 0.0001"
	}
	return view.Number(*p)
}

// Holds says whether a rule's condition is met.
func Holds(f *claims.Finding) string {
	switch {
	case f.Holds == nil:
		return view.Unknown
	case *f.Holds:
		return "yes"
	}
	return "no"
}
