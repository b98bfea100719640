package card

import (
	"fmt"

	"dllmbench/workloads/jsonl"
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
