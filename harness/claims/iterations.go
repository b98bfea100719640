package claims

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"dllmbench/harness/stats"
)

// family is a task at several lengths.
type family struct {
	name   string
	points []lengthPoint
}

// lengthPoint is one length of a family: the cells of a decoder by number of
// steps, and what they solved.
type lengthPoint struct {
	group  *Group
	length float64 // token budget
	steps  []float64
	solved [][]bool // by steps, then by instance; the last is one step per token
}

// familyName is the rung without its length, with the workload.
func familyName(g *Group) string {
	for _, knob := range []string{"length", "items"} {
		if n, ok := g.Knobs[knob]; ok {
			return g.Workload + " " + strings.Replace(g.Rung, strconv.Itoa(int(n)), "n", 1)
		}
	}
	return g.Workload + " " + g.Rung
}

// families gathers the lengths of each family, shortest first.
func families(groups []*Group, label string, v *Verdict) []family {
	var list []family
	for _, g := range groups {
		p, why := pointOf(g, label)
		if why != "" {
			v.exclude(g.Place.String() + ": " + why)
			continue
		}
		name := familyName(g)
		i := slices.IndexFunc(list, func(f family) bool { return f.name == name })
		if i < 0 {
			i = len(list)
			list = append(list, family{name: name})
		}
		list[i].points = append(list[i].points, p)
	}
	for _, f := range list {
		slices.SortFunc(f.points, func(a, b lengthPoint) int { return int(a.length - b.length) })
	}
	return list
}

// pointOf collects the step sweep of a group; the reason when it cannot be used.
func pointOf(g *Group, label string) (lengthPoint, string) {
	p := lengthPoint{group: g, length: float64(g.Budget)}
	bySteps := map[float64]*Cell{}
	for _, c := range g.Labelled(label) {
		if s, ok := c.Option("steps"); ok {
			if s == 0 {
				s = p.length
			}
			s = min(s, p.length)
			if bySteps[s] == nil {
				bySteps[s] = c
				p.steps = append(p.steps, s)
			}
		}
	}
	slices.Sort(p.steps)
	if len(p.steps) < 2 || p.steps[len(p.steps)-1] < p.length {
		return p, "one step per token was not measured"
	}
	best := bySteps[p.length]
	share, err := best.Share()
	if err != nil || share.Value < g.Chance+Competence || share.CI.Low <= g.Chance {
		return p, fmt.Sprintf("one step per token solves %.3g%%, less than ten points more than the chance of %.3g%%", 100*share.Value, 100*g.Chance)
	}
	for _, s := range p.steps {
		row := []bool{}
		for _, id := range best.Instances() {
			x, ok := bySteps[s].Value(id, Solved)
			if !ok {
				return p, "not every number of steps was judged on the same instances"
			}
			row = append(row, x > 0.5)
		}
		p.solved = append(p.solved, row)
	}
	return p, ""
}

// need says what counts as enough steps.
type need struct {
	margin  float64 // share solved that may be lost
	lasting bool    // all larger numbers of steps have to be enough too
}

// least is the least number of steps with which the share solved of the picked
// instances is no more than a margin below that of one step per token.
func (p lengthPoint) least(pick []int32, n need) float64 {
	last := len(p.steps) - 1
	want := float64(hits(p.solved[last], pick)) - n.margin*float64(len(pick)) - 1e-9
	enough := func(i int) bool { return i == last || float64(hits(p.solved[i], pick)) >= want }
	if !n.lasting {
		for i := range p.steps {
			if enough(i) {
				return p.steps[i]
			}
		}
	}
	for last > 0 && enough(last-1) {
		last--
	}
	return p.steps[last]
}

func hits(solved []bool, pick []int32) int {
	n := 0
	for _, i := range pick {
		if solved[i] {
			n++
		}
	}
	return n
}

// all picks every instance once.
func (p lengthPoint) all() []int32 {
	pick := make([]int32, len(p.solved[0]))
	for i := range pick {
		pick[i] = int32(i)
	}
	return pick
}

// exponent fits S* = c·L^b with a constant for each family: least squares on
// logarithms, of which each family's mean length is taken off, which leaves
// the within-family slope.
func exponent(ev *Evidence, name string, fs []family, n need, bound float64) Finding {
	f := Finding{Name: name, Matched: ByQuality, Unit: "exponent"}
	var points []lengthPoint
	t := stats.Trend{LogY: true}
	for _, fam := range fs {
		mean := 0.0
		for _, p := range fam.points {
			mean += math.Log2(p.length) / float64(len(fam.points))
		}
		for _, p := range fam.points {
			t.X, t.Units = append(t.X, math.Log2(p.length)-mean), append(t.Units, len(p.solved[0]))
			points = append(points, p)
			f.N += len(p.solved[0])
		}
	}
	t.Y = func(i int, pick []int32) (float64, bool) { return points[i].least(pick, n), true }
	line, err := ev.boot.Slope(t)
	if err != nil {
		f.Note = err.Error()
		return f
	}
	f.Effect, f.CI = &line.Slope.Value, line.Slope.CI
	if f.CI == nil {
		return f
	}
	// The interval is ±1.96 standard errors if the law is normal; no p is less
	// than the resamples can show.
	p := 1.0 / draws
	if se := (f.CI.High - f.CI.Low) / (2 * 1.96); se > 0 {
		p = max(p, math.Erfc(math.Abs(*f.Effect-bound)/se/math.Sqrt2))
	}
	f.P = &p
	return f
}

