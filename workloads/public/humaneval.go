package public

import (
	"io/fs"
	"regexp"

	"dllmbench/workloads/jsonl"
	"dllmbench/workloads/python"
)

// HumanEval reads a file of HumanEval (Chen et al. 2021, arXiv 2107.03374): on
// every line a task_id, the prompt (imports, signature and docstring), the name
// of the function, a solution, and tests.
//
// Outputs are judged by the tests, see package python, up to the first line at which the
// authors end a function. Without the user's leave nothing is run and nothing is judged:
// speed, cost and decoding order can be measured then. For code that is judged here see
// package gocode, and the checker go-tests of package jsonl for one's own.
func HumanEval(fsys fs.FS, path string) (*jsonl.Workload, error) {
	items, err := lines(fsys, path, humanEvalItem)
	if err != nil {
		return nil, err
	}
	return jsonl.New("humaneval", "Python functions from signature and docstring (HumanEval), judged by their tests.", items)
}

// behind is the first line behind a function, section 2.1 of the paper.
var behind = regexp.MustCompile(`\n(class|def|#|if|print)`)

// function is what of an output is the rest of the function.
func function(output string) string {
	if at := behind.FindStringIndex(output); at != nil {
		return output[:at[0]]
	}
	return output
}

func humanEvalItem(_ int, o *object) (jsonl.Item, error) {
	var f [5]string
	for i, name := range [...]string{"task_id", "prompt", "entry_point", "canonical_solution", "test"} {
		f[i] = o.text(name)
	}
	if o.err != nil {
		return jsonl.Item{}, o.err
	}
	t, err := python.HumanEval(f[1], f[4], f[2])
	t.Code = function
	return jsonl.Item{ID: f[0], Prompt: f[1], Answer: f[3], Checker: t}, err
}
