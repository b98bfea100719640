package claims

import (
	"fmt"
	"strings"

	"dllmbench/harness/stats"
)

// latentJudge judges claim 4.
type latentJudge struct {
	ev     *Evidence
	rule   Rule
	v      *Verdict
	groups []*Group
}

// course is what the traces of one decoder on one or more rungs say.
type courses struct {
	answers []emergence
	traced  int // traces, those of wrong answers included
}

func judgeLatent(ev *Evidence, rule Rule, v *Verdict) {
	j := &latentJudge{ev: ev, rule: rule, v: v}
	diffusion := rule.Decoder("diffusion")
	for _, g := range ev.competent("latent", v) {
		if j.hard(g, diffusion) {
			j.groups = append(j.groups, g)
		}
	}
	all := j.courses(j.groups, diffusion)
	if len(all.answers) == 0 {
		why := "no rung can be used"
		if len(j.groups) > 0 {
			why = fmt.Sprintf("no traced answer of %s is right and has both reasoning and result (%d traces)", diffusion, all.traced)
		}
		v.undecided(fmt.Sprintf("Nothing can be said: %s. %s.", why, strings.Join(reasons(v), "; ")))
		return
	}
	v.Primary = j.excess(v.Primary.Name, ByTokens, &all)
	weak := share("result predicted for good before the reasoning was written (weak claim)", &all, (*emergence).beforeWritten)
	latent := share("result predicted for good before the reasoning was predicted (latent claim)", &all, (*emergence).beforePredicted)
	v.Conditions = append(v.Conditions, weak, latent, j.matched("result predicted before as many random tokens of the reasoning, a tie counting half, minus one half", &all))
	for _, g := range j.groups {
		one := j.courses([]*Group{g}, diffusion)
		v.Conditions = append(v.Conditions, j.excess(g.Place.String()+": excess over chance", ByTokens, &one))
	}
	v.Conditions = append(v.Conditions, j.layouts()...)
	j.sensitivity(&all)
	forced, curves := j.forced()
	v.Sensitivity = append(v.Sensitivity, forced...)
	v.Figure = latentFigure(&all)
	v.Figure.Series = append(v.Figure.Series, curves...)
	j.decide(weak, latent, &all)
}

// hard tells whether the decoder cannot give the results of a group without
// steps.
func (j *latentJudge) hard(g *Group, label string) bool {
	for _, direct := range j.ev.Find("latent-direct") {
		if !sameKnobs(g, direct) {
			continue
		}
		c := direct.Find(label)
		if c == nil {
			continue
		}
		e, err := c.Share()
		if err != nil {
			continue
		}
		if e.Value >= j.rule.Number("direct") {
			j.v.exclude(fmt.Sprintf("%s: %s gives %.3g%% of the results without steps", g.Place, label, 100*e.Value))
			return false
		}
		return true
	}
	j.v.exclude(fmt.Sprintf("%s: not known what %s solves without steps", g.Place, label))
	return false
}

// sameKnobs tells whether two rungs hold sums of the same size.
func sameKnobs(a, b *Group) bool {
	return a.Weights == b.Weights && a.Workload == b.Workload && a.Split == b.Split &&
		a.Knobs["terms"] == b.Knobs["terms"] && a.Knobs["digits"] == b.Knobs["digits"]
}

func (j *latentJudge) courses(groups []*Group, label string) courses {
	var all courses
	for _, g := range groups {
		c := g.Find(label)
		if c == nil {
			continue
		}
		for _, t := range c.Traces {
			all.traced++
			if e, ok := emergenceOf(t); ok {
				all.answers = append(all.answers, e)
			}
		}
	}
	return all
}

// excess is the share of answers predicted before their reasoning, beyond what
// chance gives.
func (j *latentJudge) excess(name string, matched Matching, all *courses) Finding {
	f := Finding{Name: name, Matched: matched, Unit: "points"}
	var over, chances []float64
	before := 0
	for i := range all.answers {
		e := &all.answers[i]
		chance, seen := e.chance(), 0.0
		if e.beforePredicted() {
			seen = 1
			before++
		}
		over, chances = append(over, seen-chance), append(chances, chance)
	}
	if len(chances) == 0 {
		f.Note = "no right answer was traced"
		return f
	}
	f.N = len(chances)
	p := poissonBinomial(before, chances)
	f.P = &p
	f.Note = fmt.Sprintf("seen in %d of %d answers, by chance in %.1f%%", before, f.N, 100*stats.Mean(chances))
	if e, err := j.ev.boot.Mean(over); err == nil {
		f.estimated(e, 100)
	}
	return f
}

// needed is the excess that is a share of the room above chance, in points.
func (all *courses) needed(percent float64) float64 {
	room := 0.0
	for i := range all.answers {
		room += 1 - all.answers[i].chance()
	}
	return percent * room / float64(len(all.answers))
}

func share(name string, all *courses, holds func(*emergence) bool) Finding {
	f := Finding{Name: name, Matched: ByTokens, Unit: "%"}
	n := 0
	for i := range all.answers {
		if holds(&all.answers[i]) {
			n++
		}
	}
	if e, err := stats.Proportion(n, len(all.answers)); err == nil {
		f.estimated(e, 100)
		more := f.CI.Low > 50
		f.Holds = &more
	}
	return f
}

func (j *latentJudge) matched(name string, all *courses) Finding {
	f := Finding{Name: name, Matched: ByTokens, Unit: "points"}
	var xs []float64
	for i := range all.answers {
		xs = append(xs, all.answers[i].matched()-0.5)
	}
	if e, err := j.ev.boot.Mean(xs); err == nil {
		f.estimated(e, 100)
	}
	if test, err := stats.SignedRank(xs); err == nil {
		f.P = &test.P
	}
	return f
}

