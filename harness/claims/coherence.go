package claims

import (
	"fmt"
	"slices"
	"strings"

	"dllmbench/harness/lists"
)

// coherenceStrata are the experiments that decide claim 1, by what they hold.
var coherenceStrata = [...]struct{ experiment, title string }{
	{"coherence-backward", "announced first"},
	{"coherence-lookahead", "announced last"},
	{"coherence-nested", "nested brackets"},
}

// stratum is one pair of decoders, b against a, in one of the strata.
type stratum struct {
	Finding
	byDistance
	pairs []pair
}

// overStrata is one pair of decoders in all strata.
type overStrata struct {
	mean   Finding // strata with equal weight
	strata [len(coherenceStrata)]stratum
	lacks  []string // cells without a counterpart
}

// coherence is the decision of claim 1.
type coherence struct {
	*decision
	groups [len(coherenceStrata)][]*Group
}

func decideCoherence(d *decision) {
	c := &coherence{decision: d}
	for i, s := range coherenceStrata {
		c.groups[i] = d.competent(s.experiment)
	}
	diffusion := d.role("diffusion")
	arithmetic := c.compare("against best-of-N", ByFLOPs, c.atCost(diffusion, flops, "autoregressive-best"), diffusion)
	greedy := c.compare("against one greedy answer", ByNFE, c.atCost(diffusion, passes, "autoregressive"), diffusion)
	for _, why := range append(arithmetic.lacks, greedy.lacks...) {
		d.v.exclude("%s", why)
	}
	primary := c.stronger(&arithmetic, &greedy)
	primary.mean.Name = d.v.Primary.Name
	d.v.Primary = primary.mean
	counted := c.counted(&primary)
	holm(counted, d.Number("alpha"), func(f Finding) bool { return f.atLeast(d.margin()) })
	growth := c.growth(&primary)
	for i := range primary.strata {
		d.conditions(primary.strata[i].Finding)
	}
	d.conditions(growth)
	timed := c.compare("against the decoder of equal time", ByTime, c.atCost(diffusion, latency, "autoregressive", "autoregressive-best"), diffusion)
	for _, o := range []*overStrata{&arithmetic, &greedy, &timed} {
		d.conditions(o.all()...)
	}
	d.conditions(c.quality(c.compare("", ByTokens, d.role("autoregressive"), diffusion), arithmetic))
	c.controls()
	c.settings(&primary)
	c.figure(&primary)
	c.conclude(counted, growth)
}

// atCost picks the cell of these roles that costs about as much as another one.
func (c *coherence) atCost(target pick, cost field, roles ...string) pick {
	var labels []string
	for _, r := range roles {
		labels = append(labels, c.Decoder(r))
	}
	return atCostOf(target, cost, c.Number("cost_factor"), labels...)
}

// compare measures b against a: positive is better for b.
func (c *coherence) compare(name string, matched Matching, a, b pick) overStrata {
	var o overStrata
	var gains [][]float64
	for i := range o.strata {
		s := &o.strata[i]
		s.least = c.Number("bin_opportunities")
		for _, g := range c.groups[i] {
			p := pair{a(g), b(g)}
			switch {
			case p.b == nil:
				continue
			case p.a == nil:
				o.lacks = append(o.lacks, fmt.Sprintf("%s: no decoder to compare %s with at equal %s (%s)", g.Place, p.b.Title(), matched, name))
				continue
			}
			c.v.untrained(p.a, p.b)
			c.takeIn(&s.byDistance, p)
			s.pairs = append(s.pairs, p)
		}
		gains = append(gains, s.gains())
		s.Finding = c.gain(coherenceStrata[i].title+": "+name, matched, gains[i])
	}
	o.mean = c.gain(name, matched, equalWeight(gains...))
	return o
}

