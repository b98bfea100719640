package claims

import (
	"fmt"
	"slices"
)

// judgeCode judges claim 8.
func judgeCode(ev *Evidence, r Rule, v *Verdict) {
	v.Warnings = append(v.Warnings, "The claim about the product cannot be tested here: hosted models differ in weights, hardware and batch, and vendors' figures are theirs. What is tested is the mechanism on equal weights.")
	groups := competent(ev.Find("code"), v)
	reference, diffusion := plain(r.Decoder("reference")), plain(r.Decoder("diffusion"))
	one := batched(groups, 1)
	ds := duels(one, reference, diffusion)
	v.Primary = ratio(v.Primary.Name, ByQuality, ds, unitRate, r.Number("speed"))
	parses, passes := codeQuality(r.Decoder("diffusion"), ds, v)
	main := mechanism(v.Primary, parses, passes, r)
	v.Primary = v.Primary.holds(main)

	under, rest := codeOthers(one, r, v)
	pace, known := perToken(sides(ds))
	var sizes []expected
	if known {
		sizes = onRandomWeights(ev.Find("code-cost"), r.Decoder("reference"), r.Decoder("cost"), pace, v)
	}
	var curves []curve
	curves = append(curves, trainedCurve(groups, r))
	curves = append(curves, sizeCurves(sizes)...)
	for _, c := range curves {
		v.Conditions = append(v.Conditions, c.findings...)
		if len(c.findings) > 0 && c.batches[0] == 1 && c.size != "" && c.findings[0].side(1) == below {
			under = append(under, no)
		}
	}
	v.Result = codeResult(main, under, rest, v.Primary, r)
	v.Conditions = append(v.Conditions, atEqualCost(one, reference, r.Decoder("diffusion"))...)
	v.Conditions = append(v.Conditions, atEqualQuality(one, reference, r.Decoder("diffusion"), r.Number("margin")))
	codeSensitivity(one, r, v)
	v.Paragraph = codeWords(v, parses, passes, curves, r)
	v.Figure = codeFigure(curves)
}

// codeQuality compares how often texts parse and pass all their calls.
func codeQuality(name string, ds []duel, v *Verdict) (parses, passes Finding) {
	parses = points("parse rate of "+name+" minus autoregressive", ByTokens, ds, Aspect("parses"))
	passes = points("pass rate of "+name+" minus autoregressive", ByTokens, ds, Aspect("passes"))
	v.Conditions = append(v.Conditions, parses, passes)
	return parses, passes
}

// mechanism applies the rule to one decoder.
func mechanism(speed, parses, passes Finding, r Rule) answer {
	margin := r.Number("margin")
	switch {
	case speed.side(1) == below, parses.side(-margin) == below, passes.side(-margin) == below:
		return no
	case speed.side(r.Number("speed")) == above && parses.side(-margin) == above && passes.side(-margin) == above:
		return yes
	}
	return open
}

// codeOthers judges the other diffusion decoders in the place of the first (rest),
// and the first against copied drafts: what counts as a condition of the rule is
// under.
func codeOthers(one []*Group, r Rule, v *Verdict) (under, rest []answer) {
	reference := plain(r.Decoder("reference"))
	for _, role := range []string{"other", "uncached"} {
		label := r.Decoder(role)
		ds := duels(one, reference, plain(label))
		if len(ds) == 0 {
			continue
		}
		speed := ratio("tokens per second of "+label+" over autoregressive", ByTokens, ds, unitRate, r.Number("speed"))
		parses, passes := codeQuality(label, ds, v)
		a := mechanism(speed, parses, passes, r)
		v.Conditions = append(v.Conditions, speed.holds(a))
		rest = append(rest, a)
		if a == yes { // another decoder that is slow takes nothing back
			under = append(under, a)
		}
	}
	drafts := ratio("tokens per second of "+r.Decoder("diffusion")+" over autoregressive with copied drafts", ByQuality,
		duels(one, plain(r.Decoder("drafts")), plain(r.Decoder("diffusion"))), unitRate, 1)
	if drafts.side(1) == below {
		under = append(under, no)
	}
	v.Conditions = append(v.Conditions, drafts)
	return under, rest
}

// codeResult joins the answer on the first decoder with the conditions.
func codeResult(main answer, under, rest []answer, speed Finding, r Rule) Result {
	certain := speed.side(1) == above && speed.side(r.Number("speed")) == below
	switch {
	case main == open && certain:
		return Conditional
	case main == no && slices.Contains(rest, open):
		return Inconclusive
	case main == no && !slices.Contains(rest, yes):
		return Refuted
	}
	return verdictOf(settled(main, under...))
}

// curve is the ratio of tokens per second by batch size.
type curve struct {
	size     string // of random weights; "" for the trained ones
	budget   int
	batches  []int
	findings []Finding
}

func (c curve) name() string {
	if c.size == "" {
		return "trained weights"
	}
	return fmt.Sprintf("%s, %d tokens", c.size, c.budget)
}

