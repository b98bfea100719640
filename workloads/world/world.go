// Package world is the workload of writing short texts that keep to a hidden
// world, and agree with a choice that the text itself announces.
//
// A prompt tells a small world and offers choices: who the hero is, what the
// title is, how many there are in the end. It then lists the sentences that the
// text shall have. The text announces one choice in a sentence, and has a body
// that must agree with it in several places:
//
//	world: Ann is a spy by the sea with a red hat. Tom, a poet with a blue hat, lives by the mill. Tell who, three clues.
//	→ The hero is Tom. He was a wise poet. A goat ate his blue hat. By the mill he kept a hen.
//
// In a backward rung the announcement comes first, as here. In the lookahead
// rung of the same name it comes last: the same prompt but for the order of the
// list, the same sentences, the same probability. There the body has to be
// coherent before the text has said with what.
package world

import (
	"math/rand/v2"
	"slices"

	"dllmbench/workloads"
)

// Workload draws texts. Answers are drawn from a distribution that is known
// exactly, see [Workload.LogProb].
type Workload struct {
	workloads.Base
	rungs []rung
}

// New makes the workload.
func New() *Workload {
	w := &Workload{rungs: ladder()}
	w.Base = workloads.NewBase("world", "Write a short text in a given world: clues, speech, verses, events. The text announces one of the "+
		"choices that the prompt offers, first or last, and must agree with it everywhere. The knobs are the kinds of "+
		"sentences, their number and distance, and the side of the announcement. A place that contradicts the "+
		"announced choice, the prompt or the grammar is a violation.",
		w.rungs, w.describe, w.generate)
	w.SeedBy(func(i int) string { return w.rungs[i].base })
	return w
}

var _ workloads.Prober = (*Workload)(nil)

// describe is a rung as lists show it. Chance is the rate of a writer who has
// every place right on average but does not remember: each announcement,
// sentence, speaker and claim has the distribution that it has in the
// generator's answers to this prompt, but is drawn on its own. It is the mean
// over instances.
func (w *Workload) describe(r rung) workloads.Rung {
	return workloads.Rung{Name: r.name(), Doc: r.doc, Knobs: r.knobs(), Chance: r.chance}
}

// generate draws an instance. Instance i of a backward rung and of
// its lookahead partner have the same world, choices and sentences. The canonical
// form is what the prompt tells and offers, whatever the order and the wording.
func (w *Workload) generate(rng *rand.Rand, split workloads.Split, number, index int) workloads.Instance {
	r := &w.rungs[number]
	for {
		s := r.invent(rng)
		canon := s.canon()
		if workloads.SplitOf(canon) != split {
			continue
		}
		prompt, words, at := s.write(rng)
		sentences := r.tell(rng, s)
		t := &told{spec: s, sentences: sentences, from: at, at: make([]int, len(sentences))}
		out := &writer{text: make([]byte, 0, 512), words: words}
		bytes := make([]int, 0, len(sentences))
		for i := range sentences {
			t.at[i] = out.sentence(&sentences[i])
			bytes = append(bytes, len(out.text))
		}
		return workloads.Instance{
			Prompt: prompt, Answer: string(out.text), Canon: canon,
			Spans: s.spans(bytes), Constraints: t.constraints(),
		}
	}
}

// tell draws the sentences of an answer.
func (r *rung) tell(rng *rand.Rand, s *spec) []sentence {
	return arrange(s.compose(rng, r.groups), r.groups, r.lookahead)
}

// Redraw draws another answer to the prompt of an instance, as Generate does.
func (w *Workload) Redraw(inst workloads.Instance, rng *rand.Rand) string {
	sentences := w.rungs[inst.Rung].tell(rng, readPrompt(inst.Prompt))
	out := &writer{}
	for i := range sentences {
		out.sentence(&sentences[i])
	}
	return string(out.text)
}

// Names of the spans of an answer.
const (
	choiceSpan = "choice" // the announcements
	bodySpan   = "body"   // what has to agree with them
)

// spans names the announcements and the body of an answer whose sentence i ends
// at byte ends[i].
func (s *spec) spans(ends []int) []workloads.Span {
	items, _ := s.items()
	cut := slices.IndexFunc(items, func(it item) bool { return it.kind.announces() != items[0].kind.announces() })
	if cut < 0 {
		return nil
	}
	first, second := choiceSpan, bodySpan
	if !items[0].kind.announces() {
		first, second = second, first
	}
	return []workloads.Span{
		{Name: first, Start: 0, End: ends[cut-1]},
		{Name: second, Start: ends[cut-1], End: ends[len(ends)-1]},
	}
}
