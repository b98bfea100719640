package card

import (
	"fmt"
	"regexp"

	"dllmbench/workloads/jsonl"
	"dllmbench/workloads/python"
)

// check makes a checker that is no comparison of an extracted answer. A new one is a line
// here and a package of its own.
type check struct {
	fields []string // what it needs of the row, as templates of the card
	make   func(j Judge, v values) (jsonl.Checker, error)
}

// checks are the checkers that a card may name beside rules.
var checks = map[string]check{
	"numeric": {[]string{"answer"}, func(_ Judge, v values) (jsonl.Checker, error) {
		answer, err := v.text("answer")
		if err != nil {
			return nil, err
		}
		return jsonl.Numeric(answer, "")
	}},
	"humaneval": {[]string{"prompt", "test", "entry"}, func(j Judge, v values) (jsonl.Checker, error) {
		var text [3]string
		for i, name := range []string{"prompt", "test", "entry"} {
			var err error
			if text[i], err = v.text(name); err != nil {
				return nil, err
			}
		}
		t, err := python.HumanEval(text[0], text[1], text[2])
		if err != nil {
			return nil, err
		}
		if t.Code, err = j.code(); j.Code == "" {
			t.Code = function
		}
		return t, err
	}},
	"mbpp": {[]string{"setup", "solution", "tests"}, func(j Judge, v values) (jsonl.Checker, error) {
		var text [2]string
		for i, name := range []string{"setup", "solution"} {
			var err error
			if text[i], err = v.text(name); err != nil {
				return nil, err
			}
		}
		tests, err := texts(v["tests"])
		if err != nil {
			return nil, fmt.Errorf("\"tests\": %w", err)
		}
		t, err := python.MBPP(text[0], text[1], tests)
		if err != nil {
			return nil, err
		}
		t.Code, err = j.code()
		return t, err
	}},
}

// behind is the first line behind a function, section 2.1 of the paper on HumanEval.
var behind = regexp.MustCompile(`\n(class|def|#|if|print)`)

// function is what of an output is the rest of the function.
func function(output string) string {
	if at := behind.FindStringIndex(output); at != nil {
		return output[:at[0]]
	}
	return output
}

// values are what a checker gets of a row.
type values map[string]any

// text is a value as text.
func (v values) text(name string) (string, error) {
	s, err := written(v[name])
	if err != nil {
		return "", fmt.Errorf("%q: %w", name, err)
	}
	return s, nil
}
