package html

import (
	"fmt"
	"html/template"
	"math"

	"dllmbench/harness/claims"
	"dllmbench/harness/verdict"
	"dllmbench/reports/plot"
	"dllmbench/reports/view"
)

// claim is a verdict as the page shows it, with the figure or why there is none.
type claim struct {
	claims.Verdict
	Mark     mark
	SVG      template.HTML
	NoFigure string
}

// claimLooks are the marks of results.
var claimLooks = map[claims.Result]mark{
	claims.Supported:    {Shape: "✓", Class: "good"},
	claims.Refuted:      {Shape: "✗", Class: "bad"},
	claims.Conditional:  {Shape: "◐", Class: "mixed"},
	claims.Inconclusive: {Shape: "?", Class: "open"}, claims.NotApplicable: {Shape: "–", Class: "open"},
}

func claimsOf(verdicts []claims.Verdict) []claim {
	var out []claim
	for _, v := range verdicts {
		c := claim{Verdict: safe(v), Mark: claimLooks[v.Result]}
		c.Mark.Text = string(c.Result)
		if f, none := plot.Claim(v); none != nil {
			c.NoFigure = none.Reason
		} else {
			c.SVG = drawn(f)[0].SVG
		}
		out = append(out, c)
	}
	return out
}

// wordOf is the mark of a verdict on a published value.
func wordOf(w verdict.Word) mark {
	m := map[verdict.Word]mark{verdict.Reproduced: {Shape: "✓", Class: "good"}, verdict.NotReproduced: {Shape: "✗", Class: "bad"}, verdict.Inconclusive: {Shape: "?", Class: "open"}}[w]
	m.Text = string(w)
	return m
}

// effectOf is the effect of a finding with its unit.
func effectOf(f claims.Finding) string {
	if f.Effect == nil || math.IsNaN(*f.Effect) {
		return view.Unknown
	}
	text := signed(*f.Effect, f.Unit)
	if f.Unit != "" {
		text += " " + f.Unit
	}
	return text
}

// intervalOf is the interval of a finding, "" without.
func intervalOf(f claims.Finding) string {
	if f.CI == nil {
		return ""
	}
	return fmt.Sprintf("[%s, %s]", signed(f.CI.Low, f.Unit), signed(f.CI.High, f.Unit))
}

// holds says whether a condition is met.
func holds(met *bool) string {
	switch {
	case met == nil:
		return view.Unknown
	case *met:
		return "✓ yes"
	}
	return "✗ no"
}

// signed writes an effect, with its sign unless it is a ratio.
func signed(x float64, unit string) string {
	s := view.Number(math.Abs(x))
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0):
		return view.Unknown
	case x < 0:
		return "−" + s
	case x > 0 && unit != "ratio":
		return "+" + s
	}
	return s
}

// probability writes a p value.
func probability(p *float64) string {
	switch {
	case p == nil || math.IsNaN(*p):
		return view.Unknown
	case *p < 0.0001:
		return "< 0.0001"
	}
	return fmt.Sprintf("%.2g", *p)
}
