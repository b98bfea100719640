package gocode

import (
	"strings"

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

// Call is a call with a known result.
type Call struct {
	Text string // for messages, for example "f(1, 2)"
	Run  func(*minigo.Program) (minigo.Outcome, error)
	Want minigo.Value
}

// The constraints before the calls.
const (
	brackets = iota
	parses
	names
	typed
	firstCall
)

// Constraints lists what [Judge] looks at: brackets, parse, names, types and
// the calls. The distance is for what has to hold from the signature to the
// last line: the number of lines between.
func Constraints(distance int, calls []Call) []workloads.Constraint {
	cs := []workloads.Constraint{
		{Kind: "brackets", Distance: distance, Direction: workloads.Backward, Doc: "every bracket has its partner"},
		{Kind: "parse", Distance: 0, Direction: workloads.Backward, Doc: "the file is Go"},
		{Kind: "names", Distance: distance, Direction: workloads.Backward, Doc: "every name is declared"},
		{Kind: "types", Distance: 0, Direction: workloads.Backward, Doc: "the types are right"},
	}
	for _, c := range calls {
		cs = append(cs, workloads.Must("call", distance, "%s is %s", c.Text, minigo.Text(c.Want)))
	}
	return cs
}

// Judge judges the output as the rest of a file that begins with prefix: the
// body of a function, its closing bracket, and whatever functions follow. A
// file that does not parse also breaks names, types and calls, one that does
// not type-check the calls: nothing can be said about them. Partial is the
// share of right calls, of which there is at least one.
func Judge(prefix, output string, calls []Call) workloads.Score {
	c := judge{output: output, head: len(header) + len(prefix), aspects: map[string]float64{
		AspectParses: 0, AspectTypeChecks: 0, AspectPasses: 0, AspectBrackets: 0, AspectDeclared: 0,
	}}
	c.v.Total = firstCall + len(calls)
	passed := 0
	if p := c.static(prefix); p != nil {
		for i, call := range calls {
			if c.call(firstCall+i, p, call) {
				passed++
			}
		}
	}
	s := c.v.Score()
	s.Partial = float64(passed) / float64(len(calls))
	s.Aspects = c.aspects
	if s.Exact {
		s.Aspects[AspectPasses] = 1
	}
	return s
}

// header makes a file of prefix and output.
const header = "package p\n\n"

type judge struct {
	v       workloads.Verdict
	output  string
	head    int // bytes of the file before the output
	aspects map[string]float64
}

// fail breaks a constraint at a place of the file, or nowhere if it is negative.
func (c *judge) fail(constraint, offset, length int, format string, args ...any) {
	if offset < 0 {
		c.v.Fail(constraint, -1, format, args...)
		return
	}
	at := min(max(offset-c.head, 0), len(c.output))
	c.v.Mark(constraint, at, min(max(length, 0), len(c.output)-at), format, args...)
}

// static judges the text. It returns nil if that cannot be run.
func (c *judge) static(prefix string) *minigo.Program {
	if len(c.output) > maxOutput {
		c.v.FailAll(0, c.v.Total, -1, "more than %d bytes", maxOutput)
		return nil
	}
	if strings.TrimSpace(c.output) == "" {
		c.v.FailAll(0, c.v.Total, -1, "the output is empty")
		return nil
	}
	r := minigo.Load(header + prefix + c.output)
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
		c.v.FailAll(names, c.v.Total, -1, "not Go: %s", msg)
		return nil
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
		if p := r.First(minigo.Subset); p != nil && !r.TypeChecks { // the type checker was not asked
			c.fail(typed, p.Offset, p.Length, "cannot be judged: %s", p.Msg)
		}
		c.v.FailAll(firstCall, c.v.Total, -1, "cannot be run: %s", r.Problems[0].Msg)
	}
	return r.Program
}

// call makes one call and reports whether it is right.
func (c *judge) call(constraint int, p *minigo.Program, call Call) bool {
	out, err := call.Run(p)
	if fault, ok := err.(*minigo.Fault); ok {
		c.fail(constraint, fault.Offset, fault.Length, "%s: %s", call.Text, fault.Msg)
		return false
	}
	if !minigo.Equal(out.Value, call.Want) {
		c.fail(constraint, out.Offset, out.Length, "%s is %s instead of %s", call.Text, minigo.Text(out.Value), minigo.Text(call.Want))
		return false
	}
	return true
}
