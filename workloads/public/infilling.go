package public

import (
	"io/fs"
	"slices"
	"strings"

	"dllmbench/workloads/jsonl"
	"dllmbench/workloads/python"
)

// HumanEvalInfilling reads a file of HumanEval-Infilling (Bavarian et al. 2022, arXiv
// 2207.14255; Fried et al. 2022, arXiv 2204.05999): on every line a task_id, the program
// before and behind a gap, what stood there, the name of the function, and tests. The kind
// of gaps, with which a task_id begins, is the rung.
//
// A gap has as many tokens as what stood there, which decoders of token ids are told. The
// tests judge what was written into it, see package python. Gaps of nothing, of which the
// random spans have some, are left out.
func HumanEvalInfilling(fsys fs.FS, path string) (*jsonl.Workload, error) {
	items, err := lines(fsys, path, func(_ int, o *object) (jsonl.Item, error) {
		it := gap(o)
		it.ID = o.text("task_id")
		kind, _, _ := strings.Cut(it.ID, "/")
		it.Rung = map[string]string{"SingleLineInfilling": "single-line", "MultiLineInfilling": "multi-line",
			"RandomSpanInfilling": "random-span", "RandomSpanInfillingLight": "random-span-light"}[kind]
		entry, test := o.text("entry_point"), o.text("test")
		if o.err != nil {
			return it, o.err
		}
		var err error
		it.Checker, err = python.Infilling(it.Prompt, *it.Suffix, it.Answer, test, entry)
		return it, err
	})
	if err != nil {
		return nil, err
	}
	return jsonl.New("humaneval-infilling", "Gaps in Python functions (HumanEval-Infilling), judged by their tests.", slices.DeleteFunc(items, empty))
}

// SantaCoderFIM reads a file of SantaCoder's infilling task (Ben Allal et al. 2023, arXiv
// 2301.03988): on every line a language, the program before and behind a line, and the
// line. The language is the rung. Right is the line itself, white space around it ignored.
func SantaCoderFIM(fsys fs.FS, path string) (*jsonl.Workload, error) {
	items, err := lines(fsys, path, func(_ int, o *object) (jsonl.Item, error) {
		it := gap(o)
		it.Rung = o.text("language")
		it.Checker, it.Unique = jsonl.Exact(it.Answer), true
		return it, o.err
	})
	if err != nil {
		return nil, err
	}
	return jsonl.New("santacoder-fim", "Lines missing in functions of Python, Java and JavaScript (SantaCoder), judged by exact match.", slices.DeleteFunc(items, empty))
}

// gap is an item with the texts around a gap and what stood there.
func gap(o *object) jsonl.Item {
	var suffix, answer string
	maybe := func() int { return 1 } // it may be empty
	o.read("suffix", "a text", &suffix, maybe)
	o.read("canonical_solution", "a text", &answer, maybe)
	return jsonl.Item{Prompt: o.text("prompt"), Answer: answer, Suffix: &suffix}
}

// empty reports a gap of nothing.
func empty(it jsonl.Item) bool { return it.Answer == "" }
