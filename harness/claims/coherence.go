package claims

import (
	"fmt"
	"slices"
	"strings"
)

// coherenceStrata are the experiments that decide claim 1, by what they hold.
var coherenceStrata = [...]struct{ experiment, title string }{
	{"coherence-backward", "announced first"},
	{"coherence-lookahead", "announced last"},
	{"coherence-nested", "nested brackets"},
}

// coherenceJudge judges claim 1.
type coherenceJudge struct {
	ev     *Evidence
	rule   Rule
	v      *Verdict
	groups [len(coherenceStrata)][]*Group
	quiet  bool // do not name what cannot be compared
}

// picker picks a cell of a group, given the one that it is compared with (nil for
// the first); nil when the group has none.
type picker func(g *Group, other *Cell) *Cell

func judgeCoherence(ev *Evidence, rule Rule, v *Verdict) {
	j := &coherenceJudge{ev: ev, rule: rule, v: v}
	for i, s := range coherenceStrata {
		j.groups[i] = ev.competent(s.experiment, v)
	}
	diffusion, best := j.plain("diffusion"), j.equal("autoregressive-best", FLOPs)
	arithmetic := j.compare("against best-of-N", ByFLOPs, best, diffusion)
	passes := j.compare("against one greedy answer", ByNFE, j.equal("autoregressive", NFE), diffusion)
	primary := j.stronger(&arithmetic, &passes)
	primary.mean.Name = v.Primary.Name
	v.Primary = primary.mean
	strata := primary.counted(rule.Number("stratum_instances"), v)
	holmHolds(strata, rule.Number("alpha"), func(f *Finding) bool { return f.atLeast(rule.Number("margin")) })
	growth := primary.growth(j)
	v.Conditions = append(v.Conditions, primary.strata...)
	v.Conditions = append(v.Conditions, growth)
	j.quiet = true
	seconds := j.compare("against what takes as long", ByTime, j.nearest(Seconds), diffusion)
	j.quiet = false
	v.Conditions = append(v.Conditions, arithmetic.all()...)
	v.Conditions = append(v.Conditions, passes.all()...)
	v.Conditions = append(v.Conditions, seconds.all()...)
	v.Conditions = append(v.Conditions, j.quality(diffusion))
	v.Conditions = append(v.Conditions, j.controls()...)
	j.sensitivity(primary)
	v.Figure = primary.figure(j)
	j.decide(strata, growth)
}

// plain is the cell of a role.
func (j *coherenceJudge) plain(role string) picker {
	return func(g *Group, _ *Cell) *Cell { return g.Find(j.rule.Decoder(role)) }
}

// equal is the cell of a role that costs about as much as the other one.
func (j *coherenceJudge) equal(role string, f Field) picker {
	return func(g *Group, other *Cell) *Cell {
		if other == nil {
			return nil
		}
		return Nearest(other, g.Labelled(j.rule.Decoder(role)), f, j.rule.Number("cost_factor"))
	}
}

// nearest is the autoregressive cell, without an oracle, that costs about as much.
func (j *coherenceJudge) nearest(f Field) picker {
	return func(g *Group, other *Cell) *Cell {
		if other == nil {
			return nil
		}
		cells := slices.Concat(g.Labelled(j.rule.Decoder("autoregressive")), g.Labelled(j.rule.Decoder("autoregressive-best")))
		return Nearest(other, cells, f, j.rule.Number("cost_factor"))
	}
}

// comparison is one pair of decoders over the strata.
type comparison struct {
	mean      Finding // strata with equal weight
	strata    []Finding
	contrasts []contrast
	pairs     [][][2]*Cell // by stratum and rung
}

