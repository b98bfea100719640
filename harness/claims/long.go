package claims

import (
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/stats"
)

// longJudge judges claim 5.
type longJudge struct {
	ev     *Evidence
	rule   Rule
	v      *Verdict
	groups []*Group
}

func judgeLong(ev *Evidence, rule Rule, v *Verdict) {
	j := &longJudge{ev: ev, rule: rule, v: v, groups: ev.Find("long")}
	trained := func(g *Group) bool { return float64(g.Budget) <= rule.Number("trained") }
	main := j.lengths(j.groups, "diffusion", trained)
	v.Primary = j.slope(v.Primary.Name, &main)
	v.Primary.P = j.longerAgainstShorter(&main)
	fixed := j.lengths(j.groups, "fixed", trained)
	beyond := j.lengths(j.groups, "diffusion", func(*Group) bool { return true })
	conditions := []Finding{j.slope("the same number of steps at every length", &fixed)}
	if len(beyond.x) > len(main.x) {
		conditions = append(conditions, j.slope("lengths beyond the trained one included", &beyond))
	}
	for _, task := range tasks(j.groups) {
		one := j.lengths(ofTask(j.groups, task), "diffusion", trained)
		conditions = append(conditions, j.slope(task, &one))
	}
	others := ev.Find("long-others")
	for _, task := range tasks(others) {
		one := j.lengths(ofTask(others, task), "diffusion", trained)
		conditions = append(conditions, j.slope(task, &one))
	}
	for i := range conditions {
		if f := &conditions[i]; f.known() {
			holds := f.atLeast(rule.Number("margin"))
			f.Holds = &holds
		}
	}
	v.Conditions = append(v.Conditions, conditions...)
	v.Conditions = append(v.Conditions, j.costs()...)
	v.Conditions = append(v.Conditions, j.masks()...)
	j.sensitivity(trained)
	v.Figure = j.figure()
	j.decide(conditions, &main)
}

// slope is the change of the difference per doubling of the length.
func (j *longJudge) slope(name string, l *lengths) Finding {
	f := Finding{Name: name, Matched: ByTokens, Unit: "violations per 100 per doubling"}
	if float64(len(l.x)) < j.rule.Number("lengths") {
		f.Note = fmt.Sprintf("%d lengths can be used, %g are asked for", len(l.x), j.rule.Number("lengths"))
		return f
	}
	t := stats.MeanTrend(l.x, l.units)
	t.LogX = true
	line, err := j.ev.boot.Slope(t)
	if err != nil {
		f.Note = err.Error()
		return f
	}
	f.estimated(line.Slope, 1)
	if line.FitP != nil && *line.FitP < 0.01 {
		f.Note = fmt.Sprintf("the points do not lie on a line (p %.2g)", *line.FitP)
	}
	return f
}

// longerAgainstShorter is the p of the differences at the longer half of the
// lengths being those at the shorter half; of an odd number the middle one is
// left out.
func (j *longJudge) longerAgainstShorter(l *lengths) *float64 {
	half := len(l.x) / 2
	if half == 0 {
		return nil
	}
	test, err := stats.MannWhitney(slices.Concat(l.units[:half]...), slices.Concat(l.units[len(l.units)-half:]...))
	if err != nil {
		return nil
	}
	return &test.P
}

// costs is the slope with the decoder that is nearest to the autoregressive one
// in what it costs, where one is within a factor of two at every length.
func (j *longJudge) costs() []Finding {
	var list []Finding
	for _, m := range []struct {
		matching Matching
		field    Field
	}{{ByNFE, NFE}, {ByFLOPs, FLOPs}, {ByTime, Seconds}} {
		f := Finding{Name: "cost of diffusion with steps in proportion over that of autoregressive decoding, longest length", Matched: m.matching, Unit: "ratio"}
		for _, g := range j.groups {
			a, b := g.Find(j.rule.Decoder("autoregressive")), g.Find(j.rule.Decoder("diffusion"))
			if a == nil || b == nil {
				continue
			}
			x, ok := a.Mean(m.field)
			y, also := b.Mean(m.field)
			if ok && also && x > 0 {
				ratio := y / x
				f.Effect, f.N, f.Note = &ratio, len(b.Runs), "on "+g.Place.String()+"; what is compared has equal token budgets"
			}
		}
		if f.Effect != nil {
			list = append(list, f)
		}
	}
	return list
}

// masks is how shares of right answers change with superfluous positions, from
// the same question: diffusion minus autoregressive.
func (j *longJudge) masks() []Finding {
	var list []Finding
	for _, role := range []string{"diffusion", "fixed", "adaptive"} {
		f := Finding{Name: fmt.Sprintf("right answers with superfluous positions, %s minus %s", j.rule.Decoder(role), j.rule.Decoder("autoregressive")),
			Matched: ByTokens, Unit: "points per 100 positions"}
		var x []float64
		var units [][]float64
		solved := false
		for _, g := range j.ev.Find("long-masks") {
			a, b := g.Find(j.rule.Decoder("autoregressive")), g.Find(j.rule.Decoder(role))
			if a == nil || b == nil {
				continue
			}
			if ok, _ := g.Competent(); ok {
				solved = true
			}
			p, q := Pair(a, b, Solved)
			diffs := make([]float64, len(p))
			for i := range p {
				diffs[i] = 100 * (q[i] - p[i])
			}
			if len(diffs) > 0 {
				x, units = append(x, g.Knobs["extra"]/100), append(units, diffs)
			}
		}
		if len(x) == 0 {
			continue
		}
		if !solved {
			j.v.exclude("masks: no decoder answers the question with any number of positions")
			continue
		}
		if line, err := j.ev.boot.Slope(stats.MeanTrend(x, units)); err == nil {
			f.estimated(line.Slope, 1)
		} else {
			f.Note = err.Error()
		}
		list = append(list, f)
	}
	return list
}

