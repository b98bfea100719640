package claims

import (
	"fmt"
	"math"
	"slices"

	"dllmbench/harness/lists"
	"dllmbench/harness/stats"
	"dllmbench/harness/trace"
)

// Forced answers are secondary evidence of claim 4: what the result is worth when
// it has to be given before the reasoning is complete. They decide nothing.

// forcedShares are the shares of the steps at which traces are read.
var forcedShares = [...]float64{0, 0.25, 0.5, 0.75, 1}

// forcedTraces is how often diffusion shows the right result at a share of its
// steps, in all traces, those of wrong answers included.
func (l *latent) forcedTraces() {
	var right [len(forcedShares)]int
	n := 0
	for _, t := range tracesOf(l.groups, l.role("diffusion")) {
		i := slices.IndexFunc(t.Spans, func(s trace.Span) bool { return s.Name == trace.Result })
		course := trace.CourseOf(t)
		if i < 0 || course.Steps == 0 {
			continue
		}
		shown := course.Shows(t.Reference, t.Spans[i])
		n++
		for i, share := range forcedShares {
			if shown[stepAt(share, len(shown))] {
				right[i]++
			}
		}
	}
	line := curve("diffusion, result read off", "diffusion")
	for i, share := range forcedShares {
		f := finding(fmt.Sprintf("diffusion, result read off at %.0f%% of the steps: right", 100*share), ByTokens, "%").of(stats.Proportion(right[i], n))
		if n > 0 {
			l.sensitivity(f)
		}
		line.add(share, f)
	}
	l.v.Figure.draw(line)
}

// stepAt is the index of the step at a share of n steps; share 0 is the first.
func stepAt(share float64, n int) int {
	return max(0, min(n, int(math.Ceil(share*float64(n))))-1)
}

// forcedAnswers is what decoders solve of workload forced, by decoder and share of
// the reasoning that is given.
func (l *latent) forcedAnswers() {
	groups := lists.Keep(l.Find("latent-forced"), func(g *Group) bool { return g.Knobs["terms"] > 1 })
	given := func(c *Cell) float64 { return c.Knobs["steps"] / (c.Knobs["terms"] - 1) }
	var lines []Series
	measured := false
	for _, decoder := range lists.Split(cellsOf(groups, ""), func(c *Cell) string { return c.Label }) {
		line := curve(decoder.Key+", result forced", decoder.Of[0].Engine)
		for _, c := range decoder.Of {
			if e, err := c.Share(); err == nil {
				measured = true
				l.sensitivity(finding(fmt.Sprintf("%s: solved by %s", c.where(), decoder.Key), ByTokens, "%").of(e, nil).noted("chance %.3g%%", 100*c.chance()))
			}
		}
		for _, at := range sorted(lists.Split(decoder.Of, given)) {
			right, all := 0, 0
			for _, c := range at.Of {
				hits, n := c.counts()
				right, all = right+hits, all+n
			}
			line.add(at.Key, finding("", "", "%").of(stats.Proportion(right, all)))
		}
		lines = append(lines, line)
	}
	if !measured {
		l.sensitivity(missing("result forced after a part of the reasoning", "%"))
	}
	chance := curve("chance of the forced result", "")
	for _, at := range sorted(lists.Split(groups, func(g *Group) float64 { return given(g.Cells[0]) })) {
		sum := 0.0
		for _, g := range at.Of {
			sum += 100 * g.Chance
		}
		chance.X, chance.Y = append(chance.X, at.Key), append(chance.Y, sum/float64(len(at.Of)))
	}
	l.v.Figure.draw(append(lines, chance)...)
}
