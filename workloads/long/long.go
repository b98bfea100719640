// Package long is the workload of the same tasks at five lengths, from 32 to
// 512 tokens.
package long

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"dllmbench/workloads"
)

// Workload is that of writing on by a rule for a given number of tokens.
//
//	repeat:48213907/032=   →   48213907482139074821390748213907
//	totals:005+3719/032=   →   008;015;016;025;028;035;036;045;
//
// A repeated pattern has a period of eight digits. Running totals start from a
// number and add four digits in turn, modulo 1000. The number after the stroke
// is the length of the answer in tokens, one per byte for every tokenizer that
// keeps digits apart.
//
// Longer answers are more of the same: every item depends on what stands one
// period before it, at the same distance at every length. It is judged as the
// continuation of the text as it was written: a wrong total that is carried on
// is one error, and after a place of the cycle that is left out or written
// twice the text goes on from there. So one mistake breaks the same one or two
// constraints at every length, and rates per constraint compare across lengths.
type Workload struct{ workloads.Base }

// rule is a way of writing on.
type rule interface {
	name() string
	doc() string
	// draw makes a request for n tokens.
	draw(rng *rand.Rand) request
	// unit is the number of tokens of an item.
	unit() int
	// distance is that between item i and what it depends on.
	distance(i int) int
	// items writes the first n items.
	items(q request, n int) []string
	// split cuts an output into items, most+1 of them at most.
	split(out string, most int) []string
	// fits reports whether item i goes on from those before it with this place of
	// the cycle.
	fits(q request, got []string, i, place int) bool
	// next is the item which that would be, as far as those before it can be read.
	next(q request, got []string, i, place int) string
	chance() float64
}

// request is what a prompt asks for.
type request struct {
	start int    // of totals
	cycle string // the digits that are repeated, or added in turn
}

var rules = [...]rule{repeat{}, totals{}}

// lengths are those of the answers in tokens.
var lengths = [...]int{32, 64, 128, 256, 512}

func New() *Workload {
	w := &Workload{}
	rungs := make([]int, len(rules)*len(lengths))
	for i := range rungs {
		rungs[i] = i
	}
	w.Base = workloads.NewBase("long", "Repeat a pattern of eight digits, or write running totals of four digits that are added in turn, for 32 to 512 "+
		"tokens. The knob is the length of the answer. Every item must go on from the text as it was written, so that "+
		"violations per constraint compare across lengths; and nothing may follow the last item.",
		rungs, w.describe, w.generate)
	return w
}

// on returns rule and length of a rung: by length, then by rule.
func on(rung int) (rule, int) { return rules[rung%len(rules)], lengths[rung/len(rules)] }

// describe is a rung as lists show it.
func (w *Workload) describe(i int) workloads.Rung {
	r, length := on(i)
	return workloads.Rung{
		Name: fmt.Sprintf("%s-%d", r.name(), length), Doc: fmt.Sprintf("%s, %d tokens", r.doc(), length),
		Knobs: map[string]float64{"length": float64(length)}, Chance: r.chance(),
	}
}

// generate draws an instance. The canonical form is the cycle of
// digits, wherever it starts, at all lengths.
func (w *Workload) generate(rng *rand.Rand, split workloads.Split, rung, index int) workloads.Instance {
	r, length := on(rung)
	q := r.draw(rng)
	for workloads.SplitOf(canon(r, q)) != split {
		q = r.draw(rng)
	}
	items := r.items(q, length/r.unit())
	cs := make([]workloads.Constraint, 0, len(items)+1)
	for i, item := range items {
		cs = append(cs, workloads.Must("item", r.distance(i), "item %d goes on from what stands before it; in a right answer it is %s", i+1, item))
	}
	cs = append(cs, workloads.Must("length", 0, "nothing follows item %d", len(items)))
	return workloads.Instance{
		Prompt: prompt(r, q, length), Answer: strings.Join(items, ""), Unique: true,
		Canon: canon(r, q), Constraints: cs,
	}
}

func canon(r rule, q request) string {
	kind := "pattern "
	if r == (totals{}) {
		kind = "totals "
	}
	return kind + workloads.Rotation(q.cycle)
}

func prompt(r rule, q request, length int) string {
	start := ""
	if r == (totals{}) {
		start = fmt.Sprintf("%03d+", q.start)
	}
	return fmt.Sprintf("%s:%s%s/%03d=", r.name(), start, q.cycle, length)
}

// parse reads a prompt.
func parse(prompt string) request {
	_, text, _ := strings.Cut(prompt, ":")
	text, _, _ = strings.Cut(text, "/")
	start, cycle, ok := strings.Cut(text, "+")
	if !ok {
		return request{cycle: text}
	}
	n, _ := workloads.Number(start)
	return request{start: n, cycle: cycle}
}

// Check implements [workloads.Workload]. White space around the output is
// ignored. Partial is the share of items that go on from those before.
func (w *Workload) Check(inst workloads.Instance, output string) workloads.Score {
	r, length := on(inst.Rung)
	q, n := parse(inst.Prompt), length/r.unit()
	out, at := workloads.Trim(output) // of the item in the output
	got := r.split(out, n)

	v := workloads.Verdict{Total: n + 1}
	wrong := walk(len(q.cycle), min(n, len(got)), func(i, place int) bool { return r.fits(q, got, i, place) })
	for i := range n {
		if i >= len(got) {
			v.Fail(i, -1, "item %d is missing", i+1)
			continue
		}
		if place := wrong[i]; place >= 0 {
			v.Mark(i, at, len(got[i]), "item %d is %q where %q goes on", i+1, workloads.Clip(got[i]), r.next(q, got, i, place))
		}
		at += len(got[i])
	}
	broken := len(v.Violations)
	if len(got) > n {
		v.Mark(n, at, len(got[n]), "%q follows the last item", workloads.Clip(got[n]))
	}
	s := v.Score()
	s.Partial = 1 - float64(broken)/float64(n)
	return s
}
