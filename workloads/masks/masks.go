// Package masks is the workload of finding a value while more and more
// positions stand empty behind the answer.
package masks

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"dllmbench/workloads"
)

// Workload is that of looking up one of six values.
//
//	find:h481,c072,x913,r560,b338,w204?r=   →   560
//
// The task is the same on all rungs, and so are the instances: instance i of a
// split has the same prompt and answer on each of them, so that rungs compare
// in pairs. A rung differs only in its knob "extra", a number of tokens to be
// added to the token budget that an answer needs. A diffusion decoder then has
// that many superfluous mask positions in its canvas, and the network may take
// them for something to attend to; a decoder that writes from left to right
// never sees them.
type Workload struct{ workloads.Base }

// extras is the ladder: superfluous positions behind the answer.
var extras = [...]int{0, 16, 32, 64, 128, 256, 384, 512}

const (
	pairs  = 6
	digits = 3 // of a value
)

func New() *Workload {
	w := &Workload{}
	w.Base = workloads.NewBase("masks", "Look up one of six values by its key. The knob is the number of superfluous positions behind the answer "+
		"(extra): that many tokens are added to the token budget. Prompts and answers are the same on all rungs. Every "+
		"digit is one constraint, and so is that nothing follows.",
		extras[:], w.describe, w.generate)
	w.SeedBy(func(int) string { return "every rung" })
	return w
}

// describe is a rung as lists show it. Chance is that of answering with one of
// the six values, whatever the question.
func (w *Workload) describe(extra int) workloads.Rung {
	return workloads.Rung{
		Name:   fmt.Sprintf("extra-%d", extra),
		Doc:    fmt.Sprintf("find one of %d values, %d superfluous positions", pairs, extra),
		Knobs:  map[string]float64{"pairs": pairs, "extra": float64(extra)},
		Chance: 1. / pairs,
	}
}

// generate draws an instance. The canonical form is the set of
// pairs: neither another order of them nor another question about them occurs
// in training.
func (w *Workload) generate(rng *rand.Rand, split workloads.Split, rung, index int) workloads.Instance {
	list := draw(rng)
	for workloads.SplitOf(canon(list)) != split {
		list = draw(rng)
	}
	asked := rng.IntN(pairs)
	key, answer := list[asked][:1], list[asked][1:]

	cs := make([]workloads.Constraint, 0, digits+1)
	for j := range digits {
		cs = append(cs, workloads.Must("item", pairs-1-asked, "digit %d is %c", j+1, answer[j]))
	}
	cs = append(cs, workloads.Must("length", 0, "nothing follows the value"))
	return workloads.Instance{
		Prompt: "find:" + strings.Join(list, ",") + "?" + key + "=", Answer: answer, Unique: true,
		Canon: canon(list), Constraints: cs,
	}
}

// draw makes pairs of a letter and a value; keys differ, and values too.
func draw(rng *rand.Rand) []string {
	list, seen := make([]string, pairs), map[int]bool{}
	for i, key := range rng.Perm(26)[:pairs] {
		value := rng.IntN(1000)
		for seen[value] {
			value = rng.IntN(1000)
		}
		seen[value] = true
		list[i] = fmt.Sprintf("%c%0*d", 'a'+key, digits, value)
	}
	return list
}

func canon(list []string) string {
	return "pairs " + strings.Join(slices.Sorted(slices.Values(list)), ",")
}

// find is the value that a prompt asks for.
func find(prompt string) string {
	list, key, _ := strings.Cut(strings.TrimPrefix(strings.TrimSuffix(prompt, "="), "find:"), "?")
	for pair := range strings.SplitSeq(list, ",") {
		if value, ok := strings.CutPrefix(pair, key); ok {
			return value
		}
	}
	panic("masks: the prompt asks for a key that it does not have")
}

// Check implements [workloads.Workload]. White space around the output is
// ignored; byte j of the rest is digit j. Partial is the share of right digits.
func (w *Workload) Check(inst workloads.Instance, output string) workloads.Score {
	want := find(inst.Prompt)
	got, lead := workloads.Trim(output)
	v := workloads.Verdict{Total: len(want) + 1}
	v.Items("digit", want, got, lead)
	wrong := len(v.Violations)
	if len(got) > len(want) {
		v.Mark(len(want), lead+len(want), len(got)-len(want), "%q follows the value", workloads.Clip(got[len(want):]))
	}
	s := v.Score()
	s.Partial = 1 - float64(wrong)/float64(len(want))
	return s
}
