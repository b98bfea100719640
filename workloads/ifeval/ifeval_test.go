package ifeval

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"dllmbench/workloads"
	"dllmbench/workloads/jsonl"
	"dllmbench/workloads/workloadtest"
)

// golden is what IFEval's own program says, a digit for each text.
type golden struct {
	Texts []string
	Cases []struct {
		ID            string
		Args          map[string]any
		Strict, Loose string
	}
}

func read(t testing.TB) (g golden) {
	t.Helper()
	data, err := os.ReadFile("testdata/golden.json")
	if err == nil {
		err = json.Unmarshal(data, &g)
	}
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGolden(t *testing.T) {
	g := read(t)
	unseen := kinds()
	for _, tc := range g.Cases {
		delete(unseen, tc.ID)
		c, err := New([]Instruction{{tc.ID, tc.Args}})
		if err != nil {
			t.Fatal(err)
		}
		for i, text := range g.Texts {
			s := c.Check(text)
			if s.Exact != (tc.Strict[i] == '1') || s.Aspects[Loose] != float64(tc.Loose[i]-'0') {
				t.Errorf("%s %v: %q: %v and loosely %v, the program says %c and %c", tc.ID, tc.Args, text, s.Exact, s.Aspects[Loose], tc.Strict[i], tc.Loose[i])
			}
		}
	}
	for id, k := range unseen {
		if k.needs == "" {
			t.Errorf("%s has no golden case", id)
		}
	}
}

func TestSeveral(t *testing.T) {
	c, err := New([]Instruction{{ID: "punctuation:no_comma"}, {ID: "keywords:letter_frequency", Args: map[string]any{"letter": "#", "let_frequency": json.Number("2"), "let_relation": "at least"}}})
	if err != nil {
		t.Fatal(err)
	}
	s := c.Check("a, # b\n# #")
	if s.Exact || s.Partial != 0.5 || s.Aspects[Loose] != 1 || s.Aspects[Instructions] != 0.5 || s.Aspects[InstructionsLoose] != 1 {
		t.Errorf("%+v", s)
	}
	if c, err := New([]Instruction{{ID: "language:response_language"}, {ID: "punctuation:no_comma"}}); err != nil || c != jsonl.Checker(jsonl.Unscored("the instruction language:response_language needs a program that tells languages apart")) {
		t.Errorf("%v %v", c, err)
	}
	for want, list := range map[string][]Instruction{
		"0 instructions; allowed are 1 to 20":                                                                 nil,
		`"no_comma" is not a known instruction`:                                                               {{ID: "no_comma"}},
		`the instruction keywords:existence: the argument "keywords" is missing`:                              {{ID: "keywords:existence"}},
		`the instruction keywords:existence: error parsing regexp: missing closing ): ` + "`(?i)(`":           {{ID: "keywords:existence", Args: map[string]any{"keywords": []any{"("}}}},
		`the instruction length_constraints:number_words: the relation is neither "less than" nor "at least"`: {{ID: "length_constraints:number_words", Args: map[string]any{"num_words": 3.0, "relation": "about"}}},
		`the instruction startend:end_checker: the argument "end_phrase" is no text`:                          {{ID: "startend:end_checker", Args: map[string]any{"end_phrase": 3.0}}},
	} {
		if _, err := New(list); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func FuzzCheck(f *testing.F) {
	g := read(f)
	for _, text := range g.Texts {
		f.Add(text, "apple")
	}
	f.Fuzz(func(t *testing.T, text, word string) {
		for _, tc := range g.Cases {
			args := map[string]any{}
			for k, v := range tc.Args {
				if _, is := v.(string); is && k != "relation" && k != "let_relation" {
					v = word
				}
				args[k] = v
			}
			if c, err := New([]Instruction{{tc.ID, args}}); err == nil {
				if msg := workloadtest.WellFormed(workloads.Instance{Constraints: c.Constraints()}, text, c.Check(text)); msg != "" {
					t.Error(msg)
				}
			}
		}
	})
}