// compare measures b against a: positive is better for b.
func (j *coherenceJudge) compare(name string, matched Matching, a, b picker) comparison {
	c := comparison{contrasts: make([]contrast, len(coherenceStrata)), pairs: make([][][2]*Cell, len(coherenceStrata))}
	least := j.rule.Number("bin_opportunities")
	var gains [][]float64
	for i, s := range coherenceStrata {
		for _, g := range j.groups[i] {
			other := b(g, nil)
			if other == nil {
				continue
			}
			first := a(g, other)
			if first == nil {
				if !j.quiet {
					j.v.exclude(fmt.Sprintf("%s: no decoder to compare %s with at equal %s (%s)", g.Place, other.Title(), matched, name))
				}
				continue
			}
			j.v.untrained(first, other)
			j.ev.add(&c.contrasts[i], first, other)
			c.pairs[i] = append(c.pairs[i], [2]*Cell{first, other})
		}
		part := c.contrasts[i].gains(least)
		c.strata = append(c.strata, j.ev.meanGain(s.title+": "+name, matched, part))
		if len(part) > 0 {
			gains = append(gains, part)
		}
	}
	c.mean = j.ev.meanGain(name, matched, equalWeight(gains))
	return c
}

// stronger takes, in each stratum, the comparison in which b does less well: the
// opponent that costs less is there at equal cost too. p is the larger of both,
// so that a gain is one over both opponents.
func (j *coherenceJudge) stronger(x, y *comparison) comparison {
	c := comparison{contrasts: make([]contrast, len(coherenceStrata)), pairs: make([][][2]*Cell, len(coherenceStrata))}
	var gains [][]float64
	for i, s := range coherenceStrata {
		from, other := x, y
		if x.strata[i].Effect == nil || y.strata[i].Effect == nil { // both opponents are asked for
			c.strata = append(c.strata, Finding{Name: s.title, Matched: ByFLOPs, Unit: "points", Note: "an opponent is missing"})
			continue
		}
		if *y.strata[i].Effect < *x.strata[i].Effect {
			from, other = y, x
		}
		f := from.strata[i]
		f.Note = strings.TrimPrefix(f.Name, s.title+": ")
		f.Name, f.Matched, f.P = s.title+", against the stronger opponent", ByFLOPs, largerP(f.P, other.strata[i].P)
		c.strata, c.contrasts[i], c.pairs[i] = append(c.strata, f), from.contrasts[i], from.pairs[i]
		gains = append(gains, from.contrasts[i].gains(j.rule.Number("bin_opportunities")))
	}
	c.mean = j.ev.meanGain("against the stronger opponent", ByFLOPs, equalWeight(gains))
	c.mean.P = largerP(c.mean.P, largerP(x.mean.P, y.mean.P))
	return c
}

// largerP is the larger of two p-values; nil when one is unknown.
func largerP(p, q *float64) *float64 {
	if p == nil || q == nil {
		return nil
	}
	larger := max(*p, *q)
	return &larger
}

// equalWeight puts strata together so that the mean of the result is the mean
// of their means.
func equalWeight(strata [][]float64) []float64 {
	n := 0
	for _, s := range strata {
		n += len(s)
	}
	var list []float64
	for _, s := range strata {
		weight := float64(n) / float64(len(strata)*len(s))
		for _, x := range s {
			list = append(list, weight*x)
		}
	}
	return list
}

// counted are the strata with enough instances.
func (c *comparison) counted(least float64, v *Verdict) []*Finding {
	var list []*Finding
	for i := range c.strata {
		f := &c.strata[i]
		if float64(f.N) < least || !f.known() {
			f.Note = fmt.Sprintf("does not count: %d instances, %g are asked for", f.N, least)
			v.exclude(coherenceStrata[i].title + ": " + f.Note)
			continue
		}
		list = append(list, f)
	}
	return list
}

// all are the mean and the strata that have an effect.
func (c *comparison) all() []Finding {
	if c.mean.Effect == nil {
		return nil
	}
	list := []Finding{c.mean}
	for _, f := range c.strata {
		if f.Effect != nil {
			list = append(list, f)
		}
	}
	return list
}

