package claims

import (
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// long is the decision of claim 5.
type long struct{ *decision }

func decideLong(d *decision) {
	l, v := long{d}, d.v
	groups := d.Find("long")
	main := l.lengths(l.trained(groups), "diffusion")
	v.Primary = l.perDoubling(v.Primary.Name, &main)
	v.Primary.P = longerAgainstShorter(&main)
	fixed, beyond := l.lengths(l.trained(groups), "fixed"), l.lengths(groups, "diffusion")
	slopes := []Finding{l.perDoubling("the same number of steps at every length", &fixed)}
	if len(beyond.x) > len(main.x) {
		slopes = append(slopes, l.perDoubling("with lengths beyond the trained one", &beyond))
	}
	for _, task := range slices.Concat(lists.Split(groups, taskName), lists.Split(d.Find("long-others"), taskName)) {
		one := l.lengths(l.trained(task.Of), "diffusion")
		slopes = append(slopes, l.perDoubling(task.Key, &one))
	}
	for i, f := range slopes {
		if f.known() {
			slopes[i] = f.met(f.atLeast(d.margin()))
		}
	}
	d.conditions(slopes...)
	l.costs(groups)
	l.masks()
	l.settings(groups)
	l.figure(groups)
	l.conclude(slopes, &main)
}

// trained are the groups within the trained length.
func (l long) trained(groups []*Group) []*Group {
	return lists.Keep(groups, func(g *Group) bool { return float64(g.Budget) <= l.Number("trained") })
}

// taskName is what rungs have in common but for their length: "long repeat" of
// repeat-32.
func taskName(g *Group) string {
	parts := strings.Split(g.Rung, "-")
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == fmt.Sprint(int(g.Knobs["length"])) })
	return g.Workload + " " + strings.Join(parts, "-")
}

// violations of a request per 100 constraints.
func violations(q *result.Request) (float64, bool) {
	if q.Violations == nil || q.Constraints == nil || *q.Constraints == 0 {
		return 0, false
	}
	return 100 * float64(*q.Violations) / float64(*q.Constraints), true
}

// lengths are the differences of two decoders, b minus a, in violations per 100
// constraints, by length.
type lengths struct {
	x     []float64
	units [][]float64 // of each length, an instance each; tasks have equal weight
	a, b  []float64   // means of the decoders
}

// lengths collects the differences of the decoder of a role from the
// autoregressive one.
func (l long) lengths(groups []*Group, role string) lengths {
	length := func(g *Group) float64 { return g.Knobs["length"] }
	var out lengths
	for _, at := range sorted(lists.Split(lists.Keep(groups, func(g *Group) bool { return length(g) > 0 }), length)) {
		var parts [][]float64
		var a, b float64
		for _, p := range pairs(at.Of, l.role("autoregressive"), l.role(role)) {
			first, second := p.values(violations)
			if float64(len(first)) < l.Number("instances") {
				l.v.exclude("%s: %d instances with both decoders, %g needed", p.b.where(), len(first), l.Number("instances"))
				continue
			}
			if limit := l.Number("saturated"); stats.Mean(first) > limit && stats.Mean(second) > limit {
				l.v.exclude("%s: %s and %s break more than %g of 100 constraints", p.b.where(), p.a.Title(), p.b.Title(), limit)
				continue
			}
			l.v.untrained(p.a, p.b)
			parts = append(parts, p.differences(violations))
			a, b = a+stats.Mean(first), b+stats.Mean(second)
		}
		if n := float64(len(parts)); n > 0 {
			out.x, out.units = append(out.x, at.Key), append(out.units, equalWeight(parts...))
			out.a, out.b = append(out.a, a/n), append(out.b, b/n)
		}
	}
	return out
}

// perDoubling is the change of the difference per doubling of the length.
func (l long) perDoubling(name string, by *lengths) Finding {
	f := finding(name, ByTokens, "violations per 100 per doubling")
	if float64(len(by.x)) < l.Number("lengths") {
		return f.noted("%d usable lengths, %g needed", len(by.x), l.Number("lengths"))
	}
	t := stats.MeanTrend(by.x, by.units)
	t.LogX = true
	f, line := l.slope(f, t)
	if line.FitP != nil && *line.FitP < 0.01 {
		f = f.noted("the points deviate from a line (p = %.2g)", *line.FitP)
	}
	return f
}

// longerAgainstShorter is the p of the differences at the longer half of the
// lengths being those at the shorter half; of an odd number the middle one is
// left out.
func longerAgainstShorter(by *lengths) *float64 {
	half := len(by.x) / 2
	return Finding{}.tested(stats.MannWhitney(slices.Concat(by.units[:half]...), slices.Concat(by.units[len(by.units)-half:]...))).P
}

