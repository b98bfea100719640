package claims

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/harness/place"
)

// remasking is the decision of claim 3.
type remasking struct {
	*decision
	groups []*Group
}

func decideRemasking(d *decision) {
	r := remasking{d, d.competent("remasking")}
	all := r.twins("remasking", "none")
	several := lists.Keep(all, func(p pair) bool { return severalPerStep(p.b) })
	var with []*Cell
	var diffs []float64
	for _, p := range several {
		with, diffs = append(with, p.b), append(diffs, p.differences(outputEntropy)...)
		d.v.untrained(p.a, p.b)
	}
	d.v.Primary = pooled(d.v.Primary.Name, ByNFE, several)
	workloads := r.pooledBy(several, workload)
	net, collateral := d.repaired(with)
	entropy := d.mean("entropy of the words of an output", ByNFE, "nats", diffs)
	further := r.further()
	for _, family := range [][]Finding{workloads, further} {
		var list []*Finding
		for i := range family {
			list = append(list, &family[i])
		}
		holm(list, d.Number("alpha"), func(f Finding) bool { return f.atLeast(d.margin()) })
	}
	d.conditions(workloads...)
	d.conditions(net, collateral, entropy)
	d.conditions(further...)
	r.matched(several)
	d.sensitivity(r.pooledBy(all, func(p pair) string {
		return map[bool]string{true: "several tokens per step", false: "one token per step"}[severalPerStep(p.b)]
	})...)
	d.otherMargins("the primary effect against a margin of %g points", same, 1, 5)
	d.planted()
	d.onOwn("with re-masking minus without", d.role("none"), d.role("remasking"), false)
	r.figure(workloads, further)
	r.conclude(workloads, further, net, entropy)
}

// twins are the cells of two roles, without and with, of the same steps and
// about the same number of passes: in each group the pairs whose steps agree,
// or the nearest in passes where a role has other steps.
func (r remasking) twins(with, without string) []pair {
	var list []pair
	for _, g := range r.groups {
		for _, b := range g.Labelled(r.Decoder(with)) {
			candidates := lists.Keep(g.Labelled(r.Decoder(without)), func(a *Cell) bool {
				s, _ := a.Option("steps")
				t, _ := b.Option("steps")
				return with == "predict-again" || s == t
			})
			if len(candidates) == 0 {
				continue
			}
			a := nearest(b, candidates, passes, r.Number("cost_factor"))
			if a == nil {
				if x := (pair{candidates[0], b}).apart(passes); math.IsNaN(x) {
					r.v.exclude("%s: the passes of %s or %s are unknown", g.Place, b.Title(), candidates[0].Title())
				} else {
					r.v.exclude("%s: the passes of %s and %s differ by a factor of %.2f", g.Place, b.Title(), candidates[0].Title(), x)
				}
				continue
			}
			list = append(list, pair{a, b})
		}
	}
	return list
}

// apart is the factor, above 1, by which the means of a cost differ; NaN when one
// is unknown.
func (p pair) apart(cost field) float64 {
	x, ok := p.a.Mean(cost)
	y, also := p.b.Mean(cost)
	if !ok || !also || x <= 0 || y <= 0 {
		return math.NaN()
	}
	return math.Exp(math.Abs(math.Log(x / y)))
}

// pooled is the difference of solved shares over all pairs of cells. An instance
// counts once: where several pairs (of other steps) have it, it is judged by
// the first pair of its place.
func pooled(name string, matched Matching, ps []pair) Finding {
	var first []pair
	for _, p := range lists.Split(ps, func(p pair) place.Place { return place.Of(p.b.Cell) }) {
		first = append(first, p.Of[0])
	}
	return points(name, matched, first, solved)
}

// severalPerStep reports whether a cell has fewer steps than positions, so that errors
// arise that one token per step does not make.
func severalPerStep(c *Cell) bool {
	steps, ok := c.Option("steps")
	return ok && steps > 0 && int(steps) < c.Budget
}

// pooledBy is the difference of each part.
func (r remasking) pooledBy(ps []pair, key func(pair) string) []Finding {
	var list []Finding
	for _, part := range lists.Split(ps, key) {
		list = append(list, pooled(part.Key, ByNFE, part.Of))
	}
	return list
}

