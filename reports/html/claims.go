package html

import (
	"fmt"
	"html/template"
	"math"

	"dllmbench/harness/claims"
	"dllmbench/reports/plot"
	"dllmbench/reports/view"
)

// claim is a verdict as the page shows it; all texts are safe to show.
type claim struct {
	Number                                                                        int
	ID, Text, Rule, Statistic, Result, Mark, Class, Paragraph, WouldChange, PHolm string

	Primary     finding
	Conditions  []finding
	Sensitivity []finding
	Excluded    []string
	Warnings    []string
	SVG         template.HTML // "" without a figure
	NoFigure    string        // why there is none
}

type finding struct {
	Name, Matched, Effect, Interval, P, Holds, Note string
	N                                               int
}

// looks of the results: a mark beside the word, so that colour is not needed.
var claimLooks = map[claims.Result][2]string{
	claims.Supported:    {"✓", "good"},
	claims.Refuted:      {"✗", "bad"},
	claims.Conditional:  {"◐", "mixed"},
	claims.Inconclusive: {"?", "open"},
}

// claimsOf makes the section of claims.
func claimsOf(verdicts []claims.Verdict) []claim {
	var out []claim
	for _, v := range verdicts {
		look, ok := claimLooks[v.Result]
		if !ok {
			look = [2]string{"?", "open"}
		}
		c := claim{
			Number: v.Claim, ID: fmt.Sprintf("claim-%d", v.Claim), Text: view.Clean(v.Text), Rule: view.Clean(v.Rule),
			Statistic: view.Clean(v.Statistic), Result: view.Clean(string(v.Result)), Mark: look[0], Class: look[1],
			Paragraph: view.Clean(v.Paragraph), WouldChange: view.Clean(v.WouldChange), PHolm: probability(v.PHolm),
			Primary: findingOf(v.Primary), Excluded: cleaned(v.Excluded), Warnings: cleaned(v.Warnings),
		}
		for _, f := range v.Conditions {
			c.Conditions = append(c.Conditions, findingOf(f))
		}
		for _, f := range v.Sensitivity {
			c.Sensitivity = append(c.Sensitivity, findingOf(f))
		}
		f, none := plot.Claim(v)
		if none != nil {
			c.NoFigure = none.Reason
		} else {
			c.SVG = template.HTML(f.SVG()) // its text is escaped
		}
		out = append(out, c)
	}
	return out
}

func findingOf(f claims.Finding) finding {
	out := finding{
		Name: view.Clean(f.Name), Matched: view.Clean(string(f.Matched)), Effect: view.Unknown, P: probability(f.P),
		N: f.N, Holds: view.Unknown, Note: view.Clean(f.Note),
	}
	if f.Effect != nil && !math.IsNaN(*f.Effect) {
		out.Effect = signed(*f.Effect, f.Unit)
		if f.Unit != "" {
			out.Effect += " " + view.Clean(f.Unit)
		}
	}
	if f.CI != nil {
		out.Interval = fmt.Sprintf("[%s, %s]", signed(f.CI.Low, f.Unit), signed(f.CI.High, f.Unit))
	}
	if f.Holds != nil {
		out.Holds = "✗ no"
		if *f.Holds {
			out.Holds = "✓ yes"
		}
	}
	return out
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

func cleaned(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = view.Clean(s)
	}
	return out
}
