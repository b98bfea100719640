// Package arithmetic is the workload of sums: with written-out steps before the
// answer, with the answer before the steps, and without steps.
package arithmetic

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"dllmbench/workloads"
)

// Workload is that of adding two to six numbers in three layouts.
//
//	add:7+5+9=      →   7+5=12;12+9=21;21      (steps, then the result)
//	first:7+5+9=    →   21;7+5=12;12+9=21      (the result, then the steps)
//	direct:7+5+9=   →   21                     (the result alone)
//
// The layouts ask for the same knowledge in another order. A decoder that
// writes from left to right has no steps to rest on in the last two; one that
// may write anywhere can still do the steps of the second one first.
//
// All terms of a rung have the same number of digits, and results are written
// with one digit more, with leading zeros. So every digit has a fixed place
// that follows from the prompt's layout, for any order of decoding.
type Workload struct {
	workloads.Base
	rungs []sumRung
}

// sumRung is a sum of terms numbers of digits digits each. At most ten terms:
// the total then has at most one digit more than a term.
type sumRung struct {
	layout        layout
	terms, digits int
}

// layout is the order of steps and result.
type layout int

const (
	stepsFirst layout = iota
	resultFirst
	resultOnly
)

// layouts gives each layout the first part of its rungs' names, the tag of its
// prompts and its description.
var layouts = [...]struct{ name, tag, doc string }{
	stepsFirst:  {"sum", "add:", "with steps"},
	resultFirst: {"first", "first:", "the result before the steps"},
	resultOnly:  {"direct", "direct:", "without steps"},
}

func New() *Workload {
	w := &Workload{}
	for _, size := range [][2]int{
		{2, 1}, {3, 1}, {4, 1}, {2, 2}, {5, 1}, {6, 1}, {3, 2}, {4, 2}, {2, 3},
		{5, 2}, {6, 2}, {3, 3}, {4, 3}, {5, 3}, {6, 3}, {4, 4}, {6, 4},
	} {
		for l := range layouts {
			w.rungs = append(w.rungs, sumRung{layout(l), size[0], size[1]})
		}
	}
	w.Base = workloads.NewBase("arithmetic", "Add numbers, writing every step and then the result (sum), the result and then every step (first), "+
		"or the result alone (direct). The knobs are the number of terms and of digits. Each step must use the "+
		"previous result and the next term (link) and be a true equation (step); the result must be the last "+
		"step's (link) and the true sum (sum).",
		w.rungs, w.describe, w.generate)
	return w
}

// low and high bound the terms: no leading zeros, except the digit 0 itself.
func (r sumRung) low() int {
	if r.digits == 1 {
		return 0
	}
	return int(math.Pow10(r.digits - 1))
}

func (r sumRung) high() int { return int(math.Pow10(r.digits)) - 1 }

// Likeliest is the probability of the likeliest sum of so many numbers of so many
// digits: how often one is right who answers without looking.
func Likeliest(terms, digits int) float64 {
	return sumRung{resultOnly, terms, digits}.chance()
}

// chance is the probability of the likeliest answer. Steps name all terms, and
// all ordered terms are equally likely; without steps it is the likeliest sum.
func (r sumRung) chance() float64 {
	values := r.high() - r.low() + 1
	if r.layout != resultOnly {
		return math.Pow(float64(values), -float64(r.terms))
	}
	p := []float64{1} // p[s] is the probability that the terms exceed low by s in sum
	for range r.terms {
		next := make([]float64, len(p)+values-1)
		window := 0.0
		for s := range next {
			if s < len(p) {
				window += p[s]
			}
			if s >= values {
				window -= p[s-values]
			}
			next[s] = window / float64(values)
		}
		p = next
	}
	return slices.Max(p)
}

// describe is a rung as lists show it. The ladder goes by terms
// and digits, and for equal ones steps first, result first, result only.
func (w *Workload) describe(r sumRung) workloads.Rung {
	return workloads.Rung{
		Name:   fmt.Sprintf("%s-%dx%d", layouts[r.layout].name, r.terms, r.digits),
		Doc:    fmt.Sprintf("the sum of %d numbers of %d digits, %s", r.terms, r.digits, layouts[r.layout].doc),
		Knobs:  map[string]float64{"terms": float64(r.terms), "digits": float64(r.digits)},
		Chance: r.chance(),
	}
}

