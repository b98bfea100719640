// Package reversal is the workload of recalling facts in the direction in which
// they were learned, and in the other one.
package reversal

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"

	"dllmbench/workloads"
)

// Workload is that of facts "somebody lives somewhere" that training tells
// from the name to the place. They are asked as they were told, and the other
// way round (Berglund et al. 2023, arXiv 2309.12288):
//
//	fact:                          →    ka ro mi lives in ud ag ol
//	ask: where lives ka ro mi =    →    ud ag ol
//	say: who lives in ud ag ol =   →    ka ro mi
//
// Names and places have three syllables of twenty each and occur in one fact.
//
// # What training sees
//
// Here a split is not a set of facts. Nobody can answer a question about a fact
// that was never told, so every fact is taught in the training split, and what
// the other splits hold back is the wording: the canonical form is a question's
// or statement's whole text, and each fact has questions in every split. The
// training split of a rung teaches all facts of its size N: statements, and
// forward questions. No training text has a one-way fact's place before its
// name. A fifth of all facts, others than those, is taught in both directions,
// with reverse statements and reverse questions, so that a reverse question is a
// known kind of question. All three rungs of one N have the same law of
// training instances.
//
// Validation and test ask. forward-N and reverse-N ask about the same facts: index
// i is fact i modulo N in both. control-N asks reverse questions about facts
// taught both ways: if they fail, the format was not learned, and reverse-N
// says nothing.
type Workload struct {
	workloads.Base
	rungs []reversalRung
	sets  [len(setSizes)]func() *set // made when first needed
}

type reversalRung struct {
	kind string // forward, reverse or control
	set  int
}

// New makes the workload.
func New() *Workload {
	w := &Workload{}
	for n := range setSizes {
		w.sets[n] = sync.OnceValue(func() *set { return newSet(n) })
		for _, kind := range [...]string{"forward", "control", "reverse"} {
			w.rungs = append(w.rungs, reversalRung{kind, n})
		}
	}
	w.Base = workloads.NewBase("reversal", "Recall who lives where. Training tells N facts from the name to the place only; forward asks for the place, "+
		"reverse for the name, and control asks reverse questions about other facts that training told in both "+
		"directions. The knob is N. Every syllable of the answer is one constraint, and nothing may follow.",
		w.rungs, w.describe, w.generate)
	return w
}

func (r reversalRung) name() string { return fmt.Sprintf("%s-%d", r.kind, setSizes[r.set]) }

// asks is the direction of the rung's questions.
func (r reversalRung) asks() direction {
	if r.kind == "forward" {
		return forward
	}
	return reverse
}

// facts is the number of facts that are asked about.
func (r reversalRung) facts() int {
	if r.kind == "control" {
		return twoWaySize(setSizes[r.set])
	}
	return setSizes[r.set]
}

// describe is a rung as lists show it. Chance is that of one and the same
// answer to all questions.
func (w *Workload) describe(r reversalRung) workloads.Rung {
	doc := map[string]string{
		"forward": "%d facts told from name to place, asked for the place",
		"reverse": "%d facts told from name to place, asked for the name",
		"control": "%d facts told in both directions, asked for the name",
	}[r.kind]
	knobs := map[string]float64{"facts": float64(setSizes[r.set]), "reverse": float64(r.asks()), "told_both_ways": 0}
	if r.kind == "control" {
		knobs["told_both_ways"] = 1
	}
	return workloads.Rung{Name: r.name(), Doc: fmt.Sprintf(doc, r.facts()), Knobs: knobs, Chance: 1 / float64(r.facts())}
}

// generate draws an instance. The canonical form is the whole text.
func (w *Workload) generate(rng *rand.Rand, split workloads.Split, rung, index int) workloads.Instance {
	r := w.rungs[rung]
	inst := workloads.Instance{}
	s, asks := w.sets[r.set](), r.asks()
	facts := s.oneWay
	if r.kind == "control" {
		facts = s.twoWay
	}
	f, tells := &facts[index%len(facts)], false
	if split == workloads.Train { // a text that teaches, whatever the rung asks
		f, asks = s.drawFact(rng.IntN(len(s.oneWay)+len(s.twoWay)), rng.IntN(2))
		tells = rng.IntN(2) == 0
	}
	if tells {
		forms := f.statements[asks]
		statement := forms[rng.IntN(len(forms))]
		inst.Prompt, inst.Answer = statementPrompt, statement.write(f.name, f.place)
		inst.Spans, inst.Constraints = statement.spans(), statement.constraints(asks)
	} else {
		forms := f.questions[asks][split]
		question := forms[rng.IntN(len(forms))]
		inst.Prompt, inst.Answer = question.write(f.name, f.place), f.answer(asks).write(asks.asked())
		inst.Unique, inst.Constraints = true, question.constraints(asks)
	}
	inst.Canon = canon(inst.Prompt, inst.Answer)
	return inst
}

// drawFact returns fact i and the direction to teach it in: either, for a fact
// taught both ways.
func (s *set) drawFact(i, either int) (*fact, direction) {
	if i < len(s.oneWay) {
		return &s.oneWay[i], forward
	}
	return &s.twoWay[i-len(s.oneWay)], direction(either)
}

// spans names the slots of a statement.
func (f form) spans() []workloads.Span {
	var spans []workloads.Span
	at := 0
	for _, word := range f {
		width := 1 + len(word)
		if word == nameSlot || word == placeSlot {
			width = len(triple{}) * 3 // a space and two letters each
			spans = append(spans, workloads.Span{Name: strings.ToLower(word), Start: at + 1, End: at + width})
		}
		at += width
	}
	return spans
}
