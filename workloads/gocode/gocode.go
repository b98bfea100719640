// Package gocode is the workload of Go functions: the prompt is a comment of one
// line and a signature, the answer is the body.
//
//	// sum of the items of a that are above 3
//	func sum(a []int) int {
//		r := 0
//		for _, x := range a {
//			if x > 3 {
//				r += x
//			}
//		}
//		return r
//	}
//
// What a model writes is judged by go/parser, go/types and by running it on
// sixteen calls with known results; package minigo below does that without the
// Go toolchain and without anything the text could harm. The results are those of
// the reference, which tests compare with functions in Go that are written apart
// from it. Any body that computes the right results is right.
package gocode

import (
	"encoding/json"
	"math/rand/v2"
	"strings"

	"dllmbench/workloads"
	"dllmbench/workloads/gocode/minigo"
)

// Workload is that of Go functions.
type Workload struct {
	workloads.Base
	rungs []rung
}

type rung struct {
	name   string
	doc    string
	kinds  []kind
	lines  float64 // longest reference, in lines with the closing bracket
	chance float64 // see docs/workloads-gocode.md
}

// New makes the workload.
func New() *Workload {
	w := &Workload{rungs: []rung{
		{"expr", "one line: return and an expression", exprKinds(), 2, 0.05},
		{"steps-2", "two steps on a number, one after another", []kind{stepKind(2)}, 8, 0.02},
		{"branch", "decisions with if and switch", branchKinds(), 11, 0.12},
		{"loop", "one loop over a slice, a map or a number", loopKinds(), 11, 0.04},
		{"steps-4", "four steps on a number", []kind{stepKind(4)}, 14, 0.001},
		{"text", "one loop over a text", textKinds(), 11, 0.17},
		{"build", "make a slice or a map", buildKinds(), 10, 0.12},
		{"pipe-2", "two stages on a slice", []kind{pipeKind(2)}, 18, 0.03},
		{"nest", "loops in loops", nestKinds(), 14, 0.13},
		{"steps-8", "eight steps on a number", []kind{stepKind(8)}, 24, 0.001},
		{"long", "8 to 17 lines, one with a helper function", longKinds(), 17, 0.11},
		{"pipe-4", "four stages on a slice", []kind{pipeKind(4)}, 32, 0.005},
	}}
	w.Base = workloads.NewBase("gocode", "Write the body of a Go function from a comment and its signature. The knob is the kind of function, "+
		"from one line to about thirty. Constraints: brackets pair up, the file parses, every name is declared, "+
		"types are right, and each of sixteen calls returns what it has to. Partial is the share of right calls.",
		w.rungs, w.describe, w.generate)
	return w
}

// describe is a rung as lists show it.
func (w *Workload) describe(r rung) workloads.Rung {
	return workloads.Rung{
		Name: r.name, Doc: r.doc, Chance: r.chance,
		Knobs: map[string]float64{"kinds": float64(len(r.kinds)), "lines": r.lines},
	}
}

// draw draws an instance: its function and the calls that judge it. Functions
// that are nearly constant are drawn again.
func (r rung) draw(rng *rand.Rand, split workloads.Split) (function, []test) {
	for {
		f := drawFunction(rng, r.kinds[rng.IntN(len(r.kinds))])
		if workloads.SplitOf(f.canon) != split {
			continue
		}
		if tests := f.tests(rng); telling(tests) {
			return f, tests
		}
	}
}

// generate draws an instance. The canonical form is the kind with
// its constants and choices and, for kinds with few of these, its names.
func (w *Workload) generate(rng *rand.Rand, split workloads.Split, rung, _ int) workloads.Instance {
	f, tests := w.rungs[rung].draw(rng, split)
	return workloads.Instance{
		Prompt: f.prompt, Answer: f.answer, Canon: f.canon,
		Constraints: Constraints(strings.Count(f.answer, "\n"), calls(f, tests)),
	}
}

// calls turns tests into calls of the function.
func calls(f function, tests []test) []Call {
	list := make([]Call, len(tests))
	for i, t := range tests {
		list[i] = Call{Text: t.text(f.name), Want: t.want, Run: func(p *minigo.Program) (minigo.Outcome, error) {
			return p.Call(minigo.DefaultLimits(), f.name, t.values()...)
		}}
	}
	return list
}

// Check implements [workloads.Workload]; see [Judge].
func (w *Workload) Check(inst workloads.Instance, output string) workloads.Score {
	f, tests := w.instance(inst)
	return Judge(f.prompt, output, calls(f, tests))
}

// Executes implements [workloads.Executor].
func (w *Workload) Executes(workloads.Instance) (json.RawMessage, bool) { return nil, true }

// instance finds the function of an instance again, by its ID.
func (w *Workload) instance(inst workloads.Instance) (function, []test) {
	rng, split, _ := w.Again(inst)
	return w.rungs[inst.Rung].draw(rng, split)
}
