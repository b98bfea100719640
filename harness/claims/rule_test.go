package claims

import (
	"regexp"
	"strings"
	"testing"
)

func TestEveryClaimHasItsRule(t *testing.T) {
	rules, err := Rules()
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"global-coherence", "fixed-iterations", "re-masking", "latent-reasoning", "long-texts", "reuse", "block-diffusion", "code-speed"}
	if len(rules) != Count() || len(names) != Count() {
		t.Errorf("%d rules and %d names for %d claims", len(rules), len(names), Count())
	}
	placeholder := regexp.MustCompile(`\{[a-z_]+\}`)
	for i, name := range names {
		r, ok := rules[i+1]
		if !ok || r.Name != name {
			t.Errorf("claim %d is %q, its rule %q", i+1, name, r.Name)
		}
		v := newVerdict(r)
		for name, text := range map[string]string{"text": v.Text, "statistic": v.Statistic, "rule": v.Rule, "would_change": v.WouldChange} {
			if strings.TrimSpace(text) == "" || placeholder.MatchString(text) {
				t.Errorf("claim %d: %s is empty or has a number that the file lacks: %q", i+1, name, text)
			}
		}
		if len(r.Experiments) == 0 || r.Number("alpha") <= 0 || r.Number("alpha") > 0.1 {
			t.Errorf("claim %d: experiments %v, alpha %g", i+1, r.Experiments, r.Number("alpha"))
		}
	}
}
