package claims

import (
	"fmt"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/harness/stats"
)

// latent is the decision of claim 4.
type latent struct {
	*decision
	groups []*Group
}

// courses is what the traces of one decoder on one or more rungs show.
type courses struct {
	answers []emergence
	traced  int // traces, those of wrong answers included
}

func decideLatent(d *decision) {
	l, v, diffusion := &latent{decision: d}, d.v, d.Decoder("diffusion")
	l.groups = lists.Keep(d.competent("latent"), func(g *Group) bool { return l.hard(g, diffusion) })
	all := coursesOf(diffusion, l.groups...)
	if len(all.answers) == 0 {
		why := "no rung can be used"
		if len(l.groups) > 0 {
			why = fmt.Sprintf("no traced answer of %s is right and has both reasoning and result (%d traces)", diffusion, all.traced)
		}
		v.undecided("Nothing can be said: %s. %s.", why, v.reasons())
		return
	}
	v.Primary = l.excess(v.Primary.Name, ByTokens, &all)
	weak := all.share("result predicted for good before the reasoning was written (weak claim)", (*emergence).beforeWritten)
	strong := all.share("result predicted for good before the reasoning was predicted (latent claim)", (*emergence).beforePredicted)
	d.conditions(weak, strong, d.gain("result predicted before as many random tokens of the reasoning (ties count half), minus one half", ByTokens,
		all.each(func(e *emergence) float64 { return e.matched() - 0.5 })))
	for _, g := range l.groups {
		one := coursesOf(diffusion, g)
		d.conditions(l.excess(g.Place.String()+": excess over chance", ByTokens, &one))
	}
	l.layouts()
	l.settings(&all)
	v.Figure = latentFigure(&all)
	l.forcedTraces()
	l.forcedAnswers()
	l.conclude(weak, strong, &all)
}

// hard reports whether the decoder cannot give the results of a group without
// steps.
func (l *latent) hard(g *Group, label string) bool {
	for _, direct := range l.Find("latent-direct") {
		c := the(label)(direct)
		if c == nil || !sameKnobs(g, direct) {
			continue
		}
		e, err := c.Share()
		if err != nil {
			continue
		}
		easy := e.Value >= l.Number("direct")
		if easy {
			l.v.exclude("%s: %s solves %.3g%% of the sums without steps", g.Place, label, 100*e.Value)
		}
		return !easy
	}
	l.v.exclude("%s: what %s solves without steps is unknown", g.Place, label)
	return false
}

// sameKnobs reports whether two rungs hold sums of the same size.
func sameKnobs(a, b *Group) bool {
	return a.Weights == b.Weights && a.Workload == b.Workload && a.Split == b.Split &&
		a.Knobs["terms"] == b.Knobs["terms"] && a.Knobs["digits"] == b.Knobs["digits"]
}

func coursesOf(label string, groups ...*Group) courses {
	var all courses
	for _, t := range tracesOf(groups, the(label)) {
		all.traced++
		if e, ok := emergenceOf(t); ok {
			all.answers = append(all.answers, e)
		}
	}
	return all
}

// each is a number of every answer.
func (all *courses) each(number func(*emergence) float64) []float64 {
	var list []float64
	for i := range all.answers {
		list = append(list, number(&all.answers[i]))
	}
	return list
}

// count is how many answers meet a condition.
func (all *courses) count(meets func(*emergence) bool) int {
	return len(lists.Keep(all.answers, func(e emergence) bool { return meets(&e) }))
}

// chances are the chances of the answers that order alone gives.
func (all *courses) chances() []float64 { return all.each((*emergence).chance) }

// excess is the share of answers predicted before their reasoning, beyond what
// chance gives.
func (l *latent) excess(name string, matched Matching, all *courses) Finding {
	chances := all.chances()
	if len(chances) == 0 {
		return finding(name, matched, "points").noted("no right answer was traced")
	}
	before := all.count((*emergence).beforePredicted)
	p := poissonBinomial(before, chances)
	f := l.mean(name, matched, "points", all.each(func(e *emergence) float64 {
		if e.beforePredicted() {
			return 1 - e.chance()
		}
		return -e.chance()
	})).noted("seen in %d of %d answers, by chance in %.1f%%", before, len(chances), 100*stats.Mean(chances))
	f.P, f.N = &p, len(chances)
	return f
}

