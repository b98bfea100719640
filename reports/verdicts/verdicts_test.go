package verdicts

import (
	"strings"
	"testing"

	"dllmbench/harness/claims"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

func sample() []claims.Verdict {
	effect, p, holds := 3.25, 0.00001, true
	f := claims.Finding{Name: "diffusion | ar", Matched: claims.ByFLOPs, Effect: &effect, CI: &stats.Interval{Low: 1, High: 5.5}, Unit: "points", P: &p, N: 120, Holds: &holds}
	return []claims.Verdict{
		{Claim: 1, Name: "global-coherence", Text: "Better <b>coherence</b>.", Result: claims.Supported, Paragraph: "It is \x1b[31m better.", Rule: "more than 3", Primary: f,
			PHolm: &p, Conditions: []claims.Finding{f}, Sensitivity: []claims.Finding{{Name: "half the steps"}, {Name: claims.OwnWeights + "x"}}, Excluded: []string{"latin: no decoder above chance"}, Figure: &claims.Figure{Title: "Coherence"}},
		{Claim: 2, Name: "iterations", Text: "Fixed.", Result: claims.Inconclusive, Paragraph: "Nothing was run."},
	}
}

func TestMarkdown(t *testing.T) {
	h := &result.Header{RunID: "r1", Scenario: "claims", Metadata: map[string]string{claims.QuickKey: "1"},
		Cells: []result.Cell{{Weights: "builtin:v1", Digest: "sha256:ab"}, {Weights: "builtin:v1", Digest: "sha256:ab"}, {Weights: "shape:20m", CostOnly: true}}}
	var b strings.Builder
	err := Markdown(&b, h, sample(), func(v *claims.Verdict) string {
		if v.Figure == nil {
			return ""
		}
		return "claims/claim-1.png"
	})
	if err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{
		"| 1 | [Better \\<b\\>coherence\\</b\\>.](#claim-1-global-coherence) | **supported** | 3.25 [1, 5.50] points | 120 | < 0.0001 | < 0.0001 |",
		"| 2 | [Fixed.](#claim-2-iterations) | **inconclusive** | – | 0 | – | – |",
		"![Coherence](claims/claim-1.png)", `| diffusion \| ar | FLOPs | 3.25 [1, 5.50] points | 120 | < 0.0001 | yes |`, "| primary statistic |", "| " + claims.OwnWeights + "x |",
		"- latin: no decoder above chance", `\\x1b\[31m`, "`builtin:v1`", claims.QuickWarning,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if strings.Contains(page, "\x1b") || strings.Contains(page, "<b>") || strings.Count(page, "of the digest") != 1 || strings.Contains(page, "half the steps") {
		t.Errorf("escapes or digests are wrong:\n%s", page)
	}
}

func TestText(t *testing.T) {
	var b strings.Builder
	if err := Text(&b, sample(), 40); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if len(strings.TrimRight(line, "\n")) > 40 || strings.Contains(line, "\x1b") {
			t.Errorf("line %q", line)
		}
	}
	if !strings.Contains(b.String(), "supported. It is") || !strings.Contains(b.String(), "2. Fixed.") {
		t.Error(b.String())
	}
	b.Reset()
	if err := Text(&b, nil, 40); err != nil || b.Len() > 0 {
		t.Errorf("without claims: %q %v", b.String(), err)
	}
}
