package claims

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// family is a task at several lengths.
type family = lists.Part[string, lengthPoint]

// lengthPoint is one length of a family: the cells of a decoder by number of
// steps, and what they solved.
type lengthPoint struct {
	group  *Group
	length float64 // token budget
	steps  []float64
	solved [][]bool // by steps, then by instance; the last is one step per token
}

// familyName is the rung without its length, with the workload.
func familyName(c *result.Cell) string {
	for _, knob := range []string{"length", "items"} {
		if n, ok := c.Knobs[knob]; ok {
			return c.Workload + " " + strings.Replace(c.Rung, strconv.Itoa(int(n)), "n", 1)
		}
	}
	return c.Workload + " " + c.Rung
}

// families gathers the lengths of each family with enough of them, shortest first.
func (d *decision) families(groups []*Group) []family {
	var points []lengthPoint
	for _, g := range groups {
		p, why := pointOf(g, d.Decoder("steps"))
		if why != "" {
			d.v.exclude("%s: %s", g.Place, why)
			continue
		}
		points = append(points, p)
	}
	list := lists.Split(points, func(p lengthPoint) string { return familyName(&p.group.Cells[0].Cell) })
	return slices.DeleteFunc(list, func(f family) bool {
		slices.SortFunc(f.Of, func(a, b lengthPoint) int { return int(a.length - b.length) })
		few := len(f.Of) < int(d.Number("lengths"))
		if few {
			d.v.exclude("%s: %d usable lengths, the fit needs %g", f.Key, len(f.Of), d.Number("lengths"))
		}
		return few
	})
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
	if err != nil || !AboveChance(share, g.Chance, 1) {
		return p, fmt.Sprintf("one step per token solves %.3g%%, less than ten points above the chance of %.3g%%", 100*share.Value, 100*g.Chance)
	}
	for _, s := range p.steps {
		row := []bool{}
		for _, id := range best.Instances() {
			x, ok := bySteps[s].Value(id, solved)
			if !ok {
				return p, "not every number of steps was judged on the same instances"
			}
			row = append(row, x > 0.5)
		}
		p.solved = append(p.solved, row)
	}
	return p, ""
}

// need is what counts as enough steps.
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
func (d *decision) exponent(name string, fs []family, n need) Finding {
	var points []lengthPoint
	t := stats.Trend{LogY: true}
	instances := 0
	for _, fam := range fs {
		mean := 0.0
		for _, p := range fam.Of {
			mean += math.Log2(p.length) / float64(len(fam.Of))
		}
		for _, p := range fam.Of {
			t.X, t.Units = append(t.X, math.Log2(p.length)-mean), append(t.Units, len(p.solved[0]))
			points = append(points, p)
			instances += len(p.solved[0])
		}
	}
	t.Y = func(i int, pick []int32) (float64, bool) { return points[i].least(pick, n), true }
	f, _ := d.slope(finding(name, ByQuality, "exponent"), t)
	f.N = instances
	if !f.known() {
		return f
	}
	// The interval is ±1.96 standard errors if the law is normal; no p is less
	// than the resamples can show.
	p := 1.0 / draws
	if se := (f.CI.High - f.CI.Low) / (2 * 1.96); se > 0 {
		p = max(p, math.Erfc(math.Abs(*f.Effect-d.Number("fixed"))/se/math.Sqrt2))
	}
	f.P = &p
	return f
}

// decideIterations decides claim 2.
func decideIterations(d *decision) {
	enough := need{margin: d.margin() / 100}
	fs := d.families(d.Find("iterations"))
	fixed := d.fixed(fs, enough)
	short := d.short()
	d.affordable()
	d.parts("", fixed, short)
	d.v.Figure = iterationsFigure(fs, enough)
	d.v.warn("S* is known only to a factor of two, because the number of steps was doubled between measurements. The rounding error of its logarithm does not grow with length.")
	if slices.ContainsFunc(fs, func(f family) bool { return strings.Contains(f.Key, "markov") }) {
		d.v.warn("Decoding is greedy: on text with many right continuations, steps are needed for the tokens to agree with each other, not to draw from the right distribution.")
	}
	d.threads("time of full diffusion by threshold over autoregressive", d.plain("reference"), d.plain("fast"), unitSeconds)
}

// fixed decides the first part of claim 2: the number of steps does not grow.
func (d *decision) fixed(fs []family, enough need) partial {
	const unsaid = "Whether the number of steps is fixed cannot be said: no family of tasks was solved at enough lengths."
	if len(fs) == 0 {
		return partial{open, unsaid}
	}
	say := func(f Finding) answer {
		return decided(f.side(d.Number("growing")) == above, f.side(d.Number("fixed")) == below)
	}
	pooled := d.exponent(d.v.Primary.Name, fs, enough)
	d.v.Primary = pooled.holds(say(pooled))
	var under []answer
	var courses []string
	for _, f := range fs {
		one := d.exponent("exponent of "+f.Key, []family{f}, enough)
		one.Note = sentences(one.Note, "S* "+course(f, enough))
		under = append(under, say(one))
		courses = append(courses, f.Key+": "+course(f, enough))
		d.conditions(one.holds(say(one)))
	}
	for _, other := range []struct {
		name string
		need
	}{
		{"at half the margin", need{margin: enough.margin / 2}},
		{"at twice the margin", need{margin: enough.margin * 2}},
		{"if all larger numbers of steps must suffice too", need{enough.margin, true}},
	} {
		f := d.exponent("exponent "+other.name, fs, other.need)
		d.sensitivity(f.holds(say(f)))
	}
	a := settled(say(pooled), under...)
	if pooled.Effect == nil {
		return partial{a, unsaid}
	}
	return partial{a, fmt.Sprintf("The number of steps that full diffusion needs to stay within %g points of one step per token grows with the length of the text to the power %s. Fewest steps: %s. %s",
		100*enough.margin, d.v.Primary.said(), strings.Join(courses, "; "), map[answer]string{
			yes:     "The number of steps is fixed.",
			no:      "The number of steps is not fixed.",
			depends: "Whether it is fixed depends on the task.",
			open:    "It is neither clearly fixed nor clearly growing.",
		}[a])}
}

// course lists S* by length.
func course(f family, n need) string {
	var parts []string
	for _, p := range f.Of {
		parts = append(parts, fmt.Sprintf("%g at %g tokens", p.least(p.all(), n), p.length))
	}
	return list(parts)
}

func iterationsFigure(fs []family, enough need) *Figure {
	fig := &Figure{Title: "Steps needed, by length", XLabel: "token budget", YLabel: "least steps within the margin", LogX: true, LogY: true}
	diagonal := curve("one step per token", "")
	for _, f := range fs {
		s := curve(f.Key, "diffusion")
		for _, p := range f.Of {
			s.X, s.Y = append(s.X, p.length), append(s.Y, p.least(p.all(), enough))
		}
		diagonal.X = append(diagonal.X, s.X...)
		fig.draw(s)
	}
	slices.Sort(diagonal.X)
	diagonal.X = slices.Compact(diagonal.X)
	diagonal.Y = diagonal.X
	fig.draw(diagonal)
	return fig
}
