package claims

import (
	"fmt"
	"math"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/harness/stats"
)

// spans are the comparisons of a family at short and at long budgets.
type spans struct {
	family      string
	short, long []pair
}

// short decides the second part of claim 2: faster on short tasks.
func (d *decision) short() partial {
	pooled := spans{family: "all families"}
	var under []answer
	var courses []string
	var each []spans
	for _, f := range lists.Split(pairs(d.competent("short"), d.plain("reference"), d.plain("fast")), func(p pair) string { return familyName(&p.b.Cell) }) {
		s := spans{family: f.Key}
		for _, p := range f.Of {
			switch b := float64(p.b.Budget); {
			case b <= d.Number("short"):
				s.short = append(s.short, p)
			case b >= d.Number("long"):
				s.long = append(s.long, p)
			}
		}
		if len(s.short) == 0 || len(s.long) == 0 {
			d.v.exclude("%s: a short or a long rung is missing, so times cannot be compared across lengths", f.Key)
			continue
		}
		each = append(each, s)
	}
	if len(each) == 0 {
		return partial{open, "Whether diffusion is faster on short tasks cannot be said: no family of tasks is usable at a short and at a long budget."}
	}
	for _, s := range each {
		pooled.short, pooled.long = append(pooled.short, s.short...), append(pooled.long, s.long...)
		one, short, long := d.fasterWhenShort(s)
		under = append(under, one.answer)
		courses = append(courses, fmt.Sprintf("%s: %s and %s", s.family, short.said(), long.said()))
	}
	whole, short, long := d.fasterWhenShort(pooled)
	a := settled(whole.answer, under...)
	return partial{a, fmt.Sprintf("At budgets up to %g tokens full diffusion by threshold takes %s the time of autoregressive decoding, from %g tokens on %s (%s). %s",
		d.Number("short"), short.said(), d.Number("long"), long.said(), strings.Join(courses, "; "), map[answer]string{
			yes:     "It is faster on short tasks, and more so than on long ones.",
			no:      "That is not an advantage of short tasks.",
			depends: "Whether short tasks favour it depends on the task.",
			open:    whole.words,
		}[a])}
}

// fasterWhenShort compares times and quality of one family, or of all, and records
// the findings: the answer with the reason where it is open, and the ratios of times.
func (d *decision) fasterWhenShort(s spans) (p partial, short, long Finding) {
	short = slower("ratio of times, diffusion by threshold over autoregressive, short budgets, "+s.family, s.short)
	long = slower("ratio of times, diffusion by threshold over autoregressive, long budgets, "+s.family, s.long)
	x, y := logRatios(s.short, unitSeconds), logRatios(s.long, unitSeconds)
	shift := finding("ratio of times at long budgets over that at short budgets, "+s.family, ByTokens, "ratio").
		of(stats.ShiftAt(x, y, stats.Level)).mapped(math.Exp)
	shift.N = len(x) + len(y)
	loss := points("solved by diffusion by threshold minus autoregressive, short budgets, "+s.family, ByTokens, s.short, solved)
	quality := loss.side(-d.Number("quality"))
	p = partial{decided(short.side(1) == above || shift.side(1) == below, short.side(1) == below && shift.side(1) == above && quality == above),
		"The intervals do not separate short from long budgets, or do not exclude a loss of quality."}
	if quality == below {
		p.words = fmt.Sprintf("Where it is fast it solves %s, so the times are not at equal quality.", loss.gap())
	}
	d.conditions(short.holds(p.answer), long, shift, loss)
	return p, short, long
}

// affordable adds, for random weights of each size, how many passes over the
// whole canvas take as long as autoregressive decoding: a larger S* is slower.
func (d *decision) affordable() {
	for _, g := range d.Find("short-cost") {
		ar := d.plain("reference")(g)
		for _, c := range g.Labelled(d.Decoder("steps")) {
			nfe := c.mean(passes)
			if ar == nil || nfe == 0 {
				continue
			}
			f := ratio(fmt.Sprintf("passes of full diffusion that take as long as autoregressive decoding: random weights %s, budget %d", g.Weights, g.Budget),
				ByTime, []pair{{c, ar}}, unitSeconds, 1).mapped(func(x float64) float64 { return x * nfe })
			if f.Effect != nil {
				f.Unit, f.P, f.Note = "passes", nil, ""
				d.sensitivity(f)
			}
		}
	}
}