// further are the differences of other pairs of a decoder that re-masks tokens and
// of one that does not.
func (r remasking) further() []Finding {
	var list []Finding
	for _, x := range [...]struct{ name, with, without string }{
		{"ancestral sampling with and without re-masking", "ancestral", "ancestral-none"},
		{"block diffusion with and without revision", "block", "block-none"},
		{"scored in a separate pass with half the steps, against no re-masking", "predict-again", "none"},
	} {
		ps := r.twins(x.with, x.without)
		if len(ps) == 0 {
			continue
		}
		list = append(list, pooled(x.name, ByNFE, ps))
		for _, p := range ps {
			r.v.untrained(p.b)
		}
	}
	return list
}

// matched is the primary difference where FLOPs and time agree, and the passes of the
// cheapest decoder with re-masking over those of the cheapest without, among those
// that solve as much as the best one within the margin.
func (r remasking) matched(ps []pair) {
	for _, c := range costs {
		same := lists.Keep(ps, func(p pair) bool { return p.apart(c.field) <= r.Number("cost_factor") })
		if c.matched != ByNFE && len(same) > 0 {
			r.conditions(pooled("pairs of equal "+string(c.matched), c.matched, same))
		}
	}
	f := finding("passes with re-masking over passes without, of the cheapest cells that solve as much as the best within the margin", ByQuality, "ratio").
		noted("there is no rung on which both do")
	var reached []pair
	for _, g := range r.groups {
		with, without := g.Labelled(r.Decoder("remasking")), g.Labelled(r.Decoder("none"))
		best := -r.margin() / 100
		for _, c := range slices.Concat(with, without) {
			best = max(best, c.mean(solved)-r.margin()/100)
		}
		if a, b := cheapest(without, best), cheapest(with, best); a != nil && b != nil {
			reached = append(reached, pair{a, b})
		}
	}
	if ratio, ok := costRatio(reached, passes); ok {
		f = f.exactly(ratio, len(reached)).noted("sums over the %d rungs on which both do", len(reached))
	}
	r.conditions(f)
}

// cheapest is the cell with the fewest passes that solves at least this share.
func cheapest(cells []*Cell, share float64) *Cell {
	var best *Cell
	for _, c := range cells {
		if x, ok := c.Mean(solved); ok && x >= share && (best == nil || c.mean(passes) < best.mean(passes)) {
			best = c
		}
	}
	return best
}

// figure shows the differences with their intervals.
func (r remasking) figure(lists ...[]Finding) {
	r.v.Figure = &Figure{Title: "Solved with re-masking minus without, at equal passes", XLabel: "comparison", YLabel: "points"}
	for _, f := range slices.Concat(lists...) {
		s := Series{Label: f.Name, Engine: "diffusion"}
		s.add(float64(len(r.v.Figure.Series)+1), f)
		r.v.Figure.draw(s)
	}
}

func (r remasking) conclude(workloads, further []Finding, net, entropy Finding) {
	v := r.v
	if !v.Primary.known() || float64(v.Primary.N) < r.Number("instances") {
		v.undecided("Only %d instances can be judged, %g are needed: %s.", v.Primary.N, r.Number("instances"), v.reasons())
		return
	}
	v.Primary = v.Primary.met(v.Primary.atLeast(r.margin()) && v.Primary.P != nil && *v.Primary.P <= r.Number("alpha"))
	repairs := net.side(0) == above && float64(net.N) >= r.Number("repair_instances")
	varied := entropy.Effect != nil && *entropy.Effect > -r.Number("entropy")
	switch {
	case v.Primary.isMet() && repairs && varied:
		v.Result = Supported
	case v.Primary.isMet() || slices.ContainsFunc(slices.Concat(workloads, further), Finding.isMet):
		v.Result = Conditional
	case v.Primary.side(r.margin()) == below:
		v.Result = Refuted
	}
	var by []string
	for _, f := range workloads {
		by = append(by, fmt.Sprintf("%s %s", f.Name, f))
	}
	words := []string{fmt.Sprintf("At equal passes, re-masking changes the share of solved tasks by %s over %d instances: %s.", v.Primary, v.Primary.N, strings.Join(by, ", "))}
	if net.known() {
		words = append(words, fmt.Sprintf("Net repair is %s of the changed tokens, in %d traced answers.", net, net.N))
	} else {
		words = append(words, fmt.Sprintf("Net repair is unknown: %s.", net.Note))
	}
	if entropy.Effect != nil {
		words = append(words, fmt.Sprintf("The entropy of outputs changes by %+.3f nats.", *entropy.Effect))
	}
	for _, f := range further {
		if f.Effect != nil {
			words = append(words, fmt.Sprintf("Another pair, %s: %s.", f.Name, f))
		}
	}
	words = append(words, "The verdict holds for this checkpoint and these rules of re-masking, at equal passes.")
	v.Paragraph = sentences(words...)
}