func (j *longJudge) sensitivity(trained func(*Group) bool) {
	adaptive := j.lengths(j.groups, "adaptive", trained)
	if len(adaptive.x) > 0 {
		j.v.Sensitivity = append(j.v.Sensitivity, j.slope("several sure tokens per step", &adaptive))
	}
	full := j.lengths(j.groups, "full", trained)
	if len(full.x) > 0 {
		j.v.Sensitivity = append(j.v.Sensitivity, j.slope("a step for every token", &full))
	}
	j.v.Sensitivity = append(j.v.Sensitivity, j.ownSlope(trained))
	for _, margin := range []float64{0.5, 2} {
		f := j.v.Primary
		f.Name = fmt.Sprintf("the slope with a margin of %g", margin)
		holds := f.atLeast(margin)
		f.Holds = &holds
		j.v.Sensitivity = append(j.v.Sensitivity, f)
	}
	for _, g := range j.ev.Find("long-budget") {
		a, b := g.Find(j.rule.Decoder("autoregressive")), g.Find(j.rule.Decoder("adaptive"))
		if a == nil || b == nil {
			continue
		}
		j.v.Sensitivity = append(j.v.Sensitivity, solvedDifference(
			fmt.Sprintf("%s with a token budget of %d: right answers, %s minus %s", g.Place, g.Budget, b.Title(), a.Title()), ByTokens, a, b))
	}
}

func (j *longJudge) decide(conditions []Finding, main *lengths) {
	v, margin := j.v, j.rule.Number("margin")
	if !v.Primary.known() || v.Primary.P == nil {
		why := v.Primary.Note
		if why == "" {
			why = "the slope has no interval"
		}
		v.undecided(fmt.Sprintf("The slope cannot be judged: %s. %s.", why, strings.Join(reasons(v), "; ")))
		return
	}
	met := v.Primary.atLeast(margin) && *v.Primary.P <= j.rule.Number("alpha")
	v.Primary.Holds = &met
	if v.Primary.Note != "" {
		v.warn("Slope: " + v.Primary.Note + ".")
	}
	flat := v.Primary.below(margin)
	var where []string
	for _, f := range conditions {
		if f.Holds != nil && *f.Holds {
			where = append(where, f.Name)
		}
		if f.known() && !f.below(margin) {
			flat = false
		}
	}
	switch {
	case met:
		v.Result = Supported
	case len(where) > 0:
		v.Result = Conditional
	case flat:
		v.Result = Refuted
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Per doubling of the length, diffusion with steps in proportion to it gains %s on greedy autoregressive decoding,", v95(v.Primary))
	n := len(main.x) - 1
	fmt.Fprintf(&b, " over %d instances at %d lengths within the trained one: from %.1f against %.1f violations per 100 at %g tokens to %.1f against %.1f at %g.",
		v.Primary.N, len(main.x), main.b[0], main.a[0], main.x[0], main.b[n], main.a[n], main.x[n])
	for _, f := range conditions {
		if f.Effect != nil {
			fmt.Fprintf(&b, " %s: %s.", strings.ToUpper(f.Name[:1])+f.Name[1:], v95(f))
		}
	}
	b.WriteString(" The verdict rests on equal token budgets at constant steps per token, and is about this checkpoint.")
	v.Paragraph = b.String()
}

// figure shows violations by length.
func (j *longJudge) figure() *Figure {
	f := &Figure{Title: "Violations per 100 constraints by length", XLabel: "tokens", YLabel: "violations per 100", LogX: true}
	for _, s := range []struct{ role, engine string }{{"autoregressive", "autoregressive"}, {"diffusion", "diffusion"}, {"fixed", "diffusion"}, {"adaptive", "diffusion"}, {"full", "diffusion"}} {
		for _, task := range tasks(j.groups) {
			line := Series{Label: j.rule.Decoder(s.role) + ", " + task, Engine: s.engine, Line: true}
			for _, g := range ofTask(j.groups, task) {
				c := g.Find(j.rule.Decoder(s.role))
				if c == nil {
					continue
				}
				e, err := j.ev.boot.Mean(c.perInstance(violations))
				if err != nil || e.CI == nil {
					continue
				}
				line.X, line.Y = append(line.X, g.Knobs["length"]), append(line.Y, e.Value)
				line.Low, line.High = append(line.Low, e.CI.Low), append(line.High, e.CI.High)
			}
			if len(line.X) > 0 {
				f.Series = append(f.Series, line)
			}
		}
	}
	if len(f.Series) == 0 {
		return nil
	}
	return f
}
