// Package python judges programs of Python that a model wrote, by running tests on them.
//
// Two processes of the user's Python judge one answer. The first has the answer: it runs
// the program and calls what it is asked to call. The second has the tests and makes the
// verdict: a name that the tests do not define stands for the answer's, and what is
// called there is called in the first process. Arguments and results cross as data, by
// their contents; an object that is no data stays where it is, and equals nothing but
// itself. So an answer can end its process, replace assert, exit or the tests, search its
// frames or compare equal to everything, and the verdict does not come near it.
//
// Before either runs a line that it was given, it gives up what it does not need (see
// scripts/confine.py): limits of processor time, memory, files and processes; on Linux
// no files but Python's own, no sockets, no other programs, no signals to others, and
// name spaces of its own for processes and network where the system has them. What was
// in force is in [Runner.Confined], and what that does not hold in docs/tasks.md.
//
// Nothing runs without a [Runner], which only the user's --allow-code-execution makes.
package python

import (
	"fmt"
	"regexp"
	"strings"

	"dllmbench/workloads"
	"dllmbench/workloads/jsonl"
)

// Refused is why answers are not judged without a [Runner].
const Refused = "the tests are Python, which is run only with --allow-code-execution"

// AspectPasses is 1 where all tests pass, and AspectParses where the program is Python.
const (
	AspectPasses = "passes"
	AspectParses = "parses"
)

// Bounds of a program and its tests, in bytes, and of the number of tests.
const (
	maxProgram = 1 << 20
	maxTests   = 1000
)

// Test judges an answer as a part of a program. It is the checker of a task.
type Test struct {
	// Before and After stand around the code of an answer in the program.
	Before, After string
	// Code is what of an output is code; nil for all of it.
	Code func(output string) string
	// Given is run before the tests, in their process: imports, and the names of a prompt
	// that tests use. It may be the beginning of a program, which says nothing.
	Given string
	// Entries are the names that are the answer's wherever else they are defined: in Given,
	// or as builtins, of which tests have those of Python otherwise.
	Entries []string
	// Tests are texts of Python that raise an exception where the answer is wrong, in order.
	Tests []string

	runner *Runner
}

var (
	name    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	defined = regexp.MustCompile(`(?m)^(?:def|class)\s+([A-Za-z_][A-Za-z0-9_]*)`)
)

// HumanEval is the test of an item of HumanEval (Chen et al. 2021, arXiv 2107.03374) and
// HumanEval+ (Liu et al. 2023, arXiv 2305.01210): the answer follows the prompt, and test
// defines check, which gets the function called entry.
func HumanEval(prompt, test, entry string) (Test, error) {
	return infilled(prompt, "", prompt, test, entry)
}

// Infilling is the test of an item of HumanEval-Infilling (Bavarian et al. 2022, arXiv
// 2207.14255): the answer stands between prefix and suffix. solution is the right one.
func Infilling(prefix, suffix, solution, test, entry string) (Test, error) {
	return infilled(prefix, suffix, prefix+solution+suffix, test, entry)
}

func infilled(before, after, given, test, entry string) (Test, error) {
	if !name.MatchString(entry) {
		return Test{}, fmt.Errorf("the entry point is not a name of Python: %.40q", entry)
	}
	t := Test{Before: before, After: after, Given: given, Entries: []string{entry}, Tests: []string{test + "\ncheck(" + entry + ")\n"}}
	return t, t.bounded()
}

// MBPP is the test of an item of MBPP (Austin et al. 2021, arXiv 2108.07732), also of its
// sanitised part: the output is the whole program. setup, the imports of the sanitised
// part or the preparations of the other one, runs before the tests, which may hold the
// challenge tests too. solution is a right program; its names are the answer's.
func MBPP(setup, solution string, tests []string) (Test, error) {
	t := Test{Given: setup, Tests: tests}
	for _, found := range defined.FindAllStringSubmatch(solution, -1) {
		t.Entries = append(t.Entries, found[1])
	}
	return t, t.bounded()
}

func (t Test) bounded() error {
	n := len(t.Before) + len(t.After) + len(t.Given)
	for _, s := range t.Tests {
		n += len(s)
	}
	switch {
	case len(t.Tests) == 0 || len(t.Tests) > maxTests:
		return fmt.Errorf("there are %d tests instead of 1 to %d", len(t.Tests), maxTests)
	case n > maxLine/4:
		return fmt.Errorf("prompt and tests have more than %d bytes", maxLine/4)
	}
	return nil
}

// By implements [Checker].
func (t Test) By(r *Runner) jsonl.Checker {
	t.runner = r
	return t
}

// Abstains says why no answer can be judged, "" if it can.
func (t Test) Abstains() string {
	if t.runner == nil {
		return Refused
	}
	return ""
}

// Constraints are the tests.
func (t Test) Constraints() []workloads.Constraint {
	list := make([]workloads.Constraint, len(t.Tests))
	for i, text := range t.Tests {
		list[i] = workloads.Must("test", 0, "%s", workloads.Clip(strings.TrimSpace(text)))
	}
	return list
}

// Check runs the tests on an output. Partial is the share of tests that pass.
func (t Test) Check(output string) workloads.Score {
	v := workloads.Verdict{Total: len(t.Tests)}
	if t.runner == nil {
		v.FailAll(0, v.Total, -1, "not scored: %s", Refused)
		return v.Score()
	}
	code := output
	if t.Code != nil {
		code = t.Code(output)
	}
	program := t.Before + code + t.After
	found := verdict{}
	if len(program) > maxProgram {
		found.why = fmt.Sprintf("the program has more than %d bytes", maxProgram)
	} else {
		found = t.runner.judged(program, t)
	}
	for i := range t.Tests {
		switch {
		case found.why != "":
			v.Fail(i, -1, "%s", found.why)
		case found.failed[i] != "":
			v.Fail(i, -1, "%s", found.failed[i])
		}
	}
	s := v.Score()
	s.Aspects = map[string]float64{AspectPasses: truth(s.Exact), AspectParses: truth(found.parses)}
	return s
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
