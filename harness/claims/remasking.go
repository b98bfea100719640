package claims

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"dllmbench/harness/place"
)

// remaskingPairs are the further pairs of claim 3: roles of a decoder that takes
// tokens back and of one that does not.
var remaskingPairs = [...]struct{ name, with, without string }{
	{"ancestral sampling with and without re-masking", "ancestral", "ancestral-none"},
	{"blocks revised and not", "block", "block-none"},
	{"scored in a pass of its own, with half the steps, and not taken back", "predict-again", "none"},
}

// remaskingJudge judges claim 3.
type remaskingJudge struct {
	ev     *Evidence
	rule   Rule
	v      *Verdict
	groups []*Group
}

func judgeRemasking(ev *Evidence, rule Rule, v *Verdict) {
	j := &remaskingJudge{ev: ev, rule: rule, v: v, groups: ev.competent("remasking", v)}
	all := j.pairs(j.groups, "remasking", "none")
	pairs := parallel(all)
	var with []*Cell
	for _, p := range pairs {
		with = append(with, p[1])
		v.untrained(p[0], p[1])
	}
	v.Primary = pooled(v.Primary.Name, ByNFE, pairs)
	workloads := j.byWorkload(pairs)
	holmHolds(pointers(workloads), rule.Number("alpha"), func(f *Finding) bool { return f.atLeast(rule.Number("margin")) })
	net, collateral := ev.repaired(with)
	entropy := ev.entropyDifference(pairs)
	further := j.further()
	holmHolds(pointers(further), rule.Number("alpha"), func(f *Finding) bool { return f.atLeast(rule.Number("margin")) })
	v.Conditions = append(v.Conditions, workloads...)
	v.Conditions = append(v.Conditions, net, collateral, entropy)
	v.Conditions = append(v.Conditions, further...)
	v.Conditions = append(v.Conditions, j.matched(pairs)...)
	j.sensitivity(all)
	v.Figure = remaskingFigure(workloads, further)
	j.decide(workloads, further, net, entropy)
}

// pairs are the cells of two roles, without and with, of the same steps and
// about the same number of passes: in each group the pairs whose steps agree,
// or the nearest in passes where a role has other steps.
func (j *remaskingJudge) pairs(groups []*Group, with, without string) [][2]*Cell {
	var list [][2]*Cell
	for _, g := range groups {
		for _, b := range g.Labelled(j.rule.Decoder(with)) {
			var same []*Cell
			for _, a := range g.Labelled(j.rule.Decoder(without)) {
				s, _ := a.Option("steps")
				if t, _ := b.Option("steps"); with == "predict-again" || s == t {
					same = append(same, a)
				}
			}
			if len(same) == 0 {
				continue
			}
			a := Nearest(b, same, NFE, j.rule.Number("cost_factor"))
			if a == nil {
				j.v.exclude(fmt.Sprintf("%s: %s takes %.2f times as many passes as %s, or as few", g.Place, b.Title(), apart(same[0], b, NFE), same[0].Title()))
				continue
			}
			list = append(list, [2]*Cell{a, b})
		}
	}
	return list
}

// pooled is the difference of solved shares over all pairs of cells. An instance
// counts once: where several pairs (of other steps) have it, it is judged by
// the first.
func pooled(name string, matched Matching, pairs [][2]*Cell) Finding {
	var x, y []bool
	for _, p := range firstPairs(pairs) {
		a, b := Answers(p[0], p[1])
		x, y = append(x, a...), append(y, b...)
	}
	return solvedPairs(name, matched, x, y)
}

// firstPairs keeps the first pair of each place.
func firstPairs(pairs [][2]*Cell) [][2]*Cell {
	seen := map[place.Place]bool{}
	var list [][2]*Cell
	for _, p := range pairs {
		if at := place.Of(p[1].Cell); !seen[at] {
			seen[at] = true
			list = append(list, p)
		}
	}
	return list
}