// judgeIterations judges claim 2.
func judgeIterations(ev *Evidence, r Rule, v *Verdict) {
	enough := need{margin: r.Number("margin") / 100}
	fs := families(ev.Find("iterations"), r.Decoder("steps"), v)
	fs = slices.DeleteFunc(fs, func(f family) bool {
		few := len(f.points) < int(r.Number("lengths"))
		if few {
			v.exclude(fmt.Sprintf("%s: %d usable lengths, the fit needs %g", f.name, len(f.points), r.Number("lengths")))
		}
		return few
	})
	fixed := judgeFixed(ev, r, v, fs, enough)
	short := judgeShort(ev, r, v)
	affordable(ev, r, v)
	v.Result = verdictOf(fixed, short.answer)
	v.Paragraph = sentences(fixedWords(fixed, v.Primary, fs, enough), short.words, iterationsEnd(v.Result))
	v.Figure = iterationsFigure(fs, enough)
	v.Warnings = append(v.Warnings, "S* is known to a factor of two, since steps were doubled from one measurement to the next; its logarithm has a rounding error that does not grow with length.")
	if slices.ContainsFunc(fs, func(f family) bool { return strings.Contains(f.name, "markov") }) {
		v.Warnings = append(v.Warnings, "Decoding is greedy: on text with many right continuations, steps are needed for the tokens to agree with each other, not to draw from the right distribution.")
	}
}

func judgeFixed(ev *Evidence, r Rule, v *Verdict, fs []family, enough need) answer {
	fixed, growing := r.Number("fixed"), r.Number("growing")
	if len(fs) == 0 {
		return open
	}
	say := func(f Finding) answer {
		switch {
		case f.side(fixed) == below:
			return yes
		case f.side(growing) == above:
			return no
		}
		return open
	}
	pooled := exponent(ev, v.Primary.Name, fs, enough, fixed)
	v.Primary = pooled.holds(say(pooled))
	var under []answer
	for _, f := range fs {
		one := exponent(ev, "exponent of "+f.name, []family{f}, enough, fixed)
		one.Note = sentences(one.Note, "S* "+f.course(enough))
		a := say(one)
		under = append(under, a)
		v.Conditions = append(v.Conditions, one.holds(a))
	}
	for _, other := range []struct {
		name string
		need
	}{
		{"half the margin", need{margin: enough.margin / 2}},
		{"twice the margin", need{margin: enough.margin * 2}},
		{"all larger numbers of steps being enough too", need{enough.margin, true}},
	} {
		f := exponent(ev, "exponent with "+other.name, fs, other.need, fixed)
		v.Sensitivity = append(v.Sensitivity, f.holds(say(f)))
	}
	return settled(say(pooled), under...)
}

// course lists S* by length.
func (f family) course(n need) string {
	var parts []string
	for _, p := range f.points {
		parts = append(parts, fmt.Sprintf("%g at %g tokens", p.least(p.all(), n), p.length))
	}
	return list(parts)
}

func fixedWords(a answer, primary Finding, fs []family, enough need) string {
	if primary.Effect == nil {
		return "Whether the number of steps is fixed cannot be said: no family of tasks was solved at enough lengths."
	}
	var courses []string
	for _, f := range fs {
		courses = append(courses, f.name+": "+f.course(enough))
	}
	text := fmt.Sprintf("The steps that full diffusion needs to stay within %g points of one step per token grow with the length of the text to the power %s. Least steps: %s.",
		100*enough.margin, primary.said(), strings.Join(courses, "; "))
	switch a {
	case yes:
		return text + " The number is fixed."
	case no:
		return text + " The number is not fixed."
	case depends:
		return text + " Whether the number is fixed depends on the task."
	}
	return text + " That is neither clearly fixed nor clearly growing."
}

func iterationsEnd(r Result) string {
	if r != Inconclusive {
		return ""
	}
	return "One part of the claim stays open, so the claim does."
}

func iterationsFigure(fs []family, enough need) *Figure {
	if len(fs) == 0 {
		return nil
	}
	fig := &Figure{Title: "Steps needed, by length", XLabel: "token budget", YLabel: "least steps within the margin", LogX: true, LogY: true}
	var longest []float64
	for _, f := range fs {
		s := Series{Label: f.name, Engine: "diffusion", Line: true}
		for _, p := range f.points {
			s.X, s.Y = append(s.X, p.length), append(s.Y, p.least(p.all(), enough))
			longest = append(longest, p.length)
		}
		fig.Series = append(fig.Series, s)
	}
	slices.Sort(longest)
	longest = slices.Compact(longest)
	fig.Series = append(fig.Series, Series{Label: "one step per token", X: longest, Y: longest, Line: true})
	return fig
}