// last is the largest batch up to which the decoder is certainly faster; 0 when
// it is not at the smallest one.
func (c curve) last() int {
	last := 0
	for i, f := range c.findings {
		if f.side(1) != above {
			break
		}
		last = c.batches[i]
	}
	return last
}

func trainedCurve(groups []*Group, r Rule) curve {
	var c curve
	for _, b := range batches(groups) {
		ds := duels(batched(groups, b), plain(r.Decoder("reference")), plain(r.Decoder("diffusion")))
		f := ratio(fmt.Sprintf("tokens per second over autoregressive, trained weights, batch %d", b), ByTokens, ds, unitRate, 1)
		if f.Effect != nil {
			c.batches, c.findings = append(c.batches, b), append(c.findings, f)
		}
	}
	return c
}

func sizeCurves(sizes []expected) []curve {
	var list []curve
	slices.SortStableFunc(sizes, func(a, b expected) int { return a.group.Batch - b.group.Batch })
	for _, s := range sizes {
		i := slices.IndexFunc(list, func(c curve) bool { return c.size == s.group.Weights && c.budget == s.group.Budget })
		if i < 0 {
			i = len(list)
			list = append(list, curve{size: s.group.Weights, budget: s.group.Budget})
		}
		f := faster(s.finding)
		f.Name = fmt.Sprintf("tokens per second over autoregressive, %s, batch %d", list[i].name(), s.group.Batch)
		if f.Effect != nil {
			list[i].batches, list[i].findings = append(list[i].batches, s.group.Batch), append(list[i].findings, f)
		}
	}
	return list
}

// codeSensitivity shows the swept thresholds and block lengths.
func codeSensitivity(one []*Group, r Rule, v *Verdict) {
	for _, role := range []string{"diffusion", "other"} {
		for _, title := range titles(one, r.Decoder(role)) {
			if title == r.Decoder(role) {
				continue
			}
			ds := duels(one, plain(r.Decoder("reference")), titled(title))
			v.Sensitivity = append(v.Sensitivity,
				ratio("tokens per second over autoregressive: "+title, ByTokens, ds, unitRate, 1),
				points("pass rate minus autoregressive: "+title, ByTokens, ds, Aspect("passes")))
		}
	}
	if ds := duels(one, plain(r.Decoder("reference")), plain(r.Decoder("diffusion"))); len(ds) > 0 {
		v.Sensitivity = append(v.Sensitivity, ratio("arithmetic over autoregressive", ByTokens, ds, unitFLOPs, 1))
		for _, d := range ds {
			v.Sensitivity = append(v.Sensitivity, ratio("tokens per second over autoregressive, "+d.group.Rung, ByTokens, []duel{d}, unitRate, 1))
		}
	}
}

func codeWords(v *Verdict, parses, passes Finding, curves []curve, r Rule) string {
	if v.Primary.Effect == nil {
		return "Nothing can be said about the mechanism: no rung was usable with both block diffusion and autoregressive decoding at batch 1."
	}
	text := fmt.Sprintf("On Go functions block diffusion by threshold writes %s as many useful tokens per second as autoregressive decoding at batch 1; its share of texts that parse is %s, of those that pass all calls %s.",
		v.Primary.said(), parses.gap(), passes.gap())
	for _, c := range curves {
		if len(c.findings) == 0 {
			continue
		}
		switch last := c.last(); {
		case last == 0:
			text += fmt.Sprintf(" On %s it is not shown to be faster at batch %d (%s).", c.name(), c.batches[0], c.findings[0].said())
		case last == c.batches[len(c.batches)-1]:
			text += fmt.Sprintf(" On %s it is faster up to the largest batch that was tried, %d.", c.name(), last)
		default:
			text += fmt.Sprintf(" On %s the advantage ends above batch %d.", c.name(), last)
		}
	}
	switch v.Result {
	case Supported:
		text += fmt.Sprintf(" The mechanism reaches %g times the speed at that quality.", r.Number("speed"))
	case Refuted:
		text += " The mechanism does not give speed at equal quality here."
	case Conditional:
		text += " Whether there is an advantage depends on the conditions listed."
	default:
		text += " That is not enough for an answer."
	}
	return text + " What vendors report about their products is not part of this."
}

func codeFigure(curves []curve) *Figure {
	fig := &Figure{Title: "Speed over autoregressive decoding, by batch", XLabel: "batch", YLabel: "tokens per second, ratio", LogX: true, LogY: true}
	for _, c := range curves {
		s := Series{Label: c.name(), Engine: "block", Line: true}
		for i, f := range c.findings {
			if f.CI == nil {
				continue
			}
			s.X, s.Y = append(s.X, float64(c.batches[i])), append(s.Y, *f.Effect)
			s.Low, s.High = append(s.Low, f.CI.Low), append(s.High, f.CI.High)
		}
		if len(s.X) > 0 {
			fig.Series = append(fig.Series, s)
		}
	}
	if len(fig.Series) == 0 {
		return nil
	}
	return fig
}
