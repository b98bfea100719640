// Package arithmetic is the workload of sums with written-out steps.
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

// Task is the workload of sums with written-out steps, then the answer.
//
//	add:7+5+9=   →   7+5=12;12+9=21;21
//
// All terms of a rung have the same number of digits, and running totals are
// written with one digit more, with leading zeros. So every digit has a fixed
// place that follows from the prompt's layout, for any order of decoding.
type Task struct{ rungs []sumRung }

// sumRung is a sum of terms numbers of digits digits each. At most ten terms:
// the total then has at most one digit more than a term.
type sumRung struct{ terms, digits int }

func New() *Task {
	return &Task{rungs: []sumRung{
		{2, 1}, {3, 1}, {4, 1}, {2, 2}, {6, 1}, {3, 2}, {4, 2}, {2, 3},
		{6, 2}, {3, 3}, {4, 3}, {6, 3}, {4, 4}, {6, 4},
	}}
}

// Name implements [workloads.Workload].
func (*Task) Name() string { return "arithmetic" }

// Doc implements [workloads.Workload].
func (*Task) Doc() string {
	return "Add numbers, writing every step, then the answer. The knobs are the number of terms and " +
		"of digits. Each step must use the previous result and the next term (link) and be a true " +
		"equation (step); the answer must repeat the last result (link) and be the true sum (sum)."
}

func (r sumRung) name() string { return fmt.Sprintf("sum-%dx%d", r.terms, r.digits) }

// low and high bound the terms: no leading zeros, except the digit 0 itself.
func (r sumRung) low() int {
	if r.digits == 1 {
		return 0
	}
	return pow10(r.digits - 1)
}

func (r sumRung) high() int { return pow10(r.digits) - 1 }

func pow10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

// Rungs implements [workloads.Workload]. Chance is the probability of the likeliest
// answer: the steps name all terms, and all ordered terms are equally likely.
func (w *Task) Rungs() []workloads.Rung {
	rungs := make([]workloads.Rung, len(w.rungs))
	for i, r := range w.rungs {
		rungs[i] = workloads.Rung{
			Name:   r.name(),
			Doc:    fmt.Sprintf("the sum of %d numbers of %d digits, with steps", r.terms, r.digits),
			Knobs:  map[string]float64{"terms": float64(r.terms), "digits": float64(r.digits)},
			Chance: math.Pow(float64(r.high()-r.low()+1), -float64(r.terms)),
		}
	}
	return rungs
}

// Generate implements [workloads.Workload]. The canonical form is the multiset of terms:
// the result does not depend on their order, so no reordering of a test sum
// occurs in training. Its single steps may occur, within other sums.
func (w *Task) Generate(split workloads.Split, rung, index int) workloads.Instance {
	workloads.MustName(split, len(w.rungs), rung, index)
	r := w.rungs[rung]
	rng := workloads.NewRand(w.Name(), r.name(), split, index)
	terms, canon := r.draw(rng, split)
	return workloads.Instance{
		ID: workloads.InstanceID(w.Name(), r.name(), split, index), Workload: w.Name(), Rung: rung,
		Prompt: "add:" + join(terms, "+") + "=", Answer: r.answer(terms), Canon: canon,
		Constraints: r.constraints(terms),
	}
}

func (r sumRung) draw(rng *rand.Rand, split workloads.Split) (terms []int, canon string) {
	terms = make([]int, r.terms)
	for {
		for i := range terms {
			terms[i] = r.low() + rng.IntN(r.high()-r.low()+1)
		}
		canon = sumCanon(terms)
		if workloads.SplitOf(canon) == split {
			return terms, canon
		}
	}
}

func sumCanon(terms []int) string {
	sorted := slices.Clone(terms)
	slices.Sort(sorted)
	return "sum " + join(sorted, "+")
}

func join(numbers []int, separator string) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, separator)
}

// answer writes the steps and the sum.
func (r sumRung) answer(terms []int) string {
	width := r.digits + 1
	var b strings.Builder
	left, total := strconv.Itoa(terms[0]), terms[0]
	for _, t := range terms[1:] {
		total += t
		result := fmt.Sprintf("%0*d", width, total)
		fmt.Fprintf(&b, "%s+%d=%s;", left, t, result)
		left = result
	}
	return b.String() + left
}

