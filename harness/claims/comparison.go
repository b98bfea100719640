package claims

import (
	"fmt"
	"strings"
)

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