// stronger takes, in each stratum, the comparison in which b does less well: the
// opponent that costs less is there at equal cost too. p is the larger of both,
// so that a gain is one over both opponents.
func (c *coherence) stronger(x, y *overStrata) overStrata {
	var o overStrata
	var gains [][]float64
	for i, s := range coherenceStrata {
		from, other := &x.strata[i], &y.strata[i]
		if from.Effect == nil || other.Effect == nil { // both opponents are asked for
			o.strata[i].Finding = finding(s.title, ByFLOPs, "points").noted("an opponent is missing")
			continue
		}
		if *other.Effect < *from.Effect {
			from, other = other, from
		}
		o.strata[i] = *from
		f := &o.strata[i].Finding
		f.Note = strings.TrimPrefix(f.Name, s.title+": ")
		f.Name, f.Matched, f.P = s.title+", against the stronger opponent", ByFLOPs, largerP(f.P, other.P)
		gains = append(gains, from.gains())
	}
	o.mean = c.gain("against the stronger opponent", ByFLOPs, equalWeight(gains...))
	o.mean.P = largerP(o.mean.P, largerP(x.mean.P, y.mean.P))
	return o
}

// largerP is the larger of two p-values; nil when one is unknown.
func largerP(p, q *float64) *float64 {
	if p == nil || q == nil {
		return nil
	}
	larger := max(*p, *q)
	return &larger
}

// counted are the strata with enough instances.
func (c *coherence) counted(o *overStrata) []*Finding {
	var list []*Finding
	for i := range o.strata {
		f := &o.strata[i].Finding
		if least := c.Number("stratum_instances"); float64(f.N) < least || !f.known() {
			f.Note = fmt.Sprintf("does not count: %d instances, %g needed", f.N, least)
			c.v.exclude("%s: %s", coherenceStrata[i].title, f.Note)
			continue
		}
		list = append(list, f)
	}
	return list
}

// growth is the change of the difference with distance, over all strata.
func (c *coherence) growth(o *overStrata) Finding {
	all := byDistance{least: c.Number("bin_opportunities")}
	for _, p := range o.pairs() {
		c.takeIn(&all, p)
	}
	return c.index.growth(&all)
}

// pairs are those of all strata.
func (o *overStrata) pairs() (list []pair) {
	for i := range o.strata {
		list = append(list, o.strata[i].pairs...)
	}
	return list
}

// all are the mean and the strata that have an effect.
func (o *overStrata) all() []Finding {
	if o.mean.Effect == nil {
		return nil
	}
	list := []Finding{o.mean}
	for _, s := range o.strata {
		list = append(list, s.Finding)
	}
	return lists.Keep(list, func(f Finding) bool { return f.Effect != nil })
}

// quality is what diffusion costs where the cheapest autoregressive decoder
// without an oracle is as coherent within the margin.
func (c *coherence) quality(opponents ...overStrata) Finding {
	f := finding("FLOPs of diffusion over those of the cheapest autoregressive decoder that is as coherent within the margin", ByQuality, "ratio")
	for _, o := range opponents {
		if ratio, ok := costRatio(o.pairs(), flops); ok && o.mean.known() && o.mean.CI.High < c.margin() {
			return f.exactly(ratio, o.mean.N).noted("with %s", o.pairs()[0].a.Label)
		}
	}
	return f.noted("no autoregressive decoder was shown to be as coherent")
}

// controls compares shares of right answers where the fair control of the
// autoregressive side is another order of reading or writing.
func (c *coherence) controls() {
	diffusion := c.role("diffusion")
	for _, g := range c.competent("coherence-controls") {
		for _, o := range []struct {
			a       pick
			matched Matching
		}{
			{c.role("autoregressive"), ByNFE}, {c.role("autoregressive-fim"), ByNFE}, {c.atCost(diffusion, flops, "autoregressive-best"), ByFLOPs},
		} {
			for _, p := range pairs([]*Group{g}, o.a, diffusion) {
				if o.matched == ByNFE {
					c.v.untrained(p.a, p.b)
				}
				c.conditions(points(fmt.Sprintf("%s: right answers, %s", g.Place, p), o.matched, []pair{p}, solved))
			}
		}
	}
}

