// Package gaps is the workload of filling in sentences of a story or lines of a
// Go function, with text on both sides that binds them.
package gaps

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"

	"dllmbench/workloads"
)

// Workload makes the instances. Each is one of another workload, with some whole
// sentences or lines of its answer taken out:
//
//	world: Mia has two pies. The end is three or seven. Tell end, two events.
//	→ It is seven pies in all.[ She dug up three pies.] Then two pies fell on her.
//
//	// number of items of l that are even
//	func num(l []int) int {
//	→ [	t := 0
//		for _, v := range l {]
//			if v%2 == 0 {
//				t++
//			}
//		}
//		return t
//	}
//
// The prompt is that of the other workload, the answer is the whole text, and
// the other workload's checker judges all of it: whatever fits both sides is
// right. The gap has as many tokens as the sentences or lines that were taken
// out, so its length in tokens depends on the vocabulary; see [workloads.Piece].
type Workload struct {
	workloads.Base
	sources []source
	rungs   []rung
}

// New makes the workload.
func New() *Workload {
	w := &Workload{sources: sources(), rungs: ladder()}
	for i := range w.rungs {
		w.rungs[i].find(w.sources)
	}
	w.Base = workloads.NewBase("gaps", "Fill in sentences of a text of workload stories or world, or lines of a function of workload gocode, where the text "+
		"before and after is given. The knob is the number of sentences or lines. The constraints are those of the other workload "+
		"that the gap can break, and that the text around it stays. What stands behind the gap is needed to fill it: where people and "+
		"things end up, what a count has to come to, which name a variable has.",
		w.rungs, w.describe, w.generate)
	return w
}

// describe is a rung as lists show it.
func (w *Workload) describe(r rung) workloads.Rung {
	unit, code := "sentence", 0.0
	if r.code() {
		unit, code = "line", 1
	}
	if r.parts > 1 {
		unit += "s"
	}
	return workloads.Rung{
		Name: r.name, Doc: fmt.Sprintf("%s, a gap of %d %s", r.doc, r.parts, unit), Chance: r.chance,
		Knobs: map[string]float64{"parts": float64(r.parts), "code": code},
	}
}

// generate draws an instance. The canonical form is that of the
// other workload, whose splits are those of this one.
func (w *Workload) generate(rng *rand.Rand, split workloads.Split, index, _ int) workloads.Instance {
	c := w.cut(rng, split, index)
	left, gap, right := c.texts()
	inst := workloads.Instance{
		Prompt: c.whole.Prompt, Answer: c.whole.Answer, Canon: c.whole.Canon, Constraints: c.constraints(),
		Spans: []workloads.Span{{Name: "gap", Start: len(left), End: len(left) + len(gap)}},
	}
	if left != "" {
		inst.Template = append(inst.Template, workloads.Piece{Text: left})
	}
	inst.Template = append(inst.Template, workloads.Piece{Fill: gap}, workloads.Piece{Text: right})
	return inst
}

// cut draws a text and what is taken out of it.
func (w *Workload) cut(rng *rand.Rand, split workloads.Split, index int) cut {
	r := &w.rungs[index]
	for {
		c := cut{source: w.sources[r.source]}
		c.whole = c.source.Generate(split, r.from[rng.IntN(len(r.from))], rng.IntN(1<<30))
		c.parts = c.source.parts(c.whole.Answer)
		c.at, c.to = r.at, r.at+r.parts
		if r.code() {
			places := bound(c.parts, r.parts)
			if len(places) == 0 {
				continue
			}
			c.at = places[rng.IntN(len(places))]
			c.to = c.at + r.parts
		}
		return c
	}
}

// Executes implements [workloads.Executor]: lines of code are.
func (w *Workload) Executes(inst workloads.Instance) (json.RawMessage, bool) {
	return nil, w.rungs[inst.Rung].code()
}

// Check implements [workloads.Workload]. White space around the output is ignored. Partial
// is the share of constraints that hold.
func (w *Workload) Check(inst workloads.Instance, output string) workloads.Score {
	rng, split, _ := w.Again(inst)
	c := w.cut(rng, split, inst.Rung)
	numbers := c.numbers()
	fixed := len(inst.Constraints) - 2 // the two sides
	v := workloads.Verdict{Total: len(inst.Constraints)}
	judged := c.source.Check(c.whole, output)
	astray := false
	for _, found := range judged.Violations {
		if n := numbers[found.Constraint]; n >= 0 {
			found.Constraint = n
			v.Violations = append(v.Violations, found)
		} else {
			astray = true
		}
	}
	left, _, right := c.texts()
	text, lead := workloads.Trim(output)
	left, right = strings.TrimSpace(left), strings.TrimSpace(right)
	if !strings.HasPrefix(text, left) || astray || text == "" {
		v.Fail(fixed, lead, "the text does not start with %q", workloads.Clip(left))
	}
	if len(text) < len(left)+len(right) || !strings.HasSuffix(text, right) {
		v.Fail(fixed+1, max(lead, lead+len(text)-len(right)), "the text does not end with %q", workloads.Clip(right))
	}
	s := v.Score()
	s.Aspects = judged.Aspects
	return s
}