// generate draws an instance. The canonical form is the multiset of terms:
// the result does not depend on their order, so no reordering of a test sum
// occurs in training, in any layout. Its single steps may occur, within other
// sums.
func (w *Workload) generate(rng *rand.Rand, split workloads.Split, rung, index int) workloads.Instance {
	r := w.rungs[rung]
	terms, canon := r.draw(rng, split)
	answer, spans := r.answer(terms)
	return workloads.Instance{
		Prompt: layouts[r.layout].tag + join(terms, "+") + "=", Answer: answer, Unique: true, Spans: spans,
		Canon: canon, Constraints: r.constraints(terms),
	}
}

func (r sumRung) draw(rng *rand.Rand, split workloads.Split) (terms []int, canon string) {
	terms = make([]int, r.terms)
	for {
		for i := range terms {
			terms[i] = r.low() + rng.IntN(r.high()-r.low()+1)
		}
		canon = Canon(terms)
		if workloads.SplitOf(canon) == split {
			return terms, canon
		}
	}
}

// Canon is the canonical form of a sum, whatever the order of its terms.
func Canon(terms []int) string {
	return "sum " + join(slices.Sorted(slices.Values(terms)), "+")
}

func join(numbers []int, separator string) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, separator)
}

// answer writes the steps and the sum in the order of the layout.
func (r sumRung) answer(terms []int) (string, []workloads.Span) {
	var steps []string
	left, total := strconv.Itoa(terms[0]), terms[0]
	for _, t := range terms[1:] {
		total += t
		result := fmt.Sprintf("%0*d", r.digits+1, total)
		steps = append(steps, fmt.Sprintf("%s+%d=%s", left, t, result))
		left = result
	}
	reasoning, result := strings.Join(steps, ";"), left
	switch r.layout {
	case stepsFirst:
		return reasoning + ";" + result, spans(workloads.Reasoning, len(reasoning), workloads.Result, len(result))
	case resultFirst:
		return result + ";" + reasoning, spans(workloads.Result, len(result), workloads.Reasoning, len(reasoning))
	default:
		return result, []workloads.Span{{Name: workloads.Result, End: len(result)}}
	}
}

// spans are two parts with one byte between them.
func spans(first string, n int, second string, m int) []workloads.Span {
	return []workloads.Span{{Name: first, End: n}, {Name: second, Start: n + 1, End: n + 1 + m}}
}

// constraints lists, per step, link and step; and of the result link and sum:
// in steps-first layout after the steps, in result-first layout the sum before
// and the link after them. The result alone has only the sum. At last, length.
//
// Distances count the numbers between, in prompt and answer: for a link the
// number that has to be fetched from farther away (the term), for the sum the
// first term. A result that stands before the steps looks ahead to the last.
func (r sumRung) constraints(terms []int) []workloads.Constraint {
	m := r.terms
	cs := make([]workloads.Constraint, 0, 2*m+1)
	total, before := 0, 0 // before counts the numbers of the answer before the steps
	for _, t := range terms {
		total += t
	}
	sum := workloads.Must("sum", m-1, "the answer is %d", total)
	length := workloads.Must("length", 0, "nothing follows the answer")
	switch r.layout {
	case resultOnly:
		return append(cs, sum, length)
	case resultFirst:
		cs = append(cs, sum)
		before = 1
	}
	for i, t := range terms[1:] {
		cs = append(cs,
			workloads.Must("link", before+m+2*i-1, "step %d adds %d to what came before", i+1, t),
			workloads.Must("step", 0, "step %d is a true equation", i+1))
	}
	link := workloads.Must("link", 0, "the answer repeats the last result")
	if r.layout == resultFirst {
		link.Distance, link.Direction, link.Doc = 3*(m-1)-1, workloads.Lookahead, "the answer is the result of the last step"
		length.Doc = "nothing follows the last step"
		return append(cs, link, length)
	}
	sum.Distance += 3 * (m - 1)
	return append(cs, link, sum, length)
}
