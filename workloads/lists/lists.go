// Package lists is the workload of list operations: copy, reverse, sort,
// replace, insert, remove and shuffle. It also knows how often parallel
// decoding must fail on the operations with several right answers, however
// good the network is: [ShuffleFloor] and [ReplaceFloor].
package lists

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"dllmbench/workloads"
)

// Workload is that of operations on a list of n items.
//
// Items are decimal digits written without separators: tokenizers that keep
// digits apart then spend exactly one token per item, and position j of the
// answer depends on a known position of the prompt, except where several
// answers are right.
//
//	sort:7294=          →   2479
//	replace:7294/3/5=   →   7254     (item 3 becomes 5)
//	replace-any:7294/5= →   7594     (one item becomes 5, no matter which)
//	insert:7294/3/5=    →   72594    (item 3 of the answer is the new one)
//	remove:7294/3=      →   724
//	shuffle:7294=       →   4972     (any other order)
type Workload struct {
	workloads.Base
	rungs []listRung
}

type listRung struct {
	op    string
	items int
}

// op is an operation and the lengths of its rungs.
type op struct {
	name, doc string
	items     []int
}

// ops are the operations, easiest first. Shuffled items differ, and eight is the
// most of which all splits have some: ten different digits are one set, and one
// set cannot be split.
var ops = [...]op{
	{"copy", "copy %d digits", listSizes[:]},
	{"reverse", "reverse %d digits", listSizes[:]},
	{"replace", "replace one of %d digits, at a given place", editSizes[:]},
	{"insert", "insert a digit into %d others, at a given place", editSizes[:]},
	{"remove", "remove one of %d digits, at a given place", editSizes[:]},
	{"replace-any", "replace one of %d digits, at any place", editSizes[:]},
	{"shuffle", "bring %d different digits into any other order", []int{3, 4, 6, 8}},
	{"sort", "sort %d digits", listSizes[:]},
}

// listSizes are the lengths of the ladder, editSizes those of editing.
var (
	listSizes = [...]int{3, 4, 6, 8, 10, 12, 16, 24, 32, 48}
	editSizes = [...]int{4, 8, 16, 32}
)

func New() *Workload {
	w := &Workload{}
	for _, op := range ops {
		for _, n := range op.items {
			w.rungs = append(w.rungs, listRung{op.name, n})
		}
	}
	slices.SortStableFunc(w.rungs, func(a, b listRung) int { return cmp.Compare(a.items, b.items) })
	w.Base = workloads.NewBase("lists", "Copy, reverse, sort or shuffle a list of n digits, or replace, insert or remove one item. The knob is n. "+
		"Every position of the answer is one constraint: a wrong or missing item is a violation, and so is anything "+
		"after the last item. Where several answers are right (shuffle, and replace at any place), the constraints "+
		"are that every item is there once and the order is another one, or that all items but one are kept.",
		w.rungs, w.describe, w.generate)
	return w
}

// name is the rung's name on the ladder.
func (r listRung) name() string { return r.op + "-" + strconv.Itoa(r.items) }

// describe is a rung as lists show it. The ladder goes by length, and for
// equal length in the order of ops.
func (w *Workload) describe(r listRung) workloads.Rung {
	i := slices.IndexFunc(ops[:], func(o op) bool { return o.name == r.op })
	return workloads.Rung{
		Name:   r.name(),
		Doc:    fmt.Sprintf(ops[i].doc, r.items),
		Knobs:  map[string]float64{"items": float64(r.items)},
		Chance: r.chance(),
	}
}

// generate draws an instance. The canonical form is the sorted
// list of the prompt, for all operations, and where an answer has other items
// than the prompt its sorted list is of the same split: no permutation of a
// test list occurs in training, neither in a prompt nor in an answer.
func (w *Workload) generate(rng *rand.Rand, split workloads.Split, rung, index int) workloads.Instance {
	r := w.rungs[rung]
	q, answer, from := r.draw(rng, split)
	return workloads.Instance{
		Prompt: q.String(), Answer: string(answer), Unique: !q.several(),
		Canon: listCanon(q.items), Constraints: q.constraints(answer, from),
	}
}

// draw makes a request of the split and its reference answer.
func (r listRung) draw(rng *rand.Rand, split workloads.Split) (q request, answer []byte, from []int) {
	for {
		if q = r.request(rng); workloads.SplitOf(listCanon(q.items)) != split {
			continue
		}
		from = q.answer(rng)
		if answer = q.take(from); workloads.SplitOf(listCanon(answer)) == split {
			return q, answer, from
		}
	}
}

// request draws a list, and place and new item where the operation takes them.
func (r listRung) request(rng *rand.Rand) request {
	q := request{op: r.op, items: make([]byte, r.items)}
	switch q.op {
	case "shuffle": // different items, or fewer orders would differ
		for i, d := range rng.Perm(10)[:r.items] {
			q.items[i] = byte('0' + d)
		}
		return q
	case "replace-any": // by a digit that is not in the list, so that it shows
		q.item = byte('0' + rng.IntN(10))
		for i := range q.items {
			q.items[i] = otherDigit(rng, q.item)
		}
		return q
	}
	for i := range q.items {
		q.items[i] = byte('0' + rng.IntN(10))
	}
	switch q.op {
	case "insert":
		q.place, q.item = 1+rng.IntN(len(q.items)+1), byte('0'+rng.IntN(10))
	case "remove":
		q.place = 1 + rng.IntN(len(q.items))
	case "replace": // by another digit, or the task would be to copy
		q.place = 1 + rng.IntN(len(q.items))
		q.item = otherDigit(rng, q.items[q.place-1])
	}
	return q
}

// otherDigit draws one of the nine digits that are not d.
func otherDigit(rng *rand.Rand, d byte) byte {
	return '0' + (d-'0'+byte(1+rng.IntN(9)))%10
}

func listCanon(items []byte) string {
	return "list " + string(slices.Sorted(slices.Values(items)))
}
