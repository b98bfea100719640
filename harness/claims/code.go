package claims

import (
	"fmt"
	"slices"

	"dllmbench/harness/lists"
	"dllmbench/harness/result"
)

// decideCode decides claim 8.
func decideCode(d *decision) {
	v := d.v
	tested := " What is tested is the mechanism on the same weights."
	if onSeveral(d.measured(d.Rule)) != nil {
		tested = ""
	}
	v.warn("The claim about the product cannot be tested here: hosted models differ in weights, hardware and batch size." + tested)
	groups := d.competent("code")
	one := batched(groups, 1)
	ps := pairs(one, d.plain("reference"), d.plain("diffusion"))
	v.Primary = ratio(v.Primary.Name, ByQuality, ps, unitRate, d.Number("speed"))
	main, parses, passes := d.mechanism(v.Primary, d.Decoder("diffusion"), ps)
	v.Primary = v.Primary.holds(main)

	under, rest := d.otherDecoders(one)
	curves := []speedCurve{d.trainedCurve(groups)}
	if pace, known := perToken(ps); known {
		curves = append(curves, d.sizeCurves(pace)...)
	}
	v.Figure = &Figure{Title: "Speed over autoregressive decoding, by batch", XLabel: "batch", YLabel: "tokens per second, ratio", LogX: true, LogY: true}
	for _, c := range curves {
		s := curve(c.name, "block")
		for i, f := range c.findings {
			d.conditions(f)
			s.add(float64(c.batches[i]), f)
		}
		v.Figure.draw(s)
		if len(c.findings) > 0 && c.batches[0] == 1 && c.name != trainedWeights && c.findings[0].side(1) == below {
			under = append(under, no)
		}
	}
	certain := v.Primary.side(1) == above && v.Primary.side(d.Number("speed")) == below
	switch {
	case main == open && certain:
		v.Result = Conditional
	case main == no && slices.Contains(rest, open):
		v.Result = Inconclusive
	case main == no && !slices.Contains(rest, yes):
		v.Result = Refuted
	default:
		v.Result = verdictOf(settled(main, under...))
	}
	d.atEqualCost(one, "diffusion")
	d.atEqualQuality(one, "diffusion")
	d.codeSettings(one)
	d.codeWords(parses, passes, curves)
	d.threads("tokens per second of block diffusion by threshold over autoregressive", d.plain("reference"), d.plain("diffusion"), unitRate)
	d.onOwn("block diffusion over autoregressive", d.plain("reference"), d.plain("diffusion"), true)
	d.samples(d.Decoder("drawn-reference"), d.Decoder("drawn"))
}

// mechanism applies the rule to one decoder: its speed, and how often its texts parse
// and pass all their calls.
func (d *decision) mechanism(speed Finding, name string, ps []pair) (a answer, parses, passes Finding) {
	parses = points("parse rate of "+name+" minus autoregressive", ByTokens, ps, result.Aspect("parses"))
	passes = points("pass rate of "+name+" minus autoregressive", ByTokens, ps, result.Aspect("passes"))
	d.conditions(parses, passes)
	margin := d.margin()
	a = decided(speed.side(1) == below || parses.side(-margin) == below || passes.side(-margin) == below,
		speed.side(d.Number("speed")) == above && parses.side(-margin) == above && passes.side(-margin) == above)
	return a, parses, passes
}

// otherDecoders decides the other diffusion decoders in the place of the first (rest),
// and the first against copied drafts: what counts as a condition of the rule is
// under.
func (d *decision) otherDecoders(one []*Group) (under, rest []answer) {
	for _, role := range []string{"other", "uncached"} {
		label := d.Decoder(role)
		ps := pairs(one, d.plain("reference"), plain(label))
		if len(ps) == 0 {
			continue
		}
		speed := ratio("tokens per second of "+label+" over autoregressive", ByTokens, ps, unitRate, d.Number("speed"))
		a, _, _ := d.mechanism(speed, label, ps)
		d.conditions(speed.holds(a))
		rest = append(rest, a)
		if a == yes { // another decoder that is slow takes nothing back
			under = append(under, a)
		}
	}
	lookup := ratio("tokens per second of "+d.Decoder("diffusion")+" over autoregressive with copied drafts", ByQuality,
		pairs(one, d.plain("lookup"), d.plain("diffusion")), unitRate, 1)
	if lookup.side(1) == below {
		under = append(under, no)
	}
	d.conditions(lookup)
	return under, rest
}

