package claims

import (
	"fmt"

	"dllmbench/harness/lists"
	"dllmbench/harness/stats"
	"dllmbench/harness/trace"
)

// decideReuse decides claim 6.
func decideReuse(d *decision) {
	v, margin := d.v, d.margin()
	groups := d.competent("reuse")
	single := batched(groups, 1)
	one := pairs(single, d.plain("reference"), d.plain("cached"))
	many := pairs(batched(groups, int(d.Number("batch"))), d.plain("reference"), d.plain("cached"))

	v.Primary = slower(v.Primary.Name, one)
	work := ratio("FLOPs of cached diffusion over autoregressive, batch 1", ByTokens, one, unitFLOPs, d.Number("work"))
	batch := slower(fmt.Sprintf("time, batch %g", d.Number("batch")), many)
	loss := points("solved by cached diffusion minus autoregressive, batch 1", ByTokens, one, solved)
	d.conditions(work, batch, loss)
	whole := decided(v.Primary.side(1) == below && batch.side(1) == below && loss.side(-margin) == above,
		v.Primary.side(1) == above && batch.side(1) == above && work.side(d.Number("work")) == above)
	v.Primary = v.Primary.holds(whole)
	var under []answer
	for _, part := range lists.Split(one, workload) {
		f := slower("time, batch 1, "+part.Key, part.Of)
		under = append(under, isSlower(f))
		d.conditions(f.holds(isSlower(f)), points("solved, cached diffusion minus autoregressive, "+part.Key, ByTokens, part.Of, solved))
	}
	under = append(under, isSlower(v.Primary), isSlower(batch))
	var sizes []expected
	if pace, ok := perToken(one); ok {
		sizes = d.onRandomWeights("reuse-cost", "cached", pace)
	}
	words := fmt.Sprintf("Full diffusion with its best cache takes %s the FLOPs of autoregressive decoding with a cache, and %s the time at batch 1, %s at batch %g. It solves %s.",
		work.said(), v.Primary.said(), batch.said(), d.Number("batch"), loss.gap())
	for _, s := range sizes {
		under = append(under, isSlower(s.Finding))
		d.conditions(s.holds(isSlower(s.Finding)))
		words += fmt.Sprintf(" On random weights (%s, batch %d), with as many passes per token, the ratio of times is %s.", s.group.Weights, s.group.Batch, s.said())
	}
	v.Result = verdictOf(settled(whole, under...))
	d.atEqualCost(single, "cached")
	d.caches(single)
	v.Paragraph = sentences(words, map[Result]string{
		Supported:    "It is less efficient, in FLOPs and in time.",
		Refuted:      "It is not less efficient in time.",
		Conditional:  "Which one is faster depends on the conditions listed.",
		Inconclusive: "The rule asks that FLOPs, time at both batch sizes and quality agree. They do not, or their intervals are too wide.",
	}[v.Result])
	if v.Primary.Effect == nil {
		v.Paragraph = "Nothing can be said: no usable rung was decoded by cached diffusion and by autoregressive decoding at batch 1."
	}
	if len(one) > 0 && len(sizes) == 0 {
		v.warn("The run has no cells on larger random weights. A model that fits into the processor's cache cannot show what wide passes gain on a model that does not.")
	}
	d.threads("time of cached full diffusion over autoregressive", d.plain("reference"), d.plain("cached"), unitSeconds)
	d.onOwn("cached full diffusion over autoregressive", d.plain("reference"), d.plain("cached"), true)
}

// isSlower is on which side of equal time a condition lies.
func isSlower(f Finding) answer { return decided(f.side(1) == below, f.side(1) == above) }

// caches shows what each cache is worth: against autoregressive decoding, and what it
// does to the text; the figure draws quality over FLOPs.
func (d *decision) caches(groups []*Group) {
	if ps := pairs(groups, d.plain("reference"), d.plain("lookup")); len(ps) > 0 {
		d.sensitivity(ratio("time of autoregressive decoding with copied drafts over time without", ByQuality, ps, unitSeconds, 1))
	}
	d.v.Figure = &Figure{Title: "What caches cost and give, batch 1", XLabel: "MFLOP per request", YLabel: "solved (%)", LogX: true}
	for _, s := range []struct {
		role, engine string
		reference    bool
	}{
		{"reference", "autoregressive", true}, {"lookup", "autoregressive", true},
		{"cached", "diffusion", false}, {"sweep", "diffusion", false}, {"rest", "diffusion", false}, {"exact", "block", false},
	} {
		for _, title := range titles(groups, d.Decoder(s.role)) {
			point := Series{Label: title, Engine: s.engine}
			point.add(pooledPoint(groups, titled(title)))
			d.v.Figure.draw(point)
			if !s.reference {
				d.againstReference(title, groups, titled(title))
				d.drift(groups, titled(title), title)
			}
		}
	}
}

// againstReference compares a setting with autoregressive decoding: FLOPs, time and
// right answers.
func (d *decision) againstReference(name string, groups []*Group, b pick) {
	ps := pairs(groups, d.plain("reference"), b)
	d.sensitivity(
		ratio("FLOPs over autoregressive: "+name, ByTokens, ps, unitFLOPs, 1),
		slower("time over autoregressive: "+name, ps),
		points("solved minus autoregressive: "+name, ByTokens, ps, solved))
}

// drift is how far cached keys and values are from those that would be computed
// anew, and how often the network then prefers another token, from traces.
func (d *decision) drift(groups []*Group, choose pick, title string) {
	var keys, values, agree []float64
	for _, t := range tracesOf(groups, choose) {
		derived := trace.Derive(t)
		keys, values, agree = appendFinite(keys, derived.DriftK), appendFinite(values, derived.DriftV), appendFinite(agree, derived.Agreement)
	}
	for _, x := range []struct {
		name string
		xs   []float64
	}{
		{"relative change of cached keys, last layer: ", keys},
		{"relative change of cached values, last layer: ", values},
		{"rows with the same most probable token as without a cache: ", agree},
	} {
		if f := finding(x.name+title, ByTokens, "share").of(stats.Median(x.xs)); f.Effect != nil {
			d.sensitivity(f.noted("median over traced requests"))
		}
	}
}

// pooledPoint is the mean MFLOP of a request and the share solved in per cent,
// over the instances of all groups.
func pooledPoint(groups []*Group, choose pick) (mflop float64, right Finding) {
	hits, n, work := 0, 0, 0.0
	for _, p := range pairs(groups, choose, choose) {
		h, all := p.a.counts()
		hits, n = hits+h, n+all
		for _, id := range p.a.Instances() {
			if _, judged := p.a.Value(id, solved); judged {
				f, _ := p.a.Value(id, flops)
				work += f / 1e6
			}
		}
	}
	return work / float64(n), finding("", "", "%").of(stats.Proportion(hits, n))
}
