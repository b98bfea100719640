package jsonl

import (
	"encoding/json"
	"fmt"
	"strings"

	"dllmbench/workloads"
	"dllmbench/workloads/gocode"
	"dllmbench/workloads/gocode/minigo"
)

// maxTests bounds the calls of an item.
const maxTests = 100

// goChecker judges Go as the workload gocode does.
type goChecker struct {
	source json.RawMessage // what it is made of
	prefix string
	calls  []gocode.Call
}

// Constraints implements [Checker].
func (c goChecker) Constraints() []workloads.Constraint { return gocode.Constraints(0, c.calls) }

// Check implements [Checker].
func (c goChecker) Check(output string) workloads.Score {
	return gocode.Judge(c.prefix, output, c.calls)
}

// goTests makes a checker of calls and results, both Go expressions of the
// subset of package minigo. Results are worked out now, without the output, so
// that nothing an output declares can change them.
func goTests(prefix string, tests []goTest) (Checker, error) {
	if len(prefix) > minigo.MaxSource/2 {
		return nil, fmt.Errorf("the Go text before the output has more than %d bytes", minigo.MaxSource/2)
	}
	empty := minigo.Load("package p\n").Program
	source, err := json.Marshal(goSource{prefix, tests})
	if err != nil {
		return nil, err
	}
	c := goChecker{source: source, prefix: prefix}
	for i, t := range tests {
		want, err := empty.Eval(minigo.DefaultLimits(), t.Want)
		if err != nil {
			return nil, fmt.Errorf("test %d: the result %q is not a value: %w", i+1, workloads.Clip(t.Want), err)
		}
		c.calls = append(c.calls, gocode.Call{
			Text: strings.ToValidUTF8(workloads.Clip(t.Call), ""), Want: want.Value,
			Run: func(p *minigo.Program) (minigo.Outcome, error) { return p.Eval(minigo.DefaultLimits(), t.Call) },
		})
	}
	return c, nil
}

// goSource is what a goChecker is made of.
type goSource struct {
	Prefix string
	Tests  []goTest
}

// Executes implements [workloads.Executor].
func (t *Workload) Executes(inst workloads.Instance) (json.RawMessage, bool) {
	c, ok := t.find(inst).Checker.(goChecker)
	return c.source, ok
}

// Executing makes a checker again of what Executes returned.
func Executing(source json.RawMessage) (Checker, error) {
	var s goSource
	if err := json.Unmarshal(source, &s); err != nil {
		return nil, err
	}
	return goTests(s.Prefix, s.Tests)
}