// needed is the excess that is a share of the room above chance, in points.
func (all *courses) needed(percent float64) float64 {
	return percent * total(all.each(func(e *emergence) float64 { return 1 - e.chance() })) / float64(len(all.answers))
}

func (all *courses) share(name string, meets func(*emergence) bool) Finding {
	f := finding(name, ByTokens, "%").of(stats.Proportion(all.count(meets), len(all.answers)))
	return f.met(f.side(50) == above)
}

// layouts compares decoders on sums whose result is written before the steps:
// a decoder that can reason only by writing loses there.
func (l *latent) layouts() {
	for _, g := range l.Find("latent-first") {
		for _, p := range pairs([]*Group{g}, l.role("autoregressive"), l.role("diffusion")) {
			if ok, why := g.Competent(); !ok {
				l.v.exclude("%s", why)
				continue
			}
			l.conditions(points(fmt.Sprintf("%s, result before steps: solved by %s", g.Place, p), ByNFE, []pair{p}, solved))
			if first := coursesOf(l.Decoder("diffusion"), g); len(first.answers) > 0 {
				l.conditions(l.excess(g.Place.String()+", result before steps: excess over chance", ByTokens, &first))
			}
		}
	}
}

func (l *latent) settings(all *courses) {
	l.sensitivity(all.share("result predicted before the reasoning was written, even if not for good", func(e *emergence) bool { return e.ever > 0 && e.ever < e.written }))
	for _, o := range []struct {
		role, name string
		matched    Matching
	}{{"random-order", "tokens written in random order", ByNFE}, {"quarter", "a quarter of the steps", ByTokens}, {"adaptive", "several confident tokens per step", ByTokens}} {
		other := coursesOf(l.Decoder(o.role), l.groups...)
		if len(other.answers) == 0 {
			continue
		}
		l.sensitivity(other.share(o.name+": weak claim", (*emergence).beforeWritten), other.share(o.name+": latent claim", (*emergence).beforePredicted),
			l.excess(o.name+": excess over chance", o.matched, &other))
	}
	l.otherMargins("the excess against a margin of %g%% of the room above chance", all.needed, 10, 50)
}

func (l *latent) conclude(weak, strong Finding, all *courses) {
	v, needed := l.v, all.needed(l.margin())
	if float64(len(all.answers)) < l.Number("instances") {
		v.undecided("Only %d right answers were traced, %g are needed.", len(all.answers), l.Number("instances"))
		return
	}
	v.Primary = v.Primary.met(v.Primary.atLeast(needed) && *v.Primary.P <= l.Number("alpha"))
	artefact := ""
	switch {
	case weak.isMet() && strong.isMet() && v.Primary.isMet():
		v.Result = Supported
	case weak.isMet() && v.Primary.side(needed) == below:
		v.Result = Conditional
		artefact = "This is an artefact of the order of writing: when the result is predicted, the reasoning is predicted too, but not yet written."
	case weak.side(50) == below:
		v.Result = Refuted
	}
	first := ""
	for _, f := range v.Conditions {
		if strings.Contains(f.Name, "result before steps: solved") && f.known() {
			rung, _, _ := strings.Cut(f.Name, ",")
			first = fmt.Sprintf("Asked for the result before the steps, diffusion solves %s more than left-to-right decoding (%s).", f, rung)
			break
		}
	}
	v.Paragraph = sentences(fmt.Sprintf("Of %d right answers (%d traces), the result was predicted for good before the reasoning was written in %.1f%% (%.1f to %.1f), "+
		"and before the reasoning was predicted in %.1f%% (%.1f to %.1f). With the same numbers of tokens, random order would give %.1f%% for the latter. The excess over chance is %s.",
		len(all.answers), all.traced, *weak.Effect, weak.CI.Low, weak.CI.High, *strong.Effect, strong.CI.Low, strong.CI.High, 100*stats.Mean(all.chances()), v.Primary),
		artefact, first, "The verdict holds for this checkpoint and for one token per step, the most confident first.")
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
		line := curve(s.label, "diffusion")
		for i := 0; i <= 20; i++ {
			x := float64(i) / 20
			n := all.count(func(e *emergence) bool { return float64(s.at(e)) <= x*float64(e.steps) })
			line.X, line.Y = append(line.X, x), append(line.Y, 100*float64(n)/float64(len(all.answers)))
		}
		f.draw(line)
	}
	return f
}
