package lists

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"dllmbench/workloads"
)

// request is what a prompt asks for.
type request struct {
	op    string
	items []byte
	place int  // 1 is the first; 0 where the operation takes no place
	item  byte // the new item; 0 where there is none
}

// added stands for the new item where sources of items are listed.
const added = -1

// String is the prompt. All places of a rung are written with equally many
// digits, so that its prompts have one layout.
func (q request) String() string {
	var b strings.Builder
	b.WriteString(q.op + ":" + string(q.items))
	if q.place > 0 {
		last := len(q.items)
		if q.op == "insert" {
			last++
		}
		fmt.Fprintf(&b, "/%0*d", len(strconv.Itoa(last)), q.place)
	}
	if q.item != 0 {
		b.WriteString("/" + string(q.item))
	}
	return b.String() + "="
}

// parseRequest reads a prompt that String has written.
func parseRequest(prompt string) request {
	op, list, _ := strings.Cut(strings.TrimSuffix(prompt, "="), ":")
	parts := strings.Split(list, "/")
	q := request{op: op, items: []byte(parts[0])}
	switch {
	case len(parts) == 3:
		q.place, _ = strconv.Atoi(parts[1])
		q.item = parts[2][0]
	case len(parts) == 2 && op == "remove":
		q.place, _ = strconv.Atoi(parts[1])
	case len(parts) == 2:
		q.item = parts[1][0]
	}
	return q
}

// answer returns, for each position of a right answer, the position in items
// it comes from, or added. Where several answers are right it draws one of
// them, all equally likely; for the other operations it draws nothing, and for
// equal items the first unused one is the source.
func (q request) answer(rng *rand.Rand) []int {
	from := make([]int, len(q.items))
	for i := range from {
		from[i] = i
	}
	switch q.op {
	case "reverse":
		slices.Reverse(from)
	case "sort":
		slices.SortStableFunc(from, func(a, b int) int { return int(q.items[a]) - int(q.items[b]) })
	case "replace":
		from[q.place-1] = added
	case "insert":
		from = slices.Insert(from, q.place-1, added)
	case "remove":
		from = slices.Delete(from, q.place-1, q.place)
	case "replace-any":
		from[rng.IntN(len(from))] = added
	case "shuffle":
		for slices.IsSorted(from) {
			from = rng.Perm(len(from))
		}
	}
	return from
}

// several reports whether more than one answer is right.
func (q request) several() bool { return q.op == "shuffle" || q.op == "replace-any" }

// take returns the items at the positions that answer lists.
func (q request) take(from []int) []byte {
	list := make([]byte, len(from))
	for j, i := range from {
		if list[j] = q.item; i != added {
			list[j] = q.items[i]
		}
	}
	return list
}

// constraints belong to an instance with a reference answer and its sources.
// For shuffle they are: each item of the prompt, in its order, is there once;
// and the order. For the other operations: each position of the answer; and
// for replace-any that one item is new. At last, for all, the length.
//
// A distance counts the items, place and new item of the prompt, and the items
// of the answer, that stand between the place to be checked and its source.
func (q request) constraints(answer []byte, from []int) []workloads.Constraint {
	after := 0 // parameters between the list and the answer
	if q.place > 0 {
		after++
	}
	if q.item != 0 {
		after++
	}
	cs := make([]workloads.Constraint, 0, len(answer)+2)
	add := func(kind string, distance int, format string, args ...any) {
		cs = append(cs, workloads.Must(kind, distance, format, args...))
	}
	distance := func(j int) int {
		if from[j] == added {
			return j
		}
		return len(q.items) - 1 - from[j] + after + j
	}
	switch q.op {
	case "shuffle":
		for i, digit := range q.items {
			add("item", distance(slices.Index(from, i)), "%c is there once", digit)
		}
		add("order", len(q.items)-1, "the order is not that of the prompt")
	case "replace-any":
		for j, digit := range q.items {
			add("item", len(q.items)-1+after, "item %d is %c or the new %c", j+1, digit, q.item)
		}
		add("once", slices.Index(from, added), "%c replaces one item", q.item)
	default:
		for j := range answer {
			add("item", distance(j), "item %d is %c", j+1, answer[j])
		}
	}
	add("length", len(answer)-1, "nothing follows item %d", len(answer))
	return cs
}
