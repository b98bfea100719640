package reversal

import (
	"slices"
	"strings"

	"dllmbench/workloads"
	"dllmbench/workloads/internal/symbols"
)

// told is the slot that is given when the other one is asked for.
func (d direction) told() string { return (1 - d).asked() }

// constraints lists, for a statement, first sentence (it is one, about somebody or
// some place of the facts); then for both the syllables to be recalled; then
// length. Distances are words: between what is told and the syllable.
func (f form) constraints(d direction) []workloads.Constraint {
	var cs []workloads.Constraint
	words := f.length()
	first := words // in words from the start of the form; an answer follows its question
	if f.place(d.asked()) >= 0 {
		first = f.place(d.asked())
		cs = append(cs, workloads.Must("sentence", 0, "the answer states where somebody known lives"))
	} else {
		words = len(triple{})
	}
	kind := strings.ToLower(d.asked())
	for i := range len(triple{}) {
		cs = append(cs, workloads.Must(kind, first+i-(f.place(d.told())+len(triple{})), "syllable %d of the %s is right", i+1, kind))
	}
	return append(cs, workloads.Must("length", words-1, "the answer has %d words", words))
}

// Check implements [workloads.Workload]. Words are separated by white space. Every true
// statement about the facts of the rung's size is right, in either direction; a
// question has one answer. Partial counts right syllables.
func (w *Workload) Check(inst workloads.Instance, output string) workloads.Score {
	s := w.sets[w.rungs[inst.Rung].set]()
	if inst.Prompt == statementPrompt {
		return s.checkStatement(output)
	}
	d, want := s.answer(strings.Fields(inst.Prompt))
	words := symbols.Split(output, len(want)+1)
	v := workloads.Verdict{Total: len(want) + 1}
	wrong := compare(&v, 0, d.asked(), want, words)
	symbols.CheckLength(&v, words, len(want), "word")
	return score(&v, wrong)
}

// answer finds out what a question asks for.
func (s *set) answer(question []string) (direction, triple) {
	for _, d := range [...]direction{forward, reverse} {
		for _, q := range d.forms() {
			if len(question) == q.length() && q.fits(question) {
				if told, ok := q.read(d.told(), question); ok {
					if f := s.find(d.told(), told); f != nil {
						return d, f.answer(d)
					}
				}
			}
		}
	}
	panic("workloads: a question that the workload did not make")
}

// find returns the fact with a name or place, nil if there is none.
func (s *set) find(slot string, t triple) *fact {
	if slot == nameSlot {
		return s.byName[t]
	}
	return s.places[t]
}

// compare records the syllables that are not the wanted ones.
func compare(v *workloads.Verdict, constraint int, slot string, want triple, words []symbols.Word) (wrong int) {
	for i, syll := range want {
		right := syllable(slot, syll)
		switch {
		case i >= len(words):
			v.Fail(constraint+i, -1, "syllable %d is missing", i+1)
		case words[i].Text != right:
			symbols.Fail(v, constraint+i, words[i], "syllable %d is %q instead of %q", i+1, workloads.Clip(words[i].Text), right)
		default:
			continue
		}
		wrong++
	}
	return wrong
}

// score has the share of right syllables as its partial.
func score(v *workloads.Verdict, wrong int) workloads.Score {
	s := v.Score()
	s.Partial = 1 - float64(wrong)/float64(len(triple{}))
	return s
}

// checkStatement judges a sentence by what stands in its first slot. One that is
// broken off is judged as far as it goes.
func (s *set) checkStatement(output string) workloads.Score {
	longest := 0
	for _, f := range slices.Concat(forwardStatements, reverseStatements) {
		longest = max(longest, f.length())
	}
	words := symbols.Split(output, longest+1)
	texts := make([]string, len(words))
	for i, word := range words {
		texts[i] = word.Text
	}
	v := workloads.Verdict{Total: len(triple{}) + 2}
	for _, d := range [...]direction{forward, reverse} {
		for _, f := range d.statements() {
			told, ok := f.read(d.told(), texts)
			if !ok || !f.fits(texts) {
				continue
			}
			known := s.find(d.told(), told)
			if known == nil {
				continue
			}
			at := f.place(d.asked())
			wrong := compare(&v, 1, d.asked(), known.answer(d), words[min(at, len(words)):])
			symbols.CheckLength(&v, words, f.length(), "word")
			return score(&v, wrong)
		}
	}
	v.FailAll(0, v.Total, -1, "no statement about anybody known: %q", workloads.Clip(output))
	return score(&v, len(triple{}))
}
