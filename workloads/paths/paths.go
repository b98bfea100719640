// Package paths is the workload of finding the way through a small graph.
package paths

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"dllmbench/workloads"
	"dllmbench/workloads/internal/symbols"
)

// Workload is that of writing the path from a start to a goal. The prompt
// lists the directed edges in random order; a node is one letter:
//
//	path: k d; a k; a c; c e; from a to d =   →    a k d
//	back: k d; a k; a c; c e; from a to d =   →    d k a
//
// In a star (Bachmann and Nagarajan 2024, arXiv 2403.06963) all arms leave the
// start and one of them ends at the goal. Written forwards, the first step
// decides everything, and what decides it is the other end of the arm. In a
// merge, after the minimal planning task of Ye et al. (arXiv 2410.14157), two or
// more chains run through one common node: on leaving it there is the same
// choice, the planning distance away from the goal; on arriving there, for who
// goes backwards, the rest of the length away from the start.
//
// Every rung has a twin "back", with the same graphs, starts and goals, whose
// answer is written from the goal to the start. In a star it asks for no choice
// at all, since every node but the start has one predecessor: the control for
// decoders that write from left to right.
type Workload struct {
	workloads.Base
	rungs []pathRung
}

// shape is a graph up to names: arms chains of length edges each, which share
// the node that is distance edges before their ends. In a star the distance is
// the length, and the shared node is the start.
type shape struct{ arms, length, distance int }

type pathRung struct {
	shape
	back bool
}

// branchAt is the place of the shared node on the path, counted from the start.
func (s shape) branchAt() int { return s.length - s.distance }

func (s shape) star() bool { return s.distance == s.length }

// New makes the workload.
func New() *Workload {
	w := &Workload{}
	for _, s := range [...]shape{
		{2, 1, 1}, {2, 2, 2}, {2, 3, 3}, {2, 4, 1}, {3, 3, 3}, {2, 4, 2}, {2, 4, 4}, {2, 4, 3}, {3, 4, 4},
		{2, 6, 1}, {2, 6, 2}, {2, 6, 3}, {2, 6, 4}, {2, 6, 5}, {2, 6, 6}, {4, 4, 4}, {3, 6, 3},
		{3, 6, 6}, {2, 8, 8}, {2, 12, 6}, {4, 6, 6}, {2, 12, 12},
	} {
		w.rungs = append(w.rungs, pathRung{s, false}, pathRung{s, true})
	}
	w.Base = workloads.NewBase("paths", "Write the path from a start to a goal through a graph whose edges are listed in random order. The knobs "+
		"are the number of arms, their length, and the distance between the node where the arms part and the "+
		"goal. The first and last node, every step along an edge, the choice where the arms part, and "+
		"the length are constraints. In back rungs the same path is written from the goal to the start.",
		w.rungs, w.describe, w.generate)
	w.SeedBy(func(i int) string { return w.rungs[i].forward() })
	return w
}

// forward is the rung's name without the direction of writing: it seeds the
// instances, so that both directions have the same ones.
func (r pathRung) forward() string {
	if r.star() {
		return fmt.Sprintf("star-%dx%d", r.arms, r.length)
	}
	return fmt.Sprintf("merge-%dx%d-%d", r.arms, r.length, r.distance)
}

func (r pathRung) name() string {
	if r.back {
		return r.forward() + "-back"
	}
	return r.forward()
}

// describe is a rung as lists show it. Chance is the rate of following the
// edges from the start and guessing where the arms part, whatever the direction
// of writing.
func (w *Workload) describe(r pathRung) workloads.Rung {
	doc := fmt.Sprintf("a star of %d arms of %d edges", r.arms, r.length)
	if !r.star() {
		doc = fmt.Sprintf("%d chains of %d edges through one node, %d before the goal", r.arms, r.length, r.distance)
	}
	back := 0.0
	if r.back {
		doc, back = doc+", written from the goal", 1
	}
	return workloads.Rung{Name: r.name(), Doc: doc, Chance: 1 / float64(r.arms), Knobs: map[string]float64{
		"arms": float64(r.arms), "length": float64(r.length), "distance": float64(r.distance), "back": back,
	}}
}

// generate draws an instance. The canonical form is the graph.
func (w *Workload) generate(rng *rand.Rand, split workloads.Split, rung, index int) workloads.Instance {
	r := w.rungs[rung]
	g, path := r.draw(rng)
	for workloads.SplitOf(g.canon()) != split {
		g, path = r.draw(rng)
	}
	label := "path:"
	if r.back {
		label = "back:"
		slices.Reverse(path)
	}
	return workloads.Instance{
		Prompt: g.prompt(label), Answer: symbols.Join(path), Canon: g.canon(),
		Unique: true, Spans: r.spans(), Constraints: r.constraints(&g, path),
	}
}

// at is the place in the answer of the node that is i edges from the start.
func (r pathRung) at(i int) int {
	if r.back {
		return r.length - i
	}
	return i
}

// choice is a constraint on one node of the path: it must be on the way to the
// goal (exit, behind the shared node) or from the start (entry, before it).
type choice struct {
	kind  string
	node  int // edges from the start
	cause int // the same of the end of the path that decides
}

// choices lists exit, and entry unless the shared node is the start.
func (r pathRung) choices() []choice {
	list := []choice{{"exit", r.branchAt() + 1, r.length}}
	if !r.star() {
		list = append(list, choice{"entry", r.branchAt() - 1, 0})
	}
	return list
}

// spans names the nodes that had to be chosen.
func (r pathRung) spans() []workloads.Span {
	var spans []workloads.Span
	for _, c := range r.choices() {
		at := 2*r.at(c.node) + 1
		spans = append(spans, workloads.Span{Name: c.kind, Start: at, End: at + 1})
	}
	slices.SortFunc(spans, func(a, b workloads.Span) int { return a.Start - b.Start })
	return spans
}
