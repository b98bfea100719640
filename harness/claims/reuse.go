package claims

import (
	"fmt"
	"math"
	"slices"

	"dllmbench/harness/stats"
	"dllmbench/harness/trace"
)

// judgeReuse judges claim 6.
func judgeReuse(ev *Evidence, r Rule, v *Verdict) {
	groups := competent(ev.Find("reuse"), v)
	cached, reference := plain(r.Decoder("cached")), plain(r.Decoder("reference"))
	one := duels(batched(groups, 1), reference, cached)
	many := duels(batched(groups, int(r.Number("batch"))), reference, cached)

	v.Primary = ratio(v.Primary.Name, ByTokens, one, unitSeconds, 1)
	work := ratio("arithmetic of cached diffusion over autoregressive, batch 1", ByTokens, one, unitFLOPs, r.Number("work"))
	batch := ratio(fmt.Sprintf("time, batch %g", r.Number("batch")), ByTokens, many, unitSeconds, 1)
	loss := points("solved by cached diffusion minus autoregressive, batch 1", ByTokens, one, Solved)
	v.Conditions = append(v.Conditions, work, batch, loss)

	whole := lessEfficient(v.Primary, batch, work, loss, r)
	v.Primary = v.Primary.holds(whole)
	var under []answer
	names, parts := byWorkload(one)
	for _, name := range names {
		f := ratio("time, batch 1, "+name, ByTokens, parts[name], unitSeconds, 1)
		a := slower(f)
		under = append(under, a)
		v.Conditions = append(v.Conditions, f.holds(a), points("solved, cached diffusion minus autoregressive, "+name, ByTokens, parts[name], Solved))
	}
	under = append(under, slower(v.Primary), slower(batch))
	var sizes []expected
	if pace, ok := perToken(sides(one)); ok {
		sizes = onRandomWeights(ev.Find("reuse-cost"), r.Decoder("reference"), r.Decoder("cached"), pace, v)
		for _, s := range sizes {
			under = append(under, slower(s.finding))
			v.Conditions = append(v.Conditions, s.finding.holds(slower(s.finding)))
		}
	}
	v.Result = verdictOf(settled(whole, under...))
	v.Conditions = append(v.Conditions, atEqualCost(batched(groups, 1), reference, r.Decoder("cached"))...)
	reuseSensitivity(groups, r, v)
	v.Paragraph = reuseWords(v, work, batch, loss, sizes, r)
	v.Figure = reuseFigure(batched(groups, 1), r)
	if len(one) > 0 && len(sizes) == 0 {
		v.Warnings = append(v.Warnings, "No cells on larger random weights: a model that fits the processor's cache cannot show what wide passes gain on one that does not.")
	}
}

// lessEfficient applies the rule to the pooled findings.
func lessEfficient(one, many, work, loss Finding, r Rule) answer {
	slow := one.side(1) == above && many.side(1) == above
	switch {
	case slow && work.side(r.Number("work")) == above:
		return yes
	case one.side(1) == below && many.side(1) == below && loss.side(-r.Number("margin")) == above:
		return no
	}
	return open
}

// slower tells on which side of equal time a condition lies.
func slower(f Finding) answer {
	switch f.side(1) {
	case above:
		return yes
	case below:
		return no
	}
	return open
}

// sides are the second cells of comparisons.
func sides(ds []duel) []*Cell {
	var list []*Cell
	for _, d := range ds {
		list = append(list, d.b)
	}
	return list
}

// reuseSensitivity shows what each cache is worth: against the same decoder
// without a cache, and what it does to the text.
func reuseSensitivity(groups []*Group, r Rule, v *Verdict) {
	one := batched(groups, 1)
	reference := plain(r.Decoder("reference"))
	if ds := duels(one, reference, plain(r.Decoder("drafts"))); len(ds) > 0 {
		v.Sensitivity = append(v.Sensitivity, ratio("time of autoregressive decoding with copied drafts over that without", ByQuality, ds, unitSeconds, 1))
	}
	for _, role := range []string{"cached", "sweep", "rest", "exact"} {
		label := r.Decoder(role)
		for _, title := range titles(one, label) {
			choose := titled(title)
			ds := duels(one, reference, choose)
			v.Sensitivity = append(v.Sensitivity,
				ratio("arithmetic over autoregressive: "+title, ByTokens, ds, unitFLOPs, 1),
				ratio("time over autoregressive: "+title, ByTokens, ds, unitSeconds, 1),
				points("solved minus autoregressive: "+title, ByTokens, ds, Solved))
			v.Sensitivity = append(v.Sensitivity, drift(one, choose, title)...)
		}
	}
}