// growth is the change of the difference with distance, over all strata.
func (c *comparison) growth(j *coherenceJudge) Finding {
	var all contrast
	for i := range c.pairs {
		for _, p := range c.pairs[i] {
			j.ev.add(&all, p[0], p[1])
		}
	}
	f := j.ev.growth(&all, j.rule.Number("bin_opportunities"))
	if f.known() {
		holds := f.CI.Low > 0
		f.Holds = &holds
	}
	return f
}

// quality is what diffusion costs where the cheapest autoregressive decoder
// without an oracle is as coherent up to the margin.
func (j *coherenceJudge) quality(diffusion picker) Finding {
	f := Finding{Name: "FLOPs of diffusion over those of the cheapest autoregressive decoder that is no less coherent, up to the margin",
		Matched: ByQuality, Unit: "ratio"}
	for _, a := range []picker{j.plain("autoregressive"), j.equal("autoregressive-best", FLOPs)} {
		j.quiet = true
		c := j.compare("", ByTokens, a, diffusion)
		j.quiet = false
		if !c.mean.known() || c.mean.CI.High >= j.rule.Number("margin") {
			continue
		}
		if ratio, ok := costRatio(slices.Concat(c.pairs...), FLOPs); ok {
			f.Effect, f.N = &ratio, c.mean.N
			f.Note = "with " + slices.Concat(c.pairs...)[0][0].Label
			return f
		}
	}
	f.Note = "no autoregressive decoder was shown to be as coherent"
	return f
}

// controls compares shares of right answers where the fair control of the
// autoregressive side is another order of reading or writing.
func (j *coherenceJudge) controls() []Finding {
	var list []Finding
	for _, g := range j.ev.competent("coherence-controls", j.v) {
		b := g.Find(j.rule.Decoder("diffusion"))
		if b == nil {
			continue
		}
		for _, role := range []string{"autoregressive", "autoregressive-fim"} {
			if a := g.Find(j.rule.Decoder(role)); a != nil {
				j.v.untrained(a, b)
				list = append(list, solvedDifference(fmt.Sprintf("%s: right answers, %s minus %s", g.Place, b.Title(), a.Title()), ByNFE, a, b))
			}
		}
		if a := Nearest(b, g.Labelled(j.rule.Decoder("autoregressive-best")), FLOPs, j.rule.Number("cost_factor")); a != nil {
			list = append(list, solvedDifference(fmt.Sprintf("%s: right answers, %s minus %s", g.Place, b.Title(), a.Title()), ByFLOPs, a, b))
		}
	}
	return list
}

// sensitivity is how the primary difference depends on settings.
func (j *coherenceJudge) sensitivity(primary comparison) {
	j.quiet = true
	diffusion := j.plain("diffusion")
	for _, s := range []struct {
		name    string
		matched Matching
		a, b    picker
	}{
		{"a quarter of the steps, against best-of-N", ByFLOPs, j.equal("autoregressive-best", FLOPs), j.plain("quarter")},
		{"a quarter of the steps instead of all", ByTokens, diffusion, j.plain("quarter")},
		{"several sure tokens per step, against best-of-N", ByFLOPs, j.equal("autoregressive-best", FLOPs), j.plain("adaptive")},
		{"random instead of low-confidence order", ByNFE, diffusion, j.plain("random-order")},
		{"a decoder that may take tokens back, against best-of-N", ByFLOPs, j.equal("autoregressive-best", FLOPs), j.plain("remasking")},
		{"against best-of-N by the checker, an oracle", ByTokens, j.plain("autoregressive-oracle"), diffusion},
		{ownWords + "against best-of-N", ByFLOPs, j.owned("autoregressive-best", FLOPs), j.owned("diffusion", FLOPs)},
		{ownWords + "against one greedy answer", ByNFE, j.owned("autoregressive", NFE), j.owned("diffusion", NFE)},
	} {
		if c := j.compare(s.name, s.matched, s.a, s.b); c.mean.Effect != nil {
			j.v.Sensitivity = append(j.v.Sensitivity, c.mean)
		}
	}
	for _, margin := range []float64{1, 5} {
		gains := 0
		for _, f := range primary.strata {
			if f.atLeast(margin) {
				gains++
			}
		}
		n := float64(gains)
		j.v.Sensitivity = append(j.v.Sensitivity, Finding{Name: fmt.Sprintf("strata with a gain if the margin were %g points (uncorrected)", margin),
			Matched: ByFLOPs, Effect: &n, Unit: "strata", N: primary.mean.N})
	}
	for _, g := range j.ev.Find("coherence-budget") {
		a, b := g.Find(j.rule.Decoder("autoregressive")), g.Find(j.rule.Decoder("diffusion"))
		if a != nil && b != nil {
			f := solvedDifference(fmt.Sprintf("%s with a token budget of %d: right answers, %s minus %s", g.Place, g.Budget, b.Title(), a.Title()), ByTokens, a, b)
			j.v.Sensitivity = append(j.v.Sensitivity, f)
		}
	}
}

