package paths

import (
	"fmt"
	"slices"

	"dllmbench/workloads"
	"dllmbench/workloads/internal/symbols"
)

// constraints lists, in the order of the answer, its first node, every step and
// its last node; then the choices; then the length. Distances count nodes. What
// causes a first or last node or a step is in the prompt, hence before it. What
// causes a choice is the end of the path it must lead to: written towards that
// end, the choice comes first and has to look ahead; written from that end, it
// follows from what is there. A choice that is that end itself has its cause in
// the prompt.
func (r pathRung) constraints(g *graph, answer []byte) []workloads.Constraint {
	ends := [2]string{"start", "goal"}
	between := [2]int{1, 0} // nodes after start and goal in the prompt
	if r.back {
		ends, between = [2]string{"goal", "start"}, [2]int{0, 1}
	}
	cs := make([]workloads.Constraint, 0, r.length+5)
	cs = append(cs, workloads.Must(ends[0], between[0], "node 1 is the %s, %c", ends[0], answer[0]))
	for i := 1; i <= r.length; i++ {
		e := edge{answer[i-1], answer[i]}
		if r.back {
			e = edge{answer[i], answer[i-1]}
		}
		behind := len(g.edges) - 1 - slices.Index(g.edges, e)
		cs = append(cs, workloads.Must("step", 2*behind+2+i, "nodes %d and %d are joined by an edge", i, i+1))
	}
	cs = append(cs, workloads.Must(ends[1], between[1]+r.length, "node %d is the %s, %c", r.length+1, ends[1], answer[r.length]))
	for _, c := range r.choices() {
		check, cause := r.at(c.node), r.at(c.cause)
		direction, gap := workloads.Backward, check-cause
		if check < cause {
			direction, gap = workloads.Lookahead, cause-check
		}
		cs = append(cs, workloads.Constraint{Kind: c.kind, Distance: max(0, gap-1), Direction: direction,
			Doc: fmt.Sprintf("node %d is on the way between start and goal", check+1)})
	}
	return append(cs, workloads.Must("length", r.length, "the path has %d nodes", r.length+1))
}

// Check implements [workloads.Workload]. Nodes are separated by white space. Every path
// along edges from start to goal with the right number of nodes is right; the
// graphs made here have one. A wrong node breaks the step to it and the step
// from it, and the choice if it was one.
func (w *Workload) Check(inst workloads.Instance, output string) workloads.Score {
	r := w.rungs[inst.Rung]
	g := parse(inst.Prompt)
	words := symbols.Split(output, r.length+2)
	choices := r.choices()
	v := workloads.Verdict{Total: r.length + 3 + len(choices)}
	fail := func(constraint, at int, format string, args ...any) {
		if at < len(words) {
			symbols.Fail(&v, constraint, words[at], format, args...)
		} else {
			v.Fail(constraint, -1, "node %d is missing", at+1)
		}
	}
	node := func(at int) byte { // 0 if it is missing or no letter
		if at < len(words) && len(words[at].Text) == 1 {
			return words[at].Text[0]
		}
		return 0
	}
	text := func(at int) string {
		if at < len(words) {
			return workloads.Clip(words[at].Text)
		}
		return ""
	}

	if at := r.at(0); node(at) != g.start {
		fail(r.endConstraint(at), at, "%q is not the start %c", text(at), g.start)
	}
	for i := 1; i <= r.length; i++ {
		from, to := node(i-1), node(i)
		if r.back {
			from, to = to, from
		}
		if !g.linked(from, to) {
			fail(i, i, "no edge joins %q and %q", text(i-1), text(i))
		}
	}
	if at := r.at(r.length); node(at) != g.goal {
		fail(r.endConstraint(at), at, "%q is not the goal %c", text(at), g.goal)
	}
	for i, c := range choices {
		right := g.before(g.goal, r.length-c.node)
		if c.kind == "entry" {
			right = g.after(g.start, c.node)
		}
		if at := r.at(c.node); !right.has(node(at)) {
			fail(r.length+2+i, at, "%q does not lie between %c and %c", text(at), g.start, g.goal)
		}
	}
	symbols.CheckLength(&v, words, r.length+1, "node")
	return v.Score()
}

// endConstraint is the constraint on the first or the last node of the answer.
func (r pathRung) endConstraint(at int) int {
	if at == 0 {
		return 0
	}
	return r.length + 1
}