// parallel keeps the pairs that write several tokens in a step, where errors
// arise that one token per step does not make.
func parallel(pairs [][2]*Cell) [][2]*Cell {
	return slices.DeleteFunc(slices.Clone(pairs), func(p [2]*Cell) bool { return !several(p[1]) })
}

// several tells whether a cell has fewer steps than positions.
func several(c *Cell) bool {
	steps, ok := c.Option("steps")
	return ok && steps > 0 && int(steps) < c.Budget
}

// byWorkload is the primary difference for each workload.
func (j *remaskingJudge) byWorkload(pairs [][2]*Cell) []Finding {
	var names []string
	parts := map[string][][2]*Cell{}
	for _, p := range pairs {
		name := p[1].Workload
		if parts[name] == nil {
			names = append(names, name)
		}
		parts[name] = append(parts[name], p)
	}
	var list []Finding
	for _, name := range names {
		list = append(list, pooled(name, ByNFE, parts[name]))
	}
	return list
}

// further are the differences of the other pairs of decoders.
func (j *remaskingJudge) further() []Finding {
	var list []Finding
	for _, p := range remaskingPairs {
		pairs := j.pairs(j.groups, p.with, p.without)
		if len(pairs) == 0 {
			continue
		}
		list = append(list, pooled(p.name, ByNFE, pairs))
		for _, c := range pairs {
			j.v.untrained(c[1])
		}
	}
	return list
}

// matched is the primary difference where FLOPs and time agree, and what
// re-masking costs at the quality of the decoder without.
func (j *remaskingJudge) matched(pairs [][2]*Cell) []Finding {
	var list []Finding
	for _, m := range []struct {
		matching Matching
		field    Field
	}{{ByFLOPs, FLOPs}, {ByTime, Seconds}} {
		var same [][2]*Cell
		for _, p := range pairs {
			if x := apart(p[0], p[1], m.field); !math.IsNaN(x) && x <= j.rule.Number("cost_factor") {
				same = append(same, p)
			}
		}
		if len(same) > 0 {
			list = append(list, pooled("pairs of equal "+string(m.matching), m.matching, same))
		}
	}
	return append(list, j.quality())
}

// quality is the passes of the cheapest decoder with re-masking over those of
// the cheapest without, among those that solve as much as the best one up to the
// margin.
func (j *remaskingJudge) quality() Finding {
	f := Finding{Name: "passes with re-masking over passes without, of the cheapest cells that solve as much as the best, up to the margin", Matched: ByQuality, Unit: "ratio"}
	var with, without float64
	for _, g := range j.groups {
		cells := append(g.Labelled(j.rule.Decoder("remasking")), g.Labelled(j.rule.Decoder("none"))...)
		best := 0.0
		for _, c := range cells {
			x, _ := c.Mean(Solved)
			best = max(best, x)
		}
		a := cheapest(g.Labelled(j.rule.Decoder("none")), best-j.rule.Number("margin")/100)
		b := cheapest(g.Labelled(j.rule.Decoder("remasking")), best-j.rule.Number("margin")/100)
		if a == nil || b == nil {
			continue
		}
		x, _ := a.Mean(NFE)
		y, _ := b.Mean(NFE)
		with, without, f.N = with+y, without+x, f.N+1
	}
	if without > 0 {
		ratio := with / without
		f.Effect, f.Note = &ratio, fmt.Sprintf("sums over %d rungs on which both reach it", f.N)
	} else {
		f.Note = "on no rung do both reach it"
	}
	return f
}

// cheapest is the cell with the fewest passes that solves at least this share.
func cheapest(cells []*Cell, share float64) *Cell {
	var best *Cell
	for _, c := range cells {
		solved, ok := c.Mean(Solved)
		if !ok || solved < share {
			continue
		}
		if x, _ := c.Mean(NFE); best == nil {
			best = c
		} else if y, _ := best.Mean(NFE); x < y {
			best = c
		}
	}
	return best
}