// constraints lists, per step, link and step; then link and sum of the answer;
// then length. Distances count the numbers between, in prompt and answer: for
// a link the number that has to be fetched from farther away (the term), for
// the sum the first term.
func (r sumRung) constraints(terms []int) []workloads.Constraint {
	m := r.terms
	cs := make([]workloads.Constraint, 0, 2*m+1)
	for i, t := range terms[1:] {
		cs = append(cs,
			workloads.Constraint{Kind: "link", Distance: m + 2*i - 1, Direction: workloads.Backward, Doc: fmt.Sprintf("step %d adds %d to what came before", i+1, t)},
			workloads.Constraint{Kind: "step", Distance: 0, Direction: workloads.Backward, Doc: fmt.Sprintf("step %d is a true equation", i+1)})
	}
	total := 0
	for _, t := range terms {
		total += t
	}
	return append(cs,
		workloads.Constraint{Kind: "link", Distance: 0, Direction: workloads.Backward, Doc: "the answer repeats the last result"},
		workloads.Constraint{Kind: "sum", Distance: m + 3*(m-1) - 1, Direction: workloads.Backward, Doc: fmt.Sprintf("the answer is %d", total)},
		workloads.Constraint{Kind: "length", Distance: 0, Direction: workloads.Backward, Doc: "nothing follows the answer"})
}

// Check implements [workloads.Workload]. White space around the output is ignored, and
// numbers are compared by value, so that leading zeros do not matter. A wrong
// step does not make later steps wrong that build on it correctly.
func (w *Task) Check(inst workloads.Instance, output string) workloads.Score {
	var terms []int
	list := strings.TrimSuffix(strings.TrimPrefix(inst.Prompt, "add:"), "=")
	for t := range strings.SplitSeq(list, "+") {
		n, _ := parseNumber(t)
		terms = append(terms, n)
	}
	v := workloads.Verdict{Total: 2*len(terms) + 1}
	rest := strings.TrimSpace(output)
	end := strings.Index(output, rest) + len(rest) // offset of a suffix s of rest is end - len(s)

	left, known, total := terms[0], true, terms[0] // left is what the next step must start from
	for i, t := range terms[1:] {
		total += t
		link, step := 2*i, 2*i+1
		text, after, found := strings.Cut(rest, ";")
		offset := end - len(rest)
		if !found { // the last number is the answer, not a step
			v.Fail(link, -1, "step %d is missing", i+1)
			v.Fail(step, -1, "step %d is missing", i+1)
			known = false
			continue
		}
		rest = after
		a, b, c, ok := parseStep(text)
		if !ok {
			v.Fail(link, offset, "step %d is not an equation: %q", i+1, workloads.Clip(text))
			v.Fail(step, offset, "step %d is not an equation: %q", i+1, workloads.Clip(text))
			known = false
			continue
		}
		if known && a != left || b != t {
			v.Fail(link, offset, "step %d adds %d to %d", i+1, b, a)
		}
		if a+b != c {
			v.Fail(step, offset, "%d+%d is not %d", a, b, c)
		}
		left, known = c, true
	}

	link, sum, length := v.Total-3, v.Total-2, v.Total-1
	text, extra, more := strings.Cut(rest, ";")
	offset := end - len(rest)
	got, ok := parseNumber(text)
	if !ok {
		v.Fail(link, offset, "the answer is not a number: %q", workloads.Clip(text))
		v.Fail(sum, offset, "the answer is not a number: %q", workloads.Clip(text))
	} else {
		if !known || got != left {
			v.Fail(link, offset, "the answer %d does not repeat the last result", got)
		}
		if got != total {
			v.Fail(sum, offset, "the answer is %d instead of %d", got, total)
		}
	}
	if more {
		v.Fail(length, end-len(extra)-1, "%q follows the answer", workloads.Clip(extra))
	}
	return v.Score()
}

// parseStep reads "a+b=c".
func parseStep(s string) (a, b, c int, ok bool) {
	left, right, ok1 := strings.Cut(s, "=")
	first, second, ok2 := strings.Cut(left, "+")
	a, oka := parseNumber(first)
	b, okb := parseNumber(second)
	c, okc := parseNumber(right)
	return a, b, c, ok1 && ok2 && oka && okb && okc
}

// parseNumber reads one to nine decimal digits and nothing else.
func parseNumber(s string) (int, bool) {
	if len(s) == 0 || len(s) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
}
