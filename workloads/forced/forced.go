// Package forced is the workload of giving the result of a sum at once, with
// only a part of its reasoning written.
package forced

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"dllmbench/workloads"
	"dllmbench/workloads/arithmetic"
)

// Workload is that of a forced answer. Its sums are those of workload
// arithmetic with steps first, cut off after some of the steps:
//
//	add:31+24+50=   →   031+24=055;[105]      (after one step of two)
//
// The steps that are left are fixed text and right, the result is a gap of as
// many tokens as it has digits, and the text ends there. So whoever fills the gap
// has to do the missing steps without writing them. Instance i has the sum of
// instance i of the rung that it is cut from, and rungs of one size differ in the
// number of steps alone: they compare in pairs.
//
// A decoder that sees the whole canvas sees that the text ends behind the gap. One
// that writes from left to right does not, unless it fills gaps with both sides
// in view, and may write what would come next: the operand of the next step.
type Workload struct {
	workloads.Base
	sums  *arithmetic.Workload
	rungs []rung
}

// rung is a rung of workload arithmetic, cut after some steps.
type rung struct {
	from                 int // index of the rung that is cut
	terms, digits, steps int
}

// sizes are the sums that are cut, by terms and digits.
var sizes = [...][2]int{{3, 2}, {4, 2}, {3, 3}, {6, 2}}

func New() *Workload {
	w := &Workload{sums: arithmetic.New()}
	for _, size := range sizes {
		from, err := workloads.RungsNamed(w.sums, fmt.Sprintf("sum-%dx%d", size[0], size[1]))
		if err != nil {
			panic("forced: " + err.Error())
		}
		for steps := size[0] - 1; steps >= 0; steps-- { // the fewer are written, the harder
			w.rungs = append(w.rungs, rung{from[0], size[0], size[1], steps})
		}
	}
	w.Base = workloads.NewBase("forced", "Give the result of a sum of workload arithmetic when only its first steps are written. The knobs are the number of "+
		"terms, of digits and of steps written. The result is one constraint, and so are the given steps and that nothing follows.",
		w.rungs, w.describe, w.generate)
	return w
}

// chance is how often the likeliest sum of the terms that no step has added is
// right; with all steps written, of all terms.
func (r rung) chance() float64 {
	missing := r.terms - 1 - r.steps
	if missing == 0 || r.steps == 0 {
		missing = r.terms
	}
	return arithmetic.Likeliest(missing, r.digits)
}

// describe is a rung as lists show it. The ladder goes by size, and
// from all steps to none.
func (w *Workload) describe(r rung) workloads.Rung {
	return workloads.Rung{
		Name:   fmt.Sprintf("after-%d-%dx%d", r.steps, r.terms, r.digits),
		Doc:    fmt.Sprintf("the sum of %d numbers of %d digits after %d of %d steps", r.terms, r.digits, r.steps, r.terms-1),
		Knobs:  map[string]float64{"terms": float64(r.terms), "digits": float64(r.digits), "steps": float64(r.steps)},
		Chance: r.chance(),
	}
}

// generate draws an instance. The canonical form is that of the sum.
func (w *Workload) generate(rng *rand.Rand, split workloads.Split, index, number int) workloads.Instance {
	r := w.rungs[index]
	sum := w.sums.Generate(split, r.from, number)
	reasoning, result := sum.Spans[0], sum.Spans[1]
	given := ""
	for _, step := range strings.SplitAfter(sum.Answer[:reasoning.End]+";", ";")[:r.steps] {
		given += step
	}
	value := sum.Answer[result.Start:result.End]
	inst := workloads.Instance{
		Prompt: sum.Prompt, Answer: given + value, Unique: true, Canon: sum.Canon,
		Spans: []workloads.Span{{Name: workloads.Result, Start: len(given), End: len(given) + len(value)}},
	}
	// The first term is behind the other terms, and the three numbers of each step.
	inst.Constraints = []workloads.Constraint{
		workloads.Must("sum", r.terms-1+3*r.steps, "the answer is %s", value), workloads.Must("length", 0, "nothing follows the answer"),
	}
	if given != "" {
		inst.Spans = slices.Insert(inst.Spans, 0, workloads.Span{Name: workloads.Reasoning, End: len(given)})
		inst.Template = append(inst.Template, workloads.Piece{Text: given})
		inst.Constraints = append(inst.Constraints, workloads.Must("fixed", 0, "the text starts with %s", given))
	}
	inst.Template = append(inst.Template, workloads.Piece{Gap: len(value)})
	return inst
}

// Check implements [workloads.Workload]. White space around the output is
// ignored; every byte of the rest has its place. Partial is the share of the
// result's digits that are right.
func (w *Workload) Check(inst workloads.Instance, output string) workloads.Score {
	got, lead := workloads.Trim(output)
	span := inst.Spans[len(inst.Spans)-1]
	given, want := inst.Answer[:span.Start], inst.Answer[span.Start:]
	part := func(from, to int) string { return got[min(from, len(got)):min(to, len(got))] }
	at := func(i int) int {
		if i >= len(got) {
			return -1
		}
		return lead + i
	}
	v := workloads.Verdict{Total: len(inst.Constraints)}
	value := part(span.Start, span.End)
	if value != want {
		v.Fail(0, at(span.Start), "the answer is %q instead of %q", workloads.Clip(value), want)
	}
	if len(got) > span.End {
		v.Fail(1, lead+span.End, "%q follows the answer", workloads.Clip(got[span.End:]))
	}
	if given != "" && part(0, len(given)) != given {
		v.Fail(2, at(0), "the text does not start with %q", given)
	}
	s := v.Score()
	right := 0
	for i := range min(len(value), len(want)) {
		if value[i] == want[i] {
			right++
		}
	}
	s.Partial = float64(right) / float64(len(want))
	return s
}
