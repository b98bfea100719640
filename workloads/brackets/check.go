package brackets

import (
	"fmt"

	"dllmbench/workloads"
	"dllmbench/workloads/internal/symbols"
)

// constraints lists close for every bracket open at the end of the prompt,
// outermost first; pair for every bracket that the answer has to open, in order;
// then depth and form. The number of pairs follows from the prompt: with h open
// brackets and m to write, every valid completion opens (m-h)/2. Distances are
// those of the whole reference text: brackets between opening and closing, for
// depth and form from the end of the prompt to the end of the answer.
func (q question) constraints(text []byte) []workloads.Constraint {
	closing := make([]int, len(text)) // for openings, where they are closed
	var stack []int
	for i, b := range text {
		if _, opens := kindOf(b); opens {
			stack = append(stack, i)
		} else {
			closing[stack[len(stack)-1]] = i
			stack = stack[:len(stack)-1]
		}
	}
	open := q.open()
	cs := make([]workloads.Constraint, 0, (q.write+len(open))/2+2)
	for _, i := range open {
		cs = append(cs, workloads.Must("close", closing[i]-i-1, "an open bracket of the prompt is closed by its own kind"))
	}
	for i := len(q.begin); i < len(text); i++ {
		if _, opens := kindOf(text[i]); opens {
			cs = append(cs, workloads.Must("pair", closing[i]-i-1, "a bracket that the answer opens is closed by its own kind"))
		}
	}
	return append(cs,
		workloads.Must("depth", q.write-1, "never more than %d brackets are open", q.depth),
		workloads.Must("form", q.write-1, "the answer is %d brackets of %d kinds and nothing else", q.write, q.kinds))
}

// Check implements [workloads.Workload]. Brackets are separated by white space. Only as
// many words as had to be written are read; further ones break the form, and so
// does a word that is no bracket of the allowed kinds, which is then skipped. A
// closing bracket of the wrong kind breaks the constraint of the bracket it
// closes, and closes it. One with nothing to close stands for a pair whose
// opening is missing.
//
// Without a violation the answer is valid: all m words are brackets, and the h
// that were open and (m-h)/2 pairs use them all.
func (w *Workload) Check(inst workloads.Instance, output string) workloads.Score {
	q := parse(inst.Prompt)
	type pending struct {
		kind, constraint int
		shown            string
	}
	var stack []pending
	for i, at := range q.open() {
		kind, _ := kindOf(q.begin[at])
		stack = append(stack, pending{kind, i, "of the prompt"})
	}
	closes := (q.write + len(stack)) / 2 // of brackets of the prompt and of pairs
	next := len(stack)                   // constraint of the next pair
	depth, form := closes, closes+1
	v := workloads.Verdict{Total: closes + 2}
	words := symbols.Split(output, q.write+1)
	tooDeep := false
	malformed := false

	for i, word := range words[:min(len(words), q.write)] {
		kind, opens := -1, false
		if len(word.Text) == 1 {
			kind, opens = kindOf(word.Text[0])
		}
		switch {
		case kind < 0 || kind >= q.kinds:
			if !malformed {
				symbols.Fail(&v, form, word, "word %d is not a bracket of the %d kinds: %q", i+1, q.kinds, workloads.Clip(word.Text))
			}
			malformed = true
		case opens:
			stack = append(stack, pending{kind, next, fmt.Sprintf("opened by word %d", i+1)})
			next++
			if len(stack) > q.depth && !tooDeep {
				symbols.Fail(&v, depth, word, "word %d opens bracket %d inside others, allowed are %d", i+1, len(stack), q.depth)
				tooDeep = true
			}
		case len(stack) == 0:
			if next < closes {
				symbols.Fail(&v, next, word, "word %d, %s, closes what was never opened", i+1, word.Text)
			}
			next++
		default:
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if top.kind != kind && top.constraint < closes {
				symbols.Fail(&v, top.constraint, word, "word %d, %s, closes a %c %s", i+1, word.Text, brackets[2*top.kind], top.shown)
			}
		}
	}

	for _, p := range stack {
		if p.constraint < closes {
			v.Fail(p.constraint, -1, "a %c %s is never closed", brackets[2*p.kind], p.shown)
		}
	}
	v.FailAll(next, closes, -1, "a pair is missing")
	if len(words) < q.write && !tooDeep {
		v.Fail(depth, -1, "the end is missing")
	}
	if !malformed {
		symbols.CheckLength(&v, words, q.write, "bracket")
	}
	return v.Score()
}
