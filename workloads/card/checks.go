package card

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"dllmbench/workloads"
	"dllmbench/workloads/ifeval"
	"dllmbench/workloads/jsonl"
	"dllmbench/workloads/puzzles"
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
		text, err := v.texts("answer")
		if err != nil {
			return nil, err
		}
		return jsonl.Numeric(text[0], "")
	}},
	"exact": {[]string{"answer"}, func(_ Judge, v values) (jsonl.Checker, error) {
		text, err := v.texts("answer")
		if err != nil {
			return nil, err
		}
		return jsonl.Exact(text[0]), nil
	}},
	"humaneval-infilling": {[]string{"prefix", "suffix", "solution", "test", "entry"}, func(_ Judge, v values) (jsonl.Checker, error) {
		text, err := v.texts("prefix", "suffix", "solution", "test", "entry")
		if err != nil {
			return nil, err
		}
		return python.Infilling(text[0], text[1], text[2], text[3], text[4])
	}},
	"humaneval": {[]string{"prompt", "test", "entry"}, func(j Judge, v values) (jsonl.Checker, error) {
		text, err := v.texts("prompt", "test", "entry")
		if err != nil {
			return nil, err
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
		text, err := v.texts("setup", "solution")
		if err != nil {
			return nil, err
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
	"countdown": {[]string{"numbers", "target"}, func(_ Judge, v values) (jsonl.Checker, error) {
		text, err := v.texts("numbers", "target")
		if err != nil {
			return nil, err
		}
		var numbers []int64
		for _, one := range append(strings.Split(text[0], ","), text[1]) {
			n, err := strconv.ParseInt(strings.TrimSpace(one), 10, 64)
			if err != nil {
				return nil, fmt.Errorf("%q is no whole number", workloads.Clip(one))
			}
			numbers = append(numbers, n)
		}
		last := len(numbers) - 1
		return puzzles.NewCountdown(numbers[:last], numbers[last])
	}},
	"ifeval": {[]string{"instructions", "arguments"}, func(_ Judge, v values) (jsonl.Checker, error) {
		ids, err := texts(v["instructions"])
		if err != nil {
			return nil, fmt.Errorf("\"instructions\": %w", err)
		}
		arguments, is := v["arguments"].([]any)
		if !is || len(arguments) != len(ids) {
			return nil, fmt.Errorf("\"arguments\" is not a list of %d objects, one for each instruction", len(ids))
		}
		list := make([]ifeval.Instruction, len(ids))
		for i, id := range ids {
			values, _ := arguments[i].(map[string]any)
			list[i] = ifeval.Instruction{ID: id, Args: values}
		}
		return ifeval.New(list)
	}},
	"sudoku4": {[]string{"puzzle", "solution"}, func(_ Judge, v values) (jsonl.Checker, error) {
		text, err := v.texts("puzzle", "solution")
		if err != nil {
			return nil, err
		}
		return puzzles.NewSudoku(text[0], text[1])
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

// texts are values as text.
func (v values) texts(names ...string) (list []string, err error) {
	for _, name := range names {
		text, err := written(v[name])
		if err != nil {
			return nil, fmt.Errorf("%q: %w", name, err)
		}
		list = append(list, text)
	}
	return list, nil
}
