package claims

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"dllmbench/harness/stats"
)

// partial is the answer to a part of a claim, in words.
type partial struct {
	answer answer
	words  string
}

// lengthDuels are the comparisons of a family at short and at long budgets.
type lengthDuels struct {
	family      string
	short, long []duel
}

// judgeShort judges the second part of claim 2: faster on short tasks.
func judgeShort(ev *Evidence, r Rule, v *Verdict) partial {
	groups := competent(ev.Find("short"), v)
	all := splitLengths(duels(groups, plain(r.Decoder("reference")), plain(r.Decoder("fast"))), r)
	both := slices.DeleteFunc(slices.Clone(all), func(d lengthDuels) bool {
		if len(d.short) == 0 || len(d.long) == 0 {
			v.exclude(d.family + ": not both a short and a long rung are usable, so times cannot be compared over length")
			return true
		}
		return false
	})
	if len(both) == 0 {
		return partial{open, "Whether diffusion is faster on short tasks cannot be said: no family of tasks is usable at a short and at a long budget."}
	}
	pooled := lengthDuels{family: "all families"}
	var under []answer
	var courses []string
	for _, d := range both {
		pooled.short, pooled.long = append(pooled.short, d.short...), append(pooled.long, d.long...)
		one := shortAnswer(d, r, v)
		under = append(under, one.answer)
		courses = append(courses, fmt.Sprintf("%s: %s and %s", d.family, one.short.said(), one.long.said()))
	}
	whole := shortAnswer(pooled, r, v)
	a := settled(whole.answer, under...)
	text := fmt.Sprintf("At budgets up to %g tokens full diffusion by threshold takes %s the time of autoregressive decoding, from %g tokens on %s (%s).",
		r.Number("short"), whole.short.said(), r.Number("long"), whole.long.said(), strings.Join(courses, "; "))
	switch a {
	case yes:
		text += " It is faster on short tasks, and more so than on long ones."
	case no:
		text += " That is not an advantage of short tasks."
	case depends:
		text += " Whether short tasks favour it depends on the task."
	default:
		text += " " + whole.why
	}
	return partial{a, text}
}

func splitLengths(ds []duel, r Rule) []lengthDuels {
	var list []lengthDuels
	for _, d := range ds {
		name := familyName(d.group)
		i := slices.IndexFunc(list, func(l lengthDuels) bool { return l.family == name })
		if i < 0 {
			i = len(list)
			list = append(list, lengthDuels{family: name})
		}
		switch b := float64(d.group.Budget); {
		case b <= r.Number("short"):
			list[i].short = append(list[i].short, d)
		case b >= r.Number("long"):
			list[i].long = append(list[i].long, d)
		}
	}
	return list
}

type shortOutcome struct {
	answer      answer
	why         string // when open
	short, long Finding
}

// shortAnswer compares times and quality of one family, or of all, and records
// the findings.
func shortAnswer(d lengthDuels, r Rule, v *Verdict) shortOutcome {
	o := shortOutcome{answer: open}
	o.short = ratio("time of diffusion by threshold over autoregressive, short budgets, "+d.family, ByTokens, d.short, unitSeconds, 1)
	o.long = ratio("the same, long budgets, "+d.family, ByTokens, d.long, unitSeconds, 1)
	shift := shiftOf(d)
	loss := points("solved by diffusion by threshold minus autoregressive, short budgets, "+d.family, ByTokens, d.short, Solved)
	quality := r.Number("quality")
	switch {
	case o.short.side(1) == above, shift.side(1) == below:
		o.answer = no
	case loss.side(-quality) == below:
		o.why = fmt.Sprintf("Where it is fast it solves %s, so times are not at matched quality.", loss.gap())
	case o.short.side(1) == below && shift.side(1) == above && loss.side(-quality) == above:
		o.answer = yes
	default:
		o.why = "The intervals do not tell short from long, or do not exclude a loss of quality."
	}
	o.short = o.short.holds(o.answer)
	v.Conditions = append(v.Conditions, o.short, o.long, shift, loss)
	return o
}

// shiftOf is how much larger the ratio of times is at long budgets than at
// short ones.
func shiftOf(d lengthDuels) Finding {
	f := Finding{Name: "ratio of times at long budgets over that at short ones, " + d.family, Matched: ByTokens, Unit: "ratio"}
	logs := func(ds []duel) (all []float64) {
		for _, d := range ds {
			all = append(all, logRatios(d.a, d.b, unitSeconds)...)
		}
		return all
	}
	x, y := logs(d.short), logs(d.long)
	f.N = len(x) + len(y)
	e, err := stats.ShiftAt(x, y, stats.Level)
	if err != nil {
		f.Note = "nothing to compare"
		return f
	}
	f.Effect = new(float64)
	*f.Effect = math.Exp(e.Value)
	if e.CI != nil {
		f.CI = &stats.Interval{Low: math.Exp(e.CI.Low), High: math.Exp(e.CI.High)}
	}
	return f
}

// affordable adds, for random weights of each size, how many passes over the
// whole canvas take as long as autoregressive decoding: a larger S* is slower.
func affordable(ev *Evidence, r Rule, v *Verdict) {
	for _, g := range ev.Find("short-cost") {
		ar := plain(r.Decoder("reference"))(g)
		for _, c := range g.Labelled(r.Decoder("steps")) {
			if ar == nil {
				continue
			}
			passes := ratio("", ByTime, []duel{{g, c, ar}}, func(u unit) float64 { return u.seconds }, 1)
			nfe, _ := c.Mean(NFE)
			if passes.Effect == nil || nfe == 0 {
				continue
			}
			f := Finding{Name: fmt.Sprintf("passes of full diffusion that take as long as autoregressive decoding: random weights %s, budget %d", g.Weights, g.Budget),
				Matched: ByTime, Unit: "passes", N: passes.N, Effect: times(*passes.Effect, nfe)}
			if passes.CI != nil {
				f.CI = &stats.Interval{Low: passes.CI.Low * nfe, High: passes.CI.High * nfe}
			}
			v.Sensitivity = append(v.Sensitivity, f)
		}
	}
}

func times(x, y float64) *float64 {
	z := x * y
	return &z
}
