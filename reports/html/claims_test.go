package html

import (
	"bytes"
	"strings"
	"testing"

	"dllmbench/harness/claims"
	"dllmbench/harness/stats"
	"dllmbench/reports/internal/fixture"
	"dllmbench/reports/plot"
	"dllmbench/reports/summary"
	"dllmbench/reports/view"
)

func at[T any](x T) *T { return &x }

// verdicts are made up: one of each result, one without figure, one hostile.
func verdicts() []claims.Verdict {
	figure := &claims.Figure{
		Title: "Coherence against distance", XLabel: "distance (words)", YLabel: "coherence (%)", LogX: true,
		Series: []claims.Series{
			{Label: "ar", Engine: "autoregressive", X: []float64{1, 2, 4, 8}, Y: []float64{99, 98, 96, 90}, Low: []float64{98, 97, 94, 86}, High: []float64{100, 99, 98, 94}, Line: true},
			{Label: "diffusion", Engine: "diffusion", X: []float64{0, 2, 4, 8}, Y: []float64{97, 95, 88, 70}, Line: true},
		},
	}
	return []claims.Verdict{
		{Claim: 1, Name: "global-coherence", Text: "Diffusion gives better global coherence.", Rule: "supported if the lower end is above 0", Statistic: "difference of C(far)",
			Result: claims.Refuted, Paragraph: "At a distance of 8 words diffusion breaks 20 points more.", WouldChange: "A larger checkpoint.",
			Primary: claims.Finding{Name: "diffusion against ar", Matched: claims.ByTokens, Effect: at(-20.0), CI: &stats.Interval{Low: -26, High: -14}, Unit: "points", P: at(1e-7), N: 240, Holds: at(false)},
			PHolm:   at(8e-7), Conditions: []claims.Finding{{Name: "stories", Matched: claims.ByNFE, Effect: nil, Unit: "points", N: 12, Note: "too few"}},
			Excluded: []string{"sudoku: has no distance"}, Warnings: []string{"one checkpoint"}, Figure: figure},
		{Claim: 2, Text: "Diffusion is faster.", Result: claims.Conditional, Primary: claims.Finding{Effect: at(1.5), Unit: "ratio", N: 40}},
		{Claim: 3, Text: "<script>alert(9)</script>\u202e", Result: claims.Inconclusive, Paragraph: "<img src=x>"},
		{Claim: 4, Text: "Answers come early.", Result: claims.Supported, Primary: claims.Finding{Holds: at(true)}},
	}
}

func TestClaimsOnThePage(t *testing.T) {
	v := view.New(fixture.New(fixture.Shape{Tasks: fixture.Default.Tasks[:1], Steps: []int{4}, Instances: 6, Repeats: 1}))
	var b bytes.Buffer
	if err := Write(&b, Content{View: v, Summary: summary.Make(v), Verdicts: verdicts()}); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	_, section, _ := strings.Cut(page, `<section id="claims"`)
	section, _, _ = strings.Cut(section, "</section>")
	for _, want := range []string{
		"✗ refuted", "◐ conditional", "? inconclusive", "✓ supported", "−20 points", "[−26, −14]", "&lt; 0.0001", ">1.50 ratio<",
		"At a distance of 8 words", "A larger checkpoint.", "sudoku: has no distance", "one checkpoint", "too few", "✗ no", "✓ yes",
		"Coherence against distance", "1 points cannot be shown", "No figure: the verdict has no figure", "&lt;script&gt;alert(9)", `\u202e`,
	} {
		if !strings.Contains(section, want) {
			t.Errorf("no %q in the section of claims", want)
		}
	}
	if strings.Contains(page, "<script>alert") || strings.Contains(page, "<img src") {
		t.Error("text of a verdict became markup")
	}
	if n := strings.Count(section, "<figure>"); n != 1 {
		t.Errorf("%d figures, want 1", n)
	}
	if strings.Index(page, `id="claims"`) > strings.Index(page, `id="figures"`) || strings.Index(page, `id="claims"`) < strings.Index(page, `id="verdict"`) {
		t.Error("claims do not stand between verdict and figures")
	}
}

func TestClaimFigureWithoutPoints(t *testing.T) {
	v := verdicts()[0]
	for i := range v.Figure.Series {
		v.Figure.Series[i].X = []float64{0, -1}
	}
	if f, none := plot.Claim(v); f != nil || none == nil || !strings.Contains(none.Reason, "no point") {
		t.Errorf("got %v, %v", f, none)
	}
}