// figure shows coherence by distance.
func (c *comparison) figure(j *coherenceJudge) *Figure {
	f := &Figure{Title: "Share of constraints met by distance, against the stronger left-to-right decoder", XLabel: "words between cause and check", YLabel: "constraints met (%)", LogX: true}
	for i, s := range coherenceStrata {
		if len(c.pairs[i]) > 0 {
			p := c.pairs[i][0]
			f.Series = append(f.Series, j.ev.curves(&c.contrasts[i], j.rule.Number("bin_opportunities"), s.title, p[0], p[1])...)
		}
	}
	if len(f.Series) == 0 {
		return nil
	}
	return f
}

// decide applies the rule.
func (j *coherenceJudge) decide(strata []*Finding, growth Finding) {
	margin, v := j.rule.Number("margin"), j.v
	gains, losses, small := 0, 0, 0
	for _, f := range strata {
		if f.Holds != nil && *f.Holds {
			gains++
		}
		if f.CI.High < 0 {
			losses++
		}
		if f.CI.High < margin {
			small++
		}
	}
	enough := len(strata) >= int(j.rule.Number("strata"))
	average := v.Primary.atLeast(margin)
	farther := growth.Holds != nil && *growth.Holds
	holds := average
	if v.Primary.known() {
		v.Primary.Holds = &holds
	}
	switch {
	case !enough:
		v.undecided(fmt.Sprintf("Only %d of %d strata can be judged, %g are needed: %s.", len(strata), len(coherenceStrata), j.rule.Number("strata"), strings.Join(reasons(v), "; ")))
		return
	case gains >= int(j.rule.Number("strata")) && losses == 0 && average && farther:
		v.Result = Supported
	case small == len(strata):
		v.Result = Refuted
	case gains > 0:
		v.Result = Conditional
	default:
		v.Result = Inconclusive
	}
	v.Paragraph = j.paragraph(strata, growth, gains)
}

func (j *coherenceJudge) paragraph(strata []*Finding, growth Finding, gains int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Diffusion that writes one token per step differs in coherence by %s from left-to-right decoding with as much arithmetic or less, over %d instances.",
		v95(j.v.Primary), j.v.Primary.N)
	for _, f := range strata {
		name, _, _ := strings.Cut(f.Name, ",")
		fmt.Fprintf(&b, " %s: %s.", strings.ToUpper(name[:1])+name[1:], v95(*f))
	}
	fmt.Fprintf(&b, " %d of %d strata gain at least %g points.", gains, len(strata), j.rule.Number("margin"))
	switch {
	case !growth.known():
		b.WriteString(" How the difference depends on distance could not be estimated.")
	case growth.CI.Low > 0:
		fmt.Fprintf(&b, " The difference grows with distance (%s).", v95(growth))
	default:
		fmt.Fprintf(&b, " It was not shown to grow with distance (%s).", v95(growth))
	}
	b.WriteString(" The verdict rests on equal FLOPs or fewer, and is about this checkpoint.")
	return b.String()
}

// v95 is a finding for sentences.
func v95(f Finding) string { return f.String() }
