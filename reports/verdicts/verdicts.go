// Package verdicts writes what the claims package decided: a few lines for a
// terminal, and a page in Markdown with all the evidence.
package verdicts

import (
	"fmt"
	"io"
	"strings"

	"dllmbench/harness/claims"
	"dllmbench/harness/stats"
	"dllmbench/reports/table"
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

// Text writes one paragraph for each verdict, wrapped at width.
func Text(w io.Writer, list []claims.Verdict, width int) error {
	if len(list) == 0 {
		return nil
	}
	if _, err := fmt.Fprintln(w, "Claims about diffusion language models"); err != nil {
		return err
	}
	for i := range list {
		v := &list[i]
		head := table.Wrap(view.Clean(v.Text), fmt.Sprintf("  %d. ", v.Claim), width)
		if _, err := io.WriteString(w, head+table.Wrap(fmt.Sprintf("%s. %s", v.Result, view.Clean(v.Paragraph)), "     ", width)); err != nil {
			return err
		}
	}
	return nil
}
