// Package brackets is the workload of completing nested brackets.
package brackets

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"dllmbench/workloads"
	"dllmbench/workloads/internal/symbols"
)

// Workload is that of completing the beginning of a well-formed string of
// brackets (a Dyck word) to an exact length. The prompt gives the number of kinds, the
// greatest depth, the number of brackets to write, and the beginning:
//
//	brackets:2,4,006: ( [ =   →    ] ( [ ] ) )
//
// The kinds are (), [] and {}, in this order. Any completion counts.
//
// Texts are uniform: of all well-formed strings of the rung's length, depth and
// kinds one is drawn, and cut at a random place. Given the prompt, the answer is
// therefore uniform over all valid completions.
type Workload struct {
	workloads.Base
	rungs []bracketRung
}

// bracketRung is a rung of the ladder. The beginning has between a quarter and a
// half of the brackets.
type bracketRung struct {
	kinds, length, depth int
	shapes               shapes
}

// brackets in order of kinds: opening, closing.
const brackets = "()[]{}"

// New makes the workload.
func New() *Workload {
	w := &Workload{}
	for _, r := range [...][3]int{
		{3, 8, 4}, {2, 12, 4}, {2, 16, 4}, {3, 16, 4}, {1, 32, 8}, {2, 32, 4}, {3, 32, 4}, {3, 32, 8},
		{1, 64, 8}, {2, 64, 4}, {3, 64, 4}, {3, 64, 8}, {1, 128, 8}, {2, 128, 4}, {3, 128, 4}, {3, 128, 8},
	} {
		w.rungs = append(w.rungs, bracketRung{r[0], r[1], r[2], countShapes(r[2], r[1])})
	}
	w.Base = workloads.NewBase("brackets", "Complete the beginning of a well-formed string of brackets to an exact length, without nesting deeper "+
		"than allowed. The knobs are the kinds of brackets, the length and the depth. Every bracket that is open at the "+
		"end of the prompt, and every bracket that the answer has to open, must be closed by its own kind.",
		w.rungs, w.describe, w.generate)
	return w
}

func (r bracketRung) name() string {
	return fmt.Sprintf("dyck%d-%d-deep-%d", r.kinds, r.length, r.depth)
}

// cuts are the lengths of the beginning.
func (r bracketRung) cuts() (low, high int) { return r.length / 4, r.length / 2 }

// describe is a rung as lists show it.
func (w *Workload) describe(r bracketRung) workloads.Rung {
	return workloads.Rung{
		Name:   r.name(),
		Doc:    fmt.Sprintf("%d brackets of %d kinds, at most %d deep", r.length, r.kinds, r.depth),
		Knobs:  map[string]float64{"kinds": float64(r.kinds), "length": float64(r.length), "depth": float64(r.depth)},
		Chance: r.chance(),
	}
}

// chance is the rate of the best fixed answers, one for each number of brackets
// to write: such an answer closes one particular stack of open brackets, and is
// right when the beginning happens to leave that stack. All stacks of one height
// are equally likely.
func (r bracketRung) chance() float64 {
	low, high := r.cuts()
	sum := 0.0
	for cut := low; cut <= high; cut++ {
		best := 0.0
		for h := range r.depth + 1 {
			// Read backwards, a beginning that leaves h open is a completion of h.
			p := r.shapes.from(h, cut) * r.shapes.from(h, r.length-cut) / r.shapes.from(0, r.length)
			best = max(best, p*math.Pow(float64(r.kinds), -float64(h)))
		}
		sum += best
	}
	return sum / float64(high-low+1)
}

// generate draws an instance. The canonical form is the beginning, whatever
// is asked to follow it.
func (w *Workload) generate(rng *rand.Rand, split workloads.Split, rung, index int) workloads.Instance {
	r := w.rungs[rung]
	low, high := r.cuts()
	for {
		text := make([]byte, 0, r.length)
		var open []int // kinds
		for _, opens := range r.shapes.draw(rng, r.length) {
			if opens {
				kind := rng.IntN(r.kinds)
				open = append(open, kind)
				text = append(text, brackets[2*kind])
			} else {
				text = append(text, brackets[2*open[len(open)-1]+1])
				open = open[:len(open)-1]
			}
		}
		cut := low + rng.IntN(high-low+1)
		canon := "brackets" + symbols.Join(text[:cut])
		if workloads.SplitOf(canon) != split {
			continue
		}
		task := question{kinds: r.kinds, depth: r.depth, write: r.length - cut, begin: text[:cut]}
		return workloads.Instance{
			Prompt: task.prompt(), Answer: symbols.Join(text[cut:]), Canon: canon,
			Unique:      r.shapes.logCompletions(r.kinds, len(task.open()), task.write) == 0,
			Constraints: task.constraints(text),
		}
	}
}

// LogProb implements [workloads.Prober]: minus the logarithm of the number of
// valid completions, for each of them.
func (w *Workload) LogProb(inst workloads.Instance, answer string) float64 {
	if !w.Check(inst, answer).Exact {
		return math.Inf(-1)
	}
	task := parse(inst.Prompt)
	return -w.rungs[inst.Rung].shapes.logCompletions(task.kinds, len(task.open()), task.write)
}

// question is what a prompt says.
type question struct {
	kinds, depth, write int
	begin               []byte
}

func (q question) prompt() string {
	return fmt.Sprintf("brackets:%d,%d,%03d:%s =", q.kinds, q.depth, q.write, symbols.Join(q.begin))
}

func parse(prompt string) question {
	parts := strings.SplitN(prompt, ":", 3)
	var numbers [3]int
	for i, text := range strings.SplitN(parts[1], ",", 3) {
		numbers[i], _ = strconv.Atoi(text)
	}
	q := question{kinds: numbers[0], depth: numbers[1], write: numbers[2]}
	for _, word := range strings.Fields(strings.TrimSuffix(parts[2], "=")) {
		q.begin = append(q.begin, word[0])
	}
	return q
}

// open lists the places in the beginning of brackets that are open at its end,
// outermost first.
func (q question) open() []int {
	var open []int
	for i, b := range q.begin {
		if _, opens := kindOf(b); opens {
			open = append(open, i)
		} else {
			open = open[:len(open)-1]
		}
	}
	return open
}

// kindOf tells the kind of a bracket, -1 for anything else, and whether it opens.
func kindOf(b byte) (kind int, opens bool) {
	i := strings.IndexByte(brackets, b)
	if i < 0 {
		return -1, false
	}
	return i / 2, i%2 == 0
}
