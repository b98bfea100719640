// Package lists is the workload of list operations: copy, reverse and sort.
package lists

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"dllmbench/workloads"
)

// Task is the workload of copying, reversing and sorting n items.
//
// Items are decimal digits, with repetition, written without separators:
// tokenizers that keep digits apart then spend exactly one token per item, and
// position j of the answer depends on a known position of the prompt.
//
//	sort:7294=   →   2479
type Task struct{ rungs []listRung }

type listRung struct {
	op    string
	items int
}

// listSizes are the lengths of the ladder.
var listSizes = [...]int{3, 4, 6, 8, 10, 12, 16, 24, 32, 48}

func New() *Task {
	w := &Task{}
	for _, n := range listSizes {
		for _, op := range []string{"copy", "reverse", "sort"} {
			w.rungs = append(w.rungs, listRung{op, n})
		}
	}
	return w
}

// Name implements [workloads.Workload].
func (*Task) Name() string { return "lists" }

// Doc implements [workloads.Workload].
func (*Task) Doc() string {
	return "Copy, reverse or sort a list of n digits. The knob is n. Every position of the answer " +
		"is one constraint: a wrong or missing item is a violation, and so is anything after the last item."
}

// name is the rung's name on the ladder.
func (r listRung) name() string { return r.op + "-" + strconv.Itoa(r.items) }

// Rungs implements [workloads.Workload]: by length, and for equal length copy, reverse,
// sort.
func (w *Task) Rungs() []workloads.Rung {
	rungs := make([]workloads.Rung, len(w.rungs))
	for i, r := range w.rungs {
		rungs[i] = workloads.Rung{
			Name:   r.name(),
			Doc:    fmt.Sprintf("%s %d digits", r.op, r.items),
			Knobs:  map[string]float64{"items": float64(r.items)},
			Chance: r.chance(),
		}
	}
	return rungs
}

// chance is the probability of the likeliest answer. All lists are equally
// likely, hence 10⁻ⁿ for copy and reverse; for sort the likeliest multiset has
// counts as even as possible, with probability n!/(∏ cᵢ!)·10⁻ⁿ.
func (r listRung) chance() float64 {
	n := r.items
	logp := -float64(n) * math.Ln10
	if r.op == "sort" {
		even, more := n/10, n%10
		logp += logFactorial(n) - float64(more)*logFactorial(even+1) - float64(10-more)*logFactorial(even)
	}
	return math.Exp(logp)
}

func logFactorial(n int) float64 {
	v, _ := math.Lgamma(float64(n + 1))
	return v
}

// Generate implements [workloads.Workload]. The canonical form is the sorted list, for
// all three operations: no permutation of a test list occurs in training.
func (w *Task) Generate(split workloads.Split, rung, index int) workloads.Instance {
	workloads.MustName(split, len(w.rungs), rung, index)
	r := w.rungs[rung]
	rng := workloads.NewRand(w.Name(), r.name(), split, index)
	items, canon := listOf(rng, split, r.items)
	answer, from := r.solve(items)

	constraints := make([]workloads.Constraint, 0, r.items+1)
	for j := range r.items {
		constraints = append(constraints, workloads.Constraint{
			Kind: "item", Distance: r.items + j - from[j] - 1, Direction: workloads.Backward,
			Doc: fmt.Sprintf("item %d is %c", j+1, answer[j]),
		})
	}
	constraints = append(constraints, workloads.Constraint{
		Kind: "length", Distance: r.items - 1, Direction: workloads.Backward,
		Doc: fmt.Sprintf("nothing follows item %d", r.items),
	})
	return workloads.Instance{
		ID: workloads.InstanceID(w.Name(), r.name(), split, index), Workload: w.Name(), Rung: rung,
		Prompt: r.op + ":" + string(items) + "=", Answer: string(answer), Canon: canon,
		Constraints: constraints,
	}
}

// listOf draws n digits whose canonical form belongs to the split.
func listOf(rng *rand.Rand, split workloads.Split, n int) (items []byte, canon string) {
	items = make([]byte, n)
	for {
		for i := range items {
			items[i] = byte('0' + rng.IntN(10))
		}
		canon = listCanon(items)
		if workloads.SplitOf(canon) == split {
			return items, canon
		}
	}
}

func listCanon(items []byte) string {
	sorted := slices.Clone(items)
	slices.Sort(sorted)
	return "list " + string(sorted)
}

// solve returns the answer and, for each of its positions, the position in
// items it comes from (the first unused one for equal items).
func (r listRung) solve(items []byte) (answer []byte, from []int) {
	from = make([]int, len(items))
	for i := range from {
		from[i] = i
	}
	switch r.op {
	case "reverse":
		slices.Reverse(from)
	case "sort":
		slices.SortStableFunc(from, func(a, b int) int { return int(items[a]) - int(items[b]) })
	}
	answer = make([]byte, len(items))
	for j, i := range from {
		answer[j] = items[i]
	}
	return answer, from
}

// Check implements [workloads.Workload]. White space around the output is ignored;
// byte j of the rest is item j. Partial counts right items.
func (w *Task) Check(inst workloads.Instance, output string) workloads.Score {
	r := w.rungs[inst.Rung]
	_, list, _ := strings.Cut(inst.Prompt, ":")
	want, _ := r.solve([]byte(strings.TrimSuffix(list, "=")))
	got := strings.TrimSpace(output)
	lead := strings.Index(output, got)

	v := workloads.Verdict{Total: len(want) + 1}
	for j, digit := range want {
		switch {
		case j >= len(got):
			v.Fail(j, -1, "item %d is missing", j+1)
		case got[j] != digit:
			v.Fail(j, lead+j, "item %d is %q instead of %q", j+1, got[j:j+1], string(digit))
		}
	}
	wrong := len(v.Violations)
	if len(got) > len(want) {
		v.Fail(len(want), lead+len(want), "%q follows the last item", workloads.Clip(got[len(want):]))
	}
	s := v.Score()
	s.Partial = 1 - float64(wrong)/float64(len(want))
	return s
}
