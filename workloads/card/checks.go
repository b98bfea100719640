package card

import (
	"fmt"
	"regexp"
	"slices"
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
	texts []string // what it needs of the row, as templates of the card
	lists []string // and of what it needs the values
	make  func(j Judge, text []string, v map[string]any) (jsonl.Checker, error)
}

func (c check) fields() []string { return slices.Concat(c.texts, c.lists) }

// checks are the checkers that a card may name beside rules.
var checks = map[string]check{
	"numeric": {[]string{"answer"}, nil, func(_ Judge, text []string, _ map[string]any) (jsonl.Checker, error) {
		return jsonl.Numeric(text[0], "")
	}},
	"exact": {[]string{"answer"}, nil, func(_ Judge, text []string, _ map[string]any) (jsonl.Checker, error) {
		return jsonl.Exact(text[0]), nil
	}},
	"humaneval-infilling": {[]string{"prefix", "suffix", "solution", "test", "entry"}, nil, func(_ Judge, text []string, _ map[string]any) (jsonl.Checker, error) {
		return python.Infilling(text[0], text[1], text[2], text[3], text[4])
	}},
	"humaneval": {[]string{"prompt", "test", "entry"}, nil, func(j Judge, text []string, _ map[string]any) (jsonl.Checker, error) {
		t, err := python.HumanEval(text[0], text[1], text[2])
		if err != nil {
			return nil, err
		}
		if t.Code, err = j.code(); j.Code == "" {
			t.Code = function
		}
		return t, err
	}},
	"mbpp": {[]string{"setup", "solution"}, []string{"tests"}, func(j Judge, text []string, v map[string]any) (jsonl.Checker, error) {
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
	"countdown": {[]string{"numbers", "target"}, nil, func(_ Judge, text []string, _ map[string]any) (jsonl.Checker, error) {
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
	"ifeval": {nil, []string{"instructions", "arguments"}, func(_ Judge, _ []string, v map[string]any) (jsonl.Checker, error) {
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
	"sudoku4": {[]string{"puzzle", "solution"}, nil, func(_ Judge, text []string, _ map[string]any) (jsonl.Checker, error) {
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