// layouts compares decoders on sums whose result is written before the steps:
// who can only reason by writing loses there.
func (j *latentJudge) layouts() []Finding {
	var list []Finding
	for _, g := range j.ev.Find("latent-first") {
		a, b := g.Find(j.rule.Decoder("autoregressive")), g.Find(j.rule.Decoder("diffusion"))
		if a == nil || b == nil {
			continue
		}
		if ok, why := g.Competent(); !ok {
			j.v.exclude(why)
			continue
		}
		list = append(list, solvedDifference(fmt.Sprintf("%s, result before steps: solved by %s minus %s", g.Place, b.Title(), a.Title()), ByNFE, a, b))
		if first := j.courses([]*Group{g}, j.rule.Decoder("diffusion")); len(first.answers) > 0 {
			list = append(list, j.excess(g.Place.String()+", result before steps: excess over chance", ByTokens, &first))
		}
	}
	return list
}

func (j *latentJudge) sensitivity(all *courses) {
	s := &j.v.Sensitivity
	*s = append(*s, share("result shown before the reasoning was written, even if lost again", all, func(e *emergence) bool { return e.ever > 0 && e.ever < e.written }))
	for _, o := range []struct {
		role, name string
		matched    Matching
	}{{"random-order", "tokens written in random order", ByNFE}, {"quarter", "a quarter of the steps", ByTokens}, {"adaptive", "several sure tokens per step", ByTokens}} {
		other := j.courses(j.groups, j.rule.Decoder(o.role))
		if len(other.answers) == 0 {
			continue
		}
		*s = append(*s, share(o.name+": weak claim", &other, (*emergence).beforeWritten), share(o.name+": latent claim", &other, (*emergence).beforePredicted),
			j.excess(o.name+": excess over chance", o.matched, &other))
	}
	for _, margin := range []float64{10, 50} {
		f := j.v.Primary
		f.Name = fmt.Sprintf("the excess with a margin of %g percent of the room", margin)
		holds := f.atLeast(all.needed(margin))
		f.Holds = &holds
		*s = append(*s, f)
	}
}

func (j *latentJudge) decide(weak, latent Finding, all *courses) {
	v, needed := j.v, all.needed(j.rule.Number("margin"))
	if float64(len(all.answers)) < j.rule.Number("instances") {
		v.undecided(fmt.Sprintf("Only %d right answers were traced, %g are needed.", len(all.answers), j.rule.Number("instances")))
		return
	}
	met := v.Primary.atLeast(needed) && *v.Primary.P <= j.rule.Number("alpha")
	v.Primary.Holds = &met
	artefact := ""
	switch {
	case *weak.Holds && *latent.Holds && met:
		v.Result = Supported
	case *weak.Holds && v.Primary.below(needed):
		v.Result = Conditional
		artefact = " So what is seen is an artefact of the order of writing: when the result is predicted, the reasoning is predicted too, and only not written yet."
	case weak.below(50):
		v.Result = Refuted
	}
	v.Paragraph = fmt.Sprintf("Of %d right answers (%d traces), the result was predicted for good before the reasoning was written in %.1f%% (%.1f to %.1f), "+
		"and before the reasoning was predicted in %.1f%% (%.1f to %.1f). Tokens of the same numbers in random order would give %s. "+
		"The excess over chance is %s.%s %sThe verdict rests on decoding with one token per step, the surest first, and is about this checkpoint.",
		len(all.answers), all.traced, *weak.Effect, weak.CI.Low, weak.CI.High, *latent.Effect, latent.CI.Low, latent.CI.High, chanceWords(all), v95(v.Primary), artefact, j.firstWords())
}

func chanceWords(all *courses) string {
	sum := 0.0
	for i := range all.answers {
		sum += all.answers[i].chance()
	}
	return fmt.Sprintf("%.1f%% for the latter", 100*sum/float64(len(all.answers)))
}

// firstWords says what the layouts with the result first showed.
func (j *latentJudge) firstWords() string {
	for _, f := range j.v.Conditions {
		if strings.Contains(f.Name, "result before steps: solved") && f.known() {
			return fmt.Sprintf("Asked for the result before the steps, diffusion solves %s more than left-to-right decoding (%s). ", v95(f), strings.SplitN(f.Name, ",", 2)[0])
		}
	}
	return ""
}

// latentFigure shows by which share of the steps how many answers had their
// result predicted, and their reasoning predicted and written.
func latentFigure(all *courses) *Figure {
	f := &Figure{Title: "When result and reasoning emerge", XLabel: "share of the steps, or of the reasoning that is given", YLabel: "answers (%)"}
	for _, s := range []struct {
		label string
		at    func(*emergence) int
	}{
		{"result predicted for good", func(e *emergence) int { return last(e.result) }},
		{"reasoning predicted for good", func(e *emergence) int { return last(e.reasoning) }},
		{"reasoning written", func(e *emergence) int { return e.written }},
	} {
		line := Series{Label: s.label, Engine: "diffusion", Line: true}
		for i := 0; i <= 20; i++ {
			x, n := float64(i)/20, 0
			for k := range all.answers {
				if e := &all.answers[k]; float64(s.at(e)) <= x*float64(e.steps) {
					n++
				}
			}
			line.X, line.Y = append(line.X, x), append(line.Y, 100*float64(n)/float64(len(all.answers)))
		}
		f.Series = append(f.Series, line)
	}
	return f
}
