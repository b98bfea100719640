// Package markov is the workload of continuing text from a hidden Markov model.
package markov

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"dllmbench/workloads"
	"dllmbench/workloads/internal/symbols"
)

// Workload is that of going on with a text of a hidden Markov model. The
// prompt gives the number of symbols to write and the first eight symbols:
//
//	markov:008: b k a s j m e c =   →    d t f o j b k a
//
// Any text that the model can write counts. The model is one and the same for
// all instances and is to be learned from the training split; see model.go.
type Workload struct {
	workloads.Base
	model  *model
	chance []float64 // by number of symbols
}

// begin is the number of symbols in the prompt.
const begin = 8

// lengths are the numbers of symbols to write.
var lengths = [...]int{4, 8, 16, 32, 64, 128, 256, 512}

// New makes the workload.
func New() *Workload {
	m := newModel()
	w := &Workload{model: m, chance: m.chances(begin, lengths[len(lengths)-1])}
	w.Base = workloads.NewBase("markov", "Continue a text from a fixed hidden Markov model to an exact length. The knob is the length. Every symbol "+
		"must be possible after the one before it (next) and after all that precedes it (past). The probability of "+
		"every answer is known.",
		lengths[:], w.describe, w.generate)
	return w
}

// describe is a rung as lists show it. Chance is the rate of the best fixed answer.
func (w *Workload) describe(n int) workloads.Rung {
	return workloads.Rung{
		Name: fmt.Sprintf("text-%d", n), Doc: fmt.Sprintf("%d symbols after the first %d", n, begin),
		Knobs: map[string]float64{"length": float64(n)}, Chance: w.chance[n],
	}
}

// generate draws an instance. The canonical form is the beginning, whatever
// the length: no beginning of a test text begins a training text.
func (w *Workload) generate(rng *rand.Rand, split workloads.Split, rung, index int) workloads.Instance {
	text := make([]int8, begin+lengths[rung])
	var from walker
	canon := ""
	for canon == "" || workloads.SplitOf(canon) != split {
		from = walker{m: w.model, rng: rng, state: -1}
		for i := range begin {
			text[i] = int8(from.next())
		}
		canon = "markov" + w.write(text[:begin])
	}
	for i := begin; i < len(text); i++ {
		text[i] = int8(from.next())
	}
	return workloads.Instance{
		Prompt: fmt.Sprintf("markov:%03d:%s =", lengths[rung], w.write(text[:begin])),
		Answer: w.write(text[begin:]), Canon: canon, Constraints: w.constraints(text),
	}
}

func (w *Workload) write(text []int8) string {
	letters := make([]byte, len(text))
	for i, s := range text {
		letters[i] = w.model.letters[s]
	}
	return symbols.Join(letters)
}

// constraints lists next and past for every symbol, then the length: the symbol
// must be possible after the one before it, and after all that precedes it. The
// distance of past is how far back one has to read in the reference text to know
// everything that cannot stand at its place.
func (w *Workload) constraints(text []int8) []workloads.Constraint {
	cs := make([]workloads.Constraint, 0, 2*(len(text)-begin)+1)
	for _, far := range w.model.memory(text)[begin:] {
		cs = append(cs,
			workloads.Must("next", 0, "the symbol is possible after the one before it"),
			workloads.Must("past", far, "the symbol is possible after all that precedes it"))
	}
	return append(cs, workloads.Must("length", len(text)-1, "the text has %d symbols more", len(text)-begin))
}

// beginning reads the symbols of a prompt.
func (w *Workload) beginning(prompt string) []int8 {
	text := make([]int8, 0, begin)
	for _, word := range strings.Fields(prompt[strings.LastIndexByte(prompt, ':')+1:]) {
		if s := w.symbol(word); s >= 0 {
			text = append(text, s)
		}
	}
	return text
}

// symbol returns -1 for a word that is no letter of the alphabet.
func (w *Workload) symbol(word string) int8 {
	if len(word) != 1 {
		return -1
	}
	return w.model.symbol[word[0]]
}

// Check implements [workloads.Workload]. Symbols are separated by white space. A symbol
// is possible if the text up to it has a positive probability, which is decided
// on sets of states, so that no length underflows. One that is impossible after
// its predecessor breaks next, one that is impossible only after what came
// earlier breaks past, and an unknown one breaks both. All of them are then taken
// for any symbol: what follows is judged by what precedes them. Only as many
// words are read as had to be written.
func (w *Workload) Check(inst workloads.Instance, output string) workloads.Score {
	m, length := w.model, lengths[inst.Rung]
	words := symbols.Split(output, length+1)
	v := workloads.Verdict{Total: 2*length + 1}
	before := w.beginning(inst.Prompt)
	// The states that can have written the symbol before, judged by all that
	// precedes and by that symbol alone.
	all, last := m.believe(before), m.believe(before[begin-1:])
	for i := range length {
		next, past := 2*i, 2*i+1
		if i >= len(words) {
			v.FailAll(next, past+1, -1, "symbol %d is missing", i+1)
			continue
		}
		word := words[i]
		s := w.symbol(word.Text)
		switch {
		case s < 0:
			symbols.Fail(&v, next, word, "symbol %d is not of the alphabet: %q", i+1, workloads.Clip(word.Text))
			symbols.Fail(&v, past, word, "symbol %d is not of the alphabet: %q", i+1, workloads.Clip(word.Text))
		case m.follow[last][s] == 0:
			symbols.Fail(&v, next, word, "symbol %d cannot be %s after the one before it", i+1, word.Text)
		case m.follow[all][s] == 0:
			symbols.Fail(&v, past, word, "symbol %d cannot be %s after all that precedes it", i+1, word.Text)
		default:
			all, last = m.follow[all][s], m.emitters(int(s))
			continue
		}
		all, last = m.follow[all][alphabet], everyState
	}
	symbols.CheckLength(&v, words, length, "symbol")
	return v.Score()
}

// LogProb implements [workloads.Prober].
func (w *Workload) LogProb(inst workloads.Instance, answer string) float64 {
	text := w.beginning(inst.Prompt)
	words := symbols.Split(answer, lengths[inst.Rung]+1)
	if len(words) != lengths[inst.Rung] {
		return math.Inf(-1)
	}
	for _, word := range words {
		s := w.symbol(word.Text)
		if s < 0 {
			return math.Inf(-1)
		}
		text = append(text, s)
	}
	return w.model.logProb(text, begin)
}