// trainedWeights is the name of the curve that is not on random weights.
const trainedWeights = "trained weights"

// speedCurve is the ratio of tokens per second by batch size.
type speedCurve struct {
	name     string
	batches  []int
	findings []Finding
}

func (c *speedCurve) add(batch int, f Finding) {
	f.Name = fmt.Sprintf("tokens per second over autoregressive, %s, batch %d", c.name, batch)
	if f.Effect != nil {
		c.batches, c.findings = append(c.batches, batch), append(c.findings, f)
	}
}

// words say up to which batch the decoder is certainly faster.
func (c *speedCurve) words() string {
	last := 0
	for i, f := range c.findings {
		if f.side(1) != above {
			break
		}
		last = c.batches[i]
	}
	switch {
	case len(c.findings) == 0:
		return ""
	case last == 0:
		return fmt.Sprintf("On %s it is not shown to be faster at batch %d (%s).", c.name, c.batches[0], c.findings[0].said())
	case last == c.batches[len(c.batches)-1]:
		return fmt.Sprintf("On %s it is faster up to the largest batch that was tried, %d.", c.name, last)
	}
	return fmt.Sprintf("On %s the advantage ends above batch %d.", c.name, last)
}

func (d *decision) trainedCurve(groups []*Group) speedCurve {
	c := speedCurve{name: trainedWeights}
	for _, batch := range sorted(lists.Split(groups, func(g *Group) int { return g.Batch })) {
		c.add(batch.Key, ratio("", ByTokens, pairs(batch.Of, d.plain("reference"), d.plain("diffusion")), unitRate, 1))
	}
	return c
}

// sizeCurves are the curves on random weights, with that number of passes per token.
func (d *decision) sizeCurves(pace float64) []speedCurve {
	var list []speedCurve
	for _, size := range lists.Split(d.onRandomWeights("code-cost", "cost", pace), func(e expected) string {
		return fmt.Sprintf("%s, %d tokens", e.group.Weights, e.group.Budget)
	}) {
		c := speedCurve{name: size.Key}
		slices.SortStableFunc(size.Of, func(a, b expected) int { return a.group.Batch - b.group.Batch })
		for _, e := range size.Of {
			c.add(e.group.Batch, e.mapped(inverse))
		}
		list = append(list, c)
	}
	return list
}

// codeSettings shows the swept thresholds and block lengths.
func (d *decision) codeSettings(one []*Group) {
	for _, role := range []string{"diffusion", "other"} {
		for _, title := range titles(one, d.Decoder(role)) {
			if title == d.Decoder(role) {
				continue
			}
			ps := pairs(one, d.plain("reference"), titled(title))
			d.sensitivity(ratio("tokens per second over autoregressive: "+title, ByTokens, ps, unitRate, 1),
				points("pass rate minus autoregressive: "+title, ByTokens, ps, result.Aspect("passes")))
		}
	}
	ps := pairs(one, d.plain("reference"), d.plain("diffusion"))
	if len(ps) > 0 {
		d.sensitivity(ratio("FLOPs over autoregressive", ByTokens, ps, unitFLOPs, 1))
	}
	for _, p := range ps {
		d.sensitivity(ratio("tokens per second over autoregressive, "+p.b.Rung, ByTokens, []pair{p}, unitRate, 1))
	}
}

func (d *decision) codeWords(parses, passes Finding, curves []speedCurve) {
	if d.v.Primary.Effect == nil {
		d.v.Paragraph = "Nothing can be said about the mechanism: no rung was usable with both block diffusion and autoregressive decoding at batch 1."
		return
	}
	words := []string{fmt.Sprintf("On Go functions block diffusion by threshold writes %s as many useful tokens per second as autoregressive decoding at batch 1; its share of texts that parse is %s, of those that pass all calls %s.",
		d.v.Primary.said(), parses.gap(), passes.gap())}
	for i := range curves {
		words = append(words, curves[i].words())
	}
	words = append(words, map[Result]string{
		Supported:    fmt.Sprintf("The mechanism reaches %g times the speed at that quality.", d.Number("speed")),
		Refuted:      "The mechanism does not give speed at equal quality here.",
		Conditional:  "Whether there is an advantage depends on the conditions listed.",
		Inconclusive: "The intervals are too wide for an answer.",
	}[d.v.Result], "Figures that vendors report for their products play no part.")
	d.v.Paragraph = sentences(words...)
}