// settings is how the primary difference depends on settings.
func (c *coherence) settings(primary *overStrata) {
	best := func(b pick) pick { return c.atCost(b, flops, "autoregressive-best") }
	own := c.own()
	onOwn := func(p pick) pick {
		return func(g *Group) *Cell {
			if i := slices.IndexFunc(own, func(task *Group) bool { return task.Place == g.ButWeights() }); i >= 0 {
				return p(own[i])
			}
			return nil
		}
	}
	diffusion, quarter, adaptive, remasking := c.role("diffusion"), c.role("quarter"), c.role("adaptive"), c.role("remasking")
	for _, s := range []struct {
		name    string
		matched Matching
		a, b    pick
	}{
		{"a quarter of the steps, against best-of-N", ByFLOPs, best(quarter), quarter},
		{"a quarter of the steps instead of all", ByTokens, diffusion, quarter},
		{"several confident tokens per step, against best-of-N", ByFLOPs, best(adaptive), adaptive},
		{"random instead of low-confidence order", ByNFE, diffusion, c.role("random-order")},
		{"a decoder that can re-mask tokens, against best-of-N", ByFLOPs, best(remasking), remasking},
		{"against best-of-N chosen by the checker (an oracle)", ByTokens, c.role("autoregressive-oracle"), diffusion},
		{OwnWeights + "against best-of-N", ByFLOPs, onOwn(best(diffusion)), onOwn(diffusion)},
		{OwnWeights + "against one greedy answer", ByNFE, onOwn(c.atCost(diffusion, passes, "autoregressive")), onOwn(diffusion)},
	} {
		if o := c.compare(s.name, s.matched, s.a, s.b); o.mean.Effect != nil {
			c.sensitivity(o.mean)
		}
	}
	for _, margin := range []float64{1, 5} {
		gains := lists.Keep(primary.strata[:], func(s stratum) bool { return s.atLeast(margin) })
		c.sensitivity(finding(fmt.Sprintf("strata with a gain if the margin were %g points (uncorrected)", margin), ByFLOPs, "strata").exactly(float64(len(gains)), primary.mean.N))
	}
	c.budgets("coherence-budget", "autoregressive", "diffusion")
}

// figure shows coherence by distance.
func (c *coherence) figure(o *overStrata) {
	c.v.Figure = &Figure{Title: "Share of constraints met by distance, against the stronger left-to-right decoder", XLabel: "words between cause and check", YLabel: "constraints met (%)", LogX: true}
	for i, s := range coherenceStrata {
		if ps := o.strata[i].pairs; len(ps) > 0 {
			c.v.Figure.Series = append(c.v.Figure.Series, c.curves(&o.strata[i].byDistance, s.title, ps[0])...)
		}
	}
}

// conclude applies the rule.
func (c *coherence) conclude(counted []*Finding, growth Finding) {
	v, needed := c.v, int(c.Number("strata"))
	count := func(meets func(*Finding) bool) int { return len(lists.Keep(counted, meets)) }
	gains := count(func(f *Finding) bool { return f.isMet() })
	losses := count(func(f *Finding) bool { return f.side(0) == below })
	small := count(func(f *Finding) bool { return f.side(c.margin()) == below })
	if v.Primary.known() {
		v.Primary = v.Primary.met(v.Primary.atLeast(c.margin()))
	}
	switch {
	case len(counted) < needed:
		v.undecided("Only %d of %d strata can be judged, %d are needed: %s.", len(counted), len(coherenceStrata), needed, v.reasons())
		return
	case gains >= needed && losses == 0 && v.Primary.isMet() && growth.isMet():
		v.Result = Supported
	case small == len(counted):
		v.Result = Refuted
	case gains > 0:
		v.Result = Conditional
	}
	words := []string{fmt.Sprintf("With one token per step, the coherence of diffusion differs by %s from that of left-to-right decoding with as many FLOPs or fewer, over %d instances.",
		v.Primary, v.Primary.N)}
	for _, f := range counted {
		name, _, _ := strings.Cut(f.Name, ",")
		words = append(words, fmt.Sprintf("%s: %s.", capital(name), f))
	}
	words = append(words, fmt.Sprintf("%d of %d strata gain at least %g points.", gains, len(counted), c.margin()))
	switch {
	case !growth.known():
		words = append(words, "How the difference depends on distance could not be estimated.")
	case growth.isMet():
		words = append(words, fmt.Sprintf("The difference grows with distance (%s).", growth))
	default:
		words = append(words, fmt.Sprintf("No growth with distance was shown (%s).", growth))
	}
	v.Paragraph = sentences(slices.Concat(words, []string{"The verdict holds for this checkpoint, at equal or fewer FLOPs."})...)
}
