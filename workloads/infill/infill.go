// Package infill is the workload of gaps between two texts that both bind what
// stands in the gap.
package infill

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"

	"dllmbench/workloads"
)

// Workload is that of filling a gap of 4 to 64 tokens. Every instance has a
// template: fixed text, gap, fixed text. The answer is the whole of it.
//
//	pattern:4821=       →   57[0357]03                      (a period of four, repeated)
//	mirror:4821=        →   57/[5703]/30                    (two halves, together, the second half reversed)
//	steps:4821=         →   07+5=12;[12+9=21];21+4=25       (every sum starts from the one before)
//	progression:4821=   →   017;[021;025];029               (equal steps up or down)
//
// The number in the prompt has no meaning: all there is to know stands in the
// template, and prompts have to differ between splits. What the left side alone
// says never suffices; how often a decoder that sees only the left side can be
// right is computed for each rung and is its chance.
//
// All texts are digits and single separators between digits. So a tokenizer
// that keeps digits apart has one token per byte, whatever else it has learned,
// and a gap of n bytes is a gap of n tokens.
type Workload struct {
	workloads.Base
	rungs []rung
}

// rung is a kind of text with a gap of some tokens.
type rung struct {
	kind
	gap int
}

// kind is a way of binding the gap from both sides.
type kind interface {
	name() string
	// write draws the three parts of a text with a gap of n bytes.
	write(rng *rand.Rand, n int) text
	// constraints are those of the gap.
	constraints(t text) []workloads.Constraint
	// check judges what stands in the gap; offset is where it starts in the output.
	check(v *verdict, t text)
	// chance is the success rate of the best decoder that sees only the left side.
	chance(n int) float64
}

// text is a filled template.
type text struct{ left, gap, right, canon string }

// kinds lists the kinds and their gaps.
var kinds = [...]struct {
	kind
	gaps []int
}{
	{pattern{}, []int{4, 8, 16, 32, 64}},
	{mirror{}, []int{4, 8, 16, 32, 64}},
	{steps{}, []int{7, 15, 31, 63}},
	{progression{}, []int{7, 15, 31, 63}},
}

func New() *Workload {
	w := &Workload{}
	for _, k := range kinds {
		for _, n := range k.gaps {
			w.rungs = append(w.rungs, rung{k.kind, n})
		}
	}
	slices.SortStableFunc(w.rungs, func(a, b rung) int { return cmp.Compare(a.gap, b.gap) })
	w.Base = workloads.NewBase("infill", "Fill a gap between two fixed texts that both bind it: a repeated pattern, a list of which each side shows one "+
		"half, missing steps of a sum, a stretch of an arithmetic progression. The knob is the length of the gap in tokens. "+
		"Every item, number or step of the gap is a constraint, and so are the two fixed texts and that nothing follows. "+
		"The left side alone never suffices.",
		w.rungs, w.describe, w.generate)
	return w
}

func (r rung) rungName() string { return fmt.Sprintf("%s-%d", r.name(), r.gap) }

// describe is a rung as lists show it. The ladder goes by the length of
// the gap.
func (w *Workload) describe(r rung) workloads.Rung {
	return workloads.Rung{
		Name:   r.rungName(),
		Doc:    fmt.Sprintf("%s, a gap of %d tokens", r.name(), r.gap),
		Knobs:  map[string]float64{"gap": float64(r.gap)},
		Chance: r.chance(r.gap),
	}
}

// generate draws an instance. The canonical form is that of the
// content, and shared with other workloads where they use the same content: the
// sorted list as in workload lists, the sorted terms as in workload arithmetic.
// The number of the prompt belongs to the same split.
func (w *Workload) generate(rng *rand.Rand, split workloads.Split, rung, index int) workloads.Instance {
	r := w.rungs[rung]
	var t text
	for t.canon == "" || workloads.SplitOf(t.canon) != split {
		t = r.write(rng, r.gap)
	}
	serial := ""
	for serial == "" || workloads.SplitOf("infill "+serial) != split {
		serial = fmt.Sprintf("%04d", rng.IntN(10000))
	}
	cs := append(r.constraints(t),
		workloads.Must("fixed", 0, "the text starts with %s", t.left),
		workloads.Must("fixed", 0, "the gap is followed by %s", t.right),
		workloads.Must("length", 0, "nothing follows the text"))
	return workloads.Instance{
		Prompt: r.name() + ":" + serial + "=", Answer: t.left + t.gap + t.right, Unique: !r.several(),
		Spans:    []workloads.Span{{Name: "gap", Start: len(t.left), End: len(t.left) + len(t.gap)}},
		Template: []workloads.Piece{{Text: t.left}, {Gap: r.gap}, {Text: t.right}},
		Canon:    t.canon, Constraints: cs,
	}
}

// several reports whether more than one text fits the gap: only the sum of
// several missing terms is known.
func (r rung) several() bool { return r.kind == steps{} && r.gap > stepBytes }

// Check implements [workloads.Workload]. White space around the output is
// ignored; every byte of the rest has its place. Partial is the share of the
// gap's constraints that hold.
func (w *Workload) Check(inst workloads.Instance, output string) workloads.Score {
	r := w.rungs[inst.Rung]
	t := text{left: inst.Template[0].Text, right: inst.Template[2].Text}
	t.gap = inst.Answer[len(t.left) : len(t.left)+r.gap]
	v := newVerdict(output, len(t.left))
	r.check(v, t)
	total, wrong := len(r.constraints(t)), len(v.Violations)

	v.same(total, 0, t.left, "the text does not start with "+t.left)
	v.same(total+1, len(t.left)+r.gap, t.right, "the gap is not followed by "+t.right)
	if all := len(t.left) + r.gap + len(t.right); len(v.out) > all {
		v.wrong(total+2, all, len(v.out)-all, "%q follows the text", workloads.Clip(v.out[all:]))
	}
	v.Total = total + 3
	s := v.Score()
	s.Partial = 1 - float64(wrong)/float64(total)
	return s
}