// titles are the titles of the cells of an engine, in order.
func titles(groups []*Group, label string) []string {
	var list []string
	for _, g := range groups {
		for _, c := range g.Labelled(label) {
			if !slices.Contains(list, c.Title()) {
				list = append(list, c.Title())
			}
		}
	}
	return list
}

func titled(title string) pick {
	return func(g *Group) *Cell {
		for _, c := range g.Cells {
			if c.Title() == title {
				return c
			}
		}
		return nil
	}
}

// drift is how far kept keys and values are from those that would be computed
// anew, and how often the network then prefers another token, from traces.
func drift(groups []*Group, choose pick, title string) []Finding {
	var keys, values, agree []float64
	for _, g := range groups {
		c := choose(g)
		if c == nil {
			continue
		}
		for _, t := range c.Traces {
			d := trace.Derive(t)
			keys, values, agree = known(keys, d.DriftK), known(values, d.DriftV), known(agree, d.Agreement)
		}
	}
	var list []Finding
	for _, x := range []struct {
		name, unit string
		xs         []float64
	}{
		{"relative change of kept keys, last layer: ", "share", keys},
		{"relative change of kept values, last layer: ", "share", values},
		{"rows with the same most probable token as without cache: ", "share", agree},
	} {
		if e, err := stats.Median(x.xs); err == nil {
			list = append(list, Finding{Name: x.name + title, Matched: ByTokens, Effect: &e.Value, CI: e.CI, Unit: x.unit, N: e.N, Note: "median over traced requests"})
		}
	}
	return list
}

func known(xs []float64, x float64) []float64 {
	if math.IsNaN(x) {
		return xs
	}
	return append(xs, x)
}

func reuseWords(v *Verdict, work, batch, loss Finding, sizes []expected, r Rule) string {
	if v.Primary.Effect == nil {
		return "Nothing can be said: no usable rung was decoded by cached diffusion and by autoregressive decoding at batch 1."
	}
	text := fmt.Sprintf("Full diffusion with its best cache takes %s the arithmetic of autoregressive decoding with a cache, and %s the time at batch 1, %s at batch %g. It solves %s.",
		work.said(), v.Primary.said(), batch.said(), r.Number("batch"), loss.gap())
	for _, s := range sizes {
		text += fmt.Sprintf(" On random weights (%s, batch %d), with as many passes per token, the ratio of times is %s.", s.group.Weights, s.group.Batch, s.finding.said())
	}
	switch v.Result {
	case Supported:
		return text + " It is less efficient, in arithmetic and in time."
	case Refuted:
		return text + " It is not less efficient in time."
	case Conditional:
		return text + " Which one is faster depends on the conditions listed."
	}
	return text + " The rule asks for arithmetic, time at both batch sizes and quality to agree; they do not, or are not known well enough."
}

// reuseFigure draws quality over arithmetic for each cache.
func reuseFigure(groups []*Group, r Rule) *Figure {
	fig := &Figure{Title: "What caches cost and give, batch 1", XLabel: "MFLOP per request", YLabel: "solved (%)", LogX: true}
	for _, s := range []struct{ role, engine string }{
		{"reference", "autoregressive"}, {"drafts", "autoregressive"}, {"cached", "diffusion"}, {"sweep", "diffusion"}, {"rest", "diffusion"}, {"exact", "block"},
	} {
		for _, title := range titles(groups, r.Decoder(s.role)) {
			if x, y, ok := pooledPoint(groups, titled(title)); ok {
				fig.Series = append(fig.Series, Series{Label: title, Engine: s.engine, X: []float64{x}, Y: []float64{y.Value}, Low: []float64{y.CI.Low}, High: []float64{y.CI.High}})
			}
		}
	}
	if len(fig.Series) == 0 {
		return nil
	}
	return fig
}

// pooledPoint is the mean MFLOP of a request and the share solved in per cent,
// over the instances of all groups.
func pooledPoint(groups []*Group, choose pick) (mflop float64, solved stats.Estimate, ok bool) {
	hit, n, work := 0, 0, 0.0
	for _, g := range groups {
		c := choose(g)
		if c == nil {
			continue
		}
		for _, id := range c.Instances() {
			x, judged := c.Value(id, Solved)
			f, _ := c.Value(id, FLOPs)
			if judged {
				n, work = n+1, work+f/1e6
				if x > 0.5 {
					hit++
				}
			}
		}
	}
	if n == 0 {
		return 0, solved, false
	}
	e, err := stats.Proportion(hit, n)
	if err != nil {
		return 0, solved, false
	}
	e.Value, e.CI = 100*e.Value, &stats.Interval{Low: 100 * e.CI.Low, High: 100 * e.CI.High}
	return work / float64(n), e, true
}
