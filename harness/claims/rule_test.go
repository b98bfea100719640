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
	if len(rules) != len(All()) {
		t.Errorf("%d rules for %d claims", len(rules), len(All()))
	}
	placeholder := regexp.MustCompile(`\{[a-z_]+\}`)
	for _, c := range All() {
		r, ok := rules[c.Number]
		if !ok || r.Name != c.Name {
			t.Errorf("claim %d is %q, its rule %q", c.Number, c.Name, r.Name)
		}
		v := newVerdict(c, r)
		for name, text := range map[string]string{"text": v.Text, "statistic": v.Statistic, "rule": v.Rule, "would_change": v.WouldChange} {
			if strings.TrimSpace(text) == "" || placeholder.MatchString(text) {
				t.Errorf("claim %d: %s is empty or has a number that the file lacks: %q", c.Number, name, text)
			}
		}
		if len(r.Experiments) == 0 || r.Number("alpha") <= 0 || r.Number("alpha") > 0.1 {
			t.Errorf("claim %d: experiments %v, alpha %g", c.Number, r.Experiments, r.Number("alpha"))
		}
	}
}