// costs is what the compared decoders cost, at the last length of the scenario.
func (l long) costs(groups []*Group) {
	for _, c := range costs {
		f := finding("cost of diffusion over that of autoregressive decoding, longest length", c.matched, "ratio")
		for _, p := range pairs(groups, l.role("autoregressive"), l.role("diffusion")) {
			if ratio, ok := costRatio([]pair{p}, c.field); ok {
				f = f.exactly(ratio, len(p.b.Runs)).noted("on %s; the compared cells have equal token budgets", p.b.where())
			}
		}
		if f.Effect != nil {
			l.conditions(f)
		}
	}
}

// masks is how shares of right answers change with superfluous positions, from
// the same question: diffusion minus autoregressive.
func (l long) masks() {
	for _, role := range []string{"diffusion", "fixed", "adaptive"} {
		var x []float64
		var units [][]float64
		able := false
		for _, g := range l.Find("long-masks") {
			for _, p := range pairs([]*Group{g}, l.role("autoregressive"), l.role(role)) {
				ok, _ := g.Competent()
				able = able || ok
				diffs := p.differences(solved)
				for i := range diffs {
					diffs[i] *= 100
				}
				if len(diffs) > 0 {
					x, units = append(x, g.Knobs["extra"]/100), append(units, diffs)
				}
			}
		}
		if len(x) == 0 {
			continue
		}
		if !able {
			l.v.exclude("masks: no decoder answers the question with any number of positions")
			continue
		}
		f, _ := l.slope(finding(fmt.Sprintf("right answers by number of superfluous positions, %s minus %s", l.Decoder(role), l.Decoder("autoregressive")),
			ByTokens, "points per 100 positions"), stats.MeanTrend(x, units))
		l.conditions(f)
	}
}

func (l long) settings(groups []*Group) {
	for _, s := range [...]struct{ role, name string }{{"adaptive", "several confident tokens per step"}, {"full", "one step per token"}} {
		if by := l.lengths(l.trained(groups), s.role); len(by.x) > 0 {
			l.sensitivity(l.perDoubling(s.name, &by))
		}
	}
	l.sensitivity(l.ownSlope())
	l.otherMargins("the slope against a margin of %g", same, 0.5, 2)
	l.budgets("long-budget", "autoregressive", "adaptive")
}

// ownSlope is the slope on weights of one's own.
func (l long) ownSlope() Finding {
	apart := *l.decision
	apart.v = &Verdict{} // what is left out here is no news about the verdict
	own := long{&apart}.lengths(l.trained(l.own()), "diffusion")
	f := l.perDoubling(OwnWeights+"steps in proportion to the length", &own)
	switch {
	case len(own.x) > 0:
	case len(apart.v.Excluded) > 0:
		f.Note = apart.v.Excluded[0]
	default:
		f.Note = "not measured"
	}
	return f
}

// figure shows violations by length.
func (l long) figure(groups []*Group) {
	fig := &Figure{Title: "Violations per 100 constraints by length", XLabel: "tokens", YLabel: "violations per 100", LogX: true}
	for _, role := range []string{"autoregressive", "diffusion", "fixed", "adaptive", "full"} {
		for _, task := range lists.Split(groups, taskName) {
			line := curve(l.Decoder(role)+", "+task.Key, map[bool]string{true: role, false: "diffusion"}[role == "autoregressive"])
			for _, g := range task.Of {
				if c := l.role(role)(g); c != nil {
					line.add(g.Knobs["length"], l.mean("", "", "", c.values(violations)))
				}
			}
			fig.draw(line)
		}
	}
	l.v.Figure = fig
}

func (l long) conclude(slopes []Finding, main *lengths) {
	v, margin := l.v, l.margin()
	if !v.Primary.known() || v.Primary.P == nil {
		why := v.Primary.Note
		if why == "" {
			why = "the slope has no interval"
		}
		v.undecided("The slope cannot be judged: %s. %s.", why, v.reasons())
		return
	}
	v.Primary = v.Primary.met(v.Primary.atLeast(margin) && *v.Primary.P <= l.Number("alpha"))
	if v.Primary.Note != "" {
		v.warn("Slope: " + v.Primary.Note + ".")
	}
	flat := v.Primary.side(margin) == below
	for _, f := range slopes {
		flat = flat && (!f.known() || f.side(margin) == below)
	}
	switch {
	case v.Primary.isMet():
		v.Result = Supported
	case slices.ContainsFunc(slopes, Finding.isMet):
		v.Result = Conditional
	case flat:
		v.Result = Refuted
	}
	n := len(main.x) - 1
	words := []string{fmt.Sprintf("Per doubling of the length, the difference of diffusion, with steps in proportion to the length, from greedy autoregressive decoding changes by %s,"+
		" over %d instances at %d lengths within the trained one: from %.1f against %.1f violations per 100 at %g tokens to %.1f against %.1f at %g.",
		v.Primary, v.Primary.N, len(main.x), main.b[0], main.a[0], main.x[0], main.b[n], main.a[n], main.x[n])}
	for _, f := range slopes {
		if f.Effect != nil {
			words = append(words, fmt.Sprintf("%s: %s.", capital(f.Name), f))
		}
	}
	words = append(words, "The verdict holds for this checkpoint, at equal token budgets and constant steps per token.")
	v.Paragraph = sentences(words...)
}