// sensitivity is the difference by number of steps and by margin.
func (j *remaskingJudge) sensitivity(pairs [][2]*Cell) {
	var names []string
	parts := map[string][][2]*Cell{}
	for _, p := range pairs {
		name := "one token per step"
		if several(p[1]) {
			name = "several tokens per step"
		}
		if parts[name] == nil {
			names = append(names, name)
		}
		parts[name] = append(parts[name], p)
	}
	for _, name := range names {
		j.v.Sensitivity = append(j.v.Sensitivity, pooled(name, ByNFE, parts[name]))
	}
	for _, margin := range []float64{1, 5} {
		f := j.v.Primary
		f.Name = fmt.Sprintf("the same with a margin of %g points", margin)
		holds := f.atLeast(margin)
		f.Holds = &holds
		j.v.Sensitivity = append(j.v.Sensitivity, f)
	}
}

func (j *remaskingJudge) decide(workloads, further []Finding, net, entropy Finding) {
	v, margin := j.v, j.rule.Number("margin")
	if !v.Primary.known() || float64(v.Primary.N) < j.rule.Number("instances") {
		v.undecided(fmt.Sprintf("Only %d instances can be judged, %g are needed: %s.", v.Primary.N, j.rule.Number("instances"), strings.Join(reasons(v), "; ")))
		return
	}
	met := v.Primary.atLeast(margin) && v.Primary.P != nil && *v.Primary.P <= j.rule.Number("alpha")
	v.Primary.Holds = &met
	repairs := net.known() && net.CI.Low > 0 && float64(net.N) >= j.rule.Number("repair_instances")
	varied := entropy.Effect != nil && *entropy.Effect > -j.rule.Number("entropy")
	some := anyHolds(workloads) || anyHolds(further)
	switch {
	case met && repairs && varied:
		v.Result = Supported
	case met || some:
		v.Result = Conditional
	case v.Primary.below(margin):
		v.Result = Refuted
	}
	v.Paragraph = j.paragraph(workloads, further, net, entropy)
}

func (j *remaskingJudge) paragraph(workloads, further []Finding, net, entropy Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "With as many passes, taking tokens back changes the share of solved tasks by %s over %d instances", v95(j.v.Primary), j.v.Primary.N)
	for i, f := range workloads {
		fmt.Fprintf(&b, "%s %s %s", map[bool]string{true: ":", false: ","}[i == 0], f.Name, v95(f))
	}
	b.WriteString(".")
	if net.known() {
		fmt.Fprintf(&b, " Of the tokens that it changed, net repair is %s in %d traced answers.", v95(net), net.N)
	} else {
		fmt.Fprintf(&b, " Net repair is unknown: %s.", net.Note)
	}
	if entropy.Effect != nil {
		fmt.Fprintf(&b, " The entropy of outputs changes by %+.3f nats.", *entropy.Effect)
	}
	for _, f := range further {
		if f.Effect != nil {
			fmt.Fprintf(&b, " Another pair, %s: %s.", f.Name, v95(f))
		}
	}
	b.WriteString(" The verdict rests on the comparison at equal passes, and is about this checkpoint and these rules of re-masking.")
	return b.String()
}

// remaskingFigure shows the differences with their intervals.
func remaskingFigure(lists ...[]Finding) *Figure {
	f := &Figure{Title: "Solved with re-masking minus without, at equal passes", XLabel: "comparison", YLabel: "points"}
	x := 0.0
	for _, l := range lists {
		for _, finding := range l {
			if !finding.known() {
				continue
			}
			x++
			f.Series = append(f.Series, Series{Label: finding.Name, Engine: "diffusion", X: []float64{x}, Y: []float64{*finding.Effect},
				Low: []float64{finding.CI.Low}, High: []float64{finding.CI.High}})
		}
	}
	if len(f.Series) == 0 {
		return nil
	}
	return f
}

func pointers(list []Finding) []*Finding {
	var to []*Finding
	for i := range list {
		to = append(to, &list[i])
	}
	return to
}

func anyHolds(list []Finding) bool {
	for _, f := range list {
		if f.Holds != nil && *f.Holds {
			return true
		}
	}
	return false
}
