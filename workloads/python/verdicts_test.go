package python

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// TestOfficial: answers to items in HumanEval's layout get the verdicts of the checker of its
// authors (testdata/verdicts.py), also the ones that raise, do not end or do not parse.
func TestOfficial(t *testing.T) {
	t.Parallel()
	r := runnerOf(t)
	text, err := os.ReadFile("testdata/verdicts.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	passed := 0
	for line := range strings.Lines(string(text)) {
		var c struct {
			Prompt, Test, Answer, Result string
			Entry                        string `json:"entry_point"`
			Passed                       bool
		}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		test, err := HumanEval(c.Prompt, c.Test, c.Entry)
		if err != nil {
			t.Fatal(err)
		}
		if got := test.By(r).Check(c.Answer); got.Exact != c.Passed {
			t.Errorf("%q: %+v, the checker of the authors says %s", c.Answer, got, c.Result)
		}
		if c.Passed {
			passed++
		}
	}
	if passed != 3 {
		t.Errorf("%d answers pass", passed)
	}
}
