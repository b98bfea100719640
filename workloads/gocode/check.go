package gocode

import (
	"dllmbench/workloads"
	"dllmbench/workloads/gocode/minigo"
)

// maxOutput bounds the text that is looked at; references have a tenth of it.
const maxOutput = 8 << 10

// Names of aspects, each in [0, 1].
const (
	AspectParses     = "parses"      // 1 if the file is Go
	AspectTypeChecks = "type_checks" // 1 if it also type-checks
	AspectPasses     = "passes"      // 1 if it also returns what it has to, in every call
	AspectBrackets   = "brackets"    // share of the brackets that have a partner
	AspectDeclared   = "declared"    // share of the names used that are declared; 0 if the file is not Go
)

// Check implements [workloads.Workload]. The output is judged as the rest of the
// file that begins with the prompt: the body, its closing bracket, and whatever
// functions follow. A file that does not parse also breaks names, types and
// calls, one that does not type-check the calls: nothing can be said about them.
// Partial is the share of right calls.
func (w *Task) Check(inst workloads.Instance, output string) workloads.Score {
	f, tests := w.instance(inst)
	c := checker{output: output, head: len(header) + len(inst.Prompt)}
	c.v.Total = calls + len(tests)
	passed := c.judge(f, inst.Prompt, tests)
	s := c.v.Score()
	s.Partial = float64(passed) / float64(len(tests))
	s.Aspects = c.aspects
	s.Aspects[AspectPasses] = 0
	if s.Exact {
		s.Aspects[AspectPasses] = 1
	}
	return s
}

// header makes a file of prompt and output.
const header = "package p\n\n"

type checker struct {
	v       workloads.Verdict
	output  string
	head    int // bytes of the file before the output
	aspects map[string]float64
}

// fail breaks a constraint at a place of the file.
func (c *checker) fail(constraint, offset, length int, format string, args ...any) {
	at := min(max(offset-c.head, 0), len(c.output))
	c.v.Fail(constraint, at, format, args...)
	last := &c.v.Violations[len(c.v.Violations)-1]
	last.Length = min(max(length, 0), len(c.output)-at)
}

// miss breaks every constraint from one on.
func (c *checker) miss(from int, format string, args ...any) {
	for i := from; i < c.v.Total; i++ {
		c.v.Fail(i, -1, format, args...)
	}
}

// judge returns how many calls are right.
func (c *checker) judge(f function, prompt string, tests []test) (passed int) {
	c.aspects = map[string]float64{AspectParses: 0, AspectTypeChecks: 0, AspectBrackets: 0, AspectDeclared: 0}
	if len(c.output) > maxOutput {
		c.miss(0, "more than %d bytes", maxOutput)
		return 0
	}
	r := minigo.Load(header + prompt + c.output)
	if r.Brackets > 0 {
		c.aspects[AspectBrackets] = 1 - float64(r.Unmatched)/float64(r.Brackets)
	}
	if p := r.First(minigo.Brackets); p != nil {
		c.fail(brackets, p.Offset, p.Length, "%s", p.Msg)
	}
	if !r.Parses {
		msg := "a bracket has no partner"
		if p := r.First(minigo.Parse); p != nil {
			msg = p.Msg
			c.fail(parses, p.Offset, p.Length, "%s", msg)
		} else {
			c.v.Fail(parses, -1, "%s", msg)
		}
		c.miss(names, "not Go: %s", msg)
		return 0
	}
	c.aspects[AspectParses] = 1
	c.aspects[AspectDeclared] = 1
	if r.Uses > 0 {
		c.aspects[AspectDeclared] = 1 - float64(r.Undeclared)/float64(r.Uses)
	}
	if p := r.First(minigo.Names); p != nil {
		c.fail(names, p.Offset, p.Length, "%s", p.Msg)
	}
	if p := r.First(minigo.Types); p != nil {
		c.fail(typed, p.Offset, p.Length, "%s", p.Msg)
	}
	if r.TypeChecks {
		c.aspects[AspectTypeChecks] = 1
	}
	if r.Program == nil {
		if p := r.First(minigo.Subset); p != nil {
			if !r.TypeChecks { // it was not asked
				c.fail(typed, p.Offset, p.Length, "cannot be judged: %s", p.Msg)
			}
			c.miss(calls, "cannot be run: %s", p.Msg)
			return 0
		}
		c.miss(calls, "cannot be run: %s", r.Problems[0].Msg)
		return 0
	}
	for i, t := range tests {
		if c.call(calls+i, r.Program, f.name, t) {
			passed++
		}
	}
	return passed
}

// call makes one call and tells whether it is right.
func (c *checker) call(constraint int, p *minigo.Program, name string, t test) bool {
	out, err := p.Call(minigo.DefaultLimits(), name, t.args...)
	if fault, ok := err.(*minigo.Fault); ok {
		c.fail(constraint, fault.Offset, fault.Length, "%s: %s", t.text(name), fault.Msg)
		return false
	}
	if !minigo.Equal(out.Value, t.want) {
		c.fail(constraint, out.Offset, out.Length, "%s is %s instead of %s", t.text(name), minigo.Text(out.Value), minigo.Text(t.want))
		return false
	}
	return true
}
