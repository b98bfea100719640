package claims

import (
	"strings"
	"testing"

	"dllmbench/harness/result"
)

// TestTrio: claims that compare settings of one network are not applicable where these
// ran on different checkpoints; others are judged, and name the checkpoints.
func TestTrio(t *testing.T) {
	on := func(name string) func(*result.Cell) {
		return func(c *result.Cell) {
			c.Checkpoint, c.Digest, c.Group = name, "sha256:"+name, name // one after another
			c.Family = &result.Family{Root: "base", Digest: "sha256:ff", Budget: 8}
		}
	}
	for _, c := range []struct {
		name     string
		claim    int
		decoders map[string]string // label → checkpoint
		experiment,
		paragraph, warning string // parts of them
		result Result
	}{
		{"one network apart", 3, map[string]string{"path": "mdlm", "path-kept": "base"}, "remasking",
			"needs the same weights for path and path-kept, for ancestral-again and ancestral, for blocks-revised and blocks-kept: a rule that takes tokens back", "", NotApplicable},
		{"named", 3, map[string]string{"path": "mdlm", "path-kept": "base"}, "remasking", "path on mdlm and path-kept on base (sudoku rung)", "", NotApplicable},
		{"together", 3, map[string]string{"path": "mdlm", "path-kept": "mdlm"}, "remasking", "", "", Inconclusive},
		{"others elsewhere", 3, map[string]string{"path": "mdlm", "path-kept": "mdlm", "ar": "base"}, "remasking", "",
			"Decoders ran on different checkpoints (ar on base, path on mdlm, path-kept on mdlm)", Inconclusive},
		{"no need", 5, map[string]string{"greedy": "base", "long-diffusion": "mdlm"}, "long", "",
			"Decoders ran on different checkpoints (greedy on base, long-diffusion on mdlm)", Inconclusive},
		{"own weights by design", 3, map[string]string{"path": "mdlm", "path-kept": "base"}, "own-weights", "", "", Inconclusive},
	} {
		r := newFakeRun()
		for label, checkpoint := range inOrder(c.decoders) {
			r.solve(r.cell(c.experiment, label, "sudoku", "rung", on(checkpoint)), 12, 9, nil)
		}
		list, err := decide(r.evidence(), []int{c.claim})
		if err != nil {
			t.Fatal(err)
		}
		v := list[0]
		if v.Result != c.result || !strings.Contains(v.Paragraph, c.paragraph) {
			t.Errorf("%s: %s, %q", c.name, v.Result, v.Paragraph)
		}
		if all := strings.Join(v.Warnings, " "); !strings.Contains(all, c.warning) || (c.warning == "") != !strings.Contains(all, "different checkpoints") || (c.warning == "") != !strings.Contains(all, "did not take turns") {
			t.Errorf("%s: warnings %q", c.name, v.Warnings)
		}
	}
}

// TestNeeds: every claim says whether it needs shared weights, by roles that it has.
func TestNeeds(t *testing.T) {
	rules, err := Rules()
	if err != nil {
		t.Fatal(err)
	}
	for n, r := range rules {
		if needs := r.Needs(); (len(r.SharedWeights.Roles) == 0) != strings.HasPrefix(needs, "no shared weights") || (len(r.SharedWeights.Roles) == 0) != (r.SharedWeights.Why == "") {
			t.Errorf("claim %d needs %q", n, needs)
		}
	}
}
