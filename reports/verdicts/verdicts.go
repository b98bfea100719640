// Package verdicts writes what the claims package decided: a few lines for a
// terminal, and a page in Markdown with all the evidence.
package verdicts

import (
	"fmt"
	"strings"

	"dllmbench/harness/claims"
	"dllmbench/reports/view"
)

// Effect is the effect of a finding with interval and unit.
func Effect(f *claims.Finding) string {
	if f.Effect == nil {
		return view.Unknown
	}
	text := view.Number(*f.Effect)
	if f.CI != nil {
		text += fmt.Sprintf(" [%s, %s]", view.Number(f.CI.Low), view.Number(f.CI.High))
	}
	return strings.TrimSpace(text + " " + f.Unit)
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
