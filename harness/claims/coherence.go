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
