package public

import (
	"fmt"
	"io/fs"
	"regexp"

	"dllmbench/workloads/jsonl"
)

// notPython is why HumanEval is not judged.
const notPython = "the tests are Python, and this program runs none"

// HumanEval reads a file of HumanEval (Chen et al. 2021, arXiv 2107.03374): on
// every line a task_id, the prompt (imports, signature and docstring), the name
// of the function, a solution, and tests.
//
// The outputs are not judged. They would have to be run, by a Python this
// program does not have, and running what a model wrote in somebody's Python is
// not safe: it has files and a network. To look at the text alone would measure
// something else. So [jsonl.Workload.Unscored] says why, no output is exact, and
// only speed, cost and decoding order can be measured; outputs can be taken from
// the records and judged elsewhere. For code that is judged here see package
// gocode, and the checker go-tests of package jsonl for one's own.
func HumanEval(fsys fs.FS, path string) (*jsonl.Workload, error) {
	items, err := lines(fsys, path, humanEvalItem)
	if err != nil {
		return nil, err
	}
	return jsonl.New("humaneval", "Python functions from signature and docstring (HumanEval), not judged: "+notPython+".", items)
}

var pythonName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func humanEvalItem(_ int, o *object) (jsonl.Item, error) {
	var f [5]string
	for i, name := range [...]string{"task_id", "prompt", "entry_point", "canonical_solution", "test"} {
		f[i] = o.text(name)
	}
	if o.err != nil {
		return jsonl.Item{}, o.err
	}
	if !pythonName.MatchString(f[2]) {
		return jsonl.Item{}, fmt.Errorf("the field \"entry_point\" is not a name of Python: %.40q", f[2])
	}
	return jsonl.Item{ID: f[0], Prompt: f[1], Answer: f[3], Checker: jsonl.Unscored(notPython)}, nil
}
