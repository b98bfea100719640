package claims

import (
	"fmt"
	"math"
	"slices"

	"dllmbench/harness/stats"
	"dllmbench/harness/trace"
)

// Forced answers are secondary evidence of claim 4: what the result is worth when
// it has to be given before the reasoning is complete. They decide nothing.

// forcedShares are the shares of the steps at which traces are read.
var forcedShares = [...]float64{0, 0.25, 0.5, 0.75, 1}

// forced lists them: diffusion read off at a share of its steps, and every decoder
// made to fill the result in behind a part of the reasoning.
func (j *latentJudge) forced() ([]Finding, []Series) {
	findings, series := j.forcedTraces()
	cut, lines := j.forcedAnswers()
	if len(cut) == 0 {
		cut = []Finding{{Name: "result forced after a part of the reasoning", Matched: ByTokens, Unit: "%", Note: "not measured"}}
	}
	return append(findings, cut...), append(series, lines...)
}

// forcedTraces is how often diffusion shows the right result at a share of its
// steps, in all traces, those of wrong answers included.
func (j *latentJudge) forcedTraces() ([]Finding, []Series) {
	var right [len(forcedShares)]int
	n := 0
	for _, g := range j.groups {
		c := g.Find(j.rule.Decoder("diffusion"))
		if c == nil {
			continue
		}
		for _, t := range c.Traces {
			shown, ok := resultShown(t)
			if !ok {
				continue
			}
			n++
			for i, share := range forcedShares {
				if shown[stepAt(share, len(shown))] {
					right[i]++
				}
			}
		}
	}
	if n == 0 {
		return nil, nil
	}
	line := Series{Label: "diffusion, result read off", Engine: "diffusion", Line: true}
	var list []Finding
	for i, share := range forcedShares {
		f := Finding{Name: fmt.Sprintf("diffusion, result read off at %.0f%% of the steps: right", 100*share), Matched: ByTokens, Unit: "%"}
		if e, err := stats.Proportion(right[i], n); err == nil {
			f.estimated(e, 100)
			line.add(share, f)
		}
		list = append(list, f)
	}
	return list, []Series{line}
}

// resultShown tells for each step whether it shows the whole result of the
// reference; false for a trace without steps or without a result.
func resultShown(t *trace.Trace) (shown []bool, ok bool) {
	i := slices.IndexFunc(t.Spans, func(s trace.Span) bool { return s.Name == trace.Result })
	if i < 0 || t.Spans[i].End > len(t.Reference) {
		return nil, false
	}
	course := trace.CourseOf(t)
	for _, seen := range course.Seen {
		right := true
		for p := t.Spans[i].Start; p < t.Spans[i].End; p++ {
			right = right && p < len(seen) && seen[p] == t.Reference[p]
		}
		shown = append(shown, right)
	}
	return shown, len(shown) > 0
}

// stepAt is the index of the step at a share of n steps; share 0 is the first.
func stepAt(share float64, n int) int {
	return max(0, min(n, int(math.Ceil(share*float64(n))))-1)
}

// forcedAnswers is what decoders solve of workload forced, by decoder and share of
// the reasoning that is given.
func (j *latentJudge) forcedAnswers() ([]Finding, []Series) {
	var list []Finding
	var lines []Series
	for _, label := range j.forcedLabels() {
		at := map[float64][2]int{} // right and all, by share of the steps given
		engine := ""
		for _, g := range j.ev.Find("latent-forced") {
			c := g.Find(label)
			if c == nil || !(g.Knobs["terms"] > 1) {
				continue
			}
			engine = c.Engine
			e, err := c.Share()
			if err != nil {
				continue
			}
			f := Finding{Name: fmt.Sprintf("%s: solved by %s", g.Place, label), Matched: ByTokens, Unit: "%", Note: fmt.Sprintf("chance %.3g%%", 100*g.Chance)}
			f.estimated(e, 100)
			list = append(list, f)
			share := g.Knobs["steps"] / (g.Knobs["terms"] - 1)
			sum := at[share]
			at[share] = [2]int{sum[0] + int(math.Round(e.Value*float64(e.N))), sum[1] + e.N}
		}
		line := Series{Label: label + ", result forced", Engine: engine, Line: true}
		shares := make([]float64, 0, len(at))
		for share := range at {
			shares = append(shares, share)
		}
		slices.Sort(shares)
		for _, share := range shares {
			if e, err := stats.Proportion(at[share][0], at[share][1]); err == nil {
				var f Finding
				f.estimated(e, 100)
				line.add(share, f)
			}
		}
		if len(line.X) > 0 {
			lines = append(lines, line)
		}
	}
	return list, append(lines, j.forcedChance()...)
}

// forcedLabels are the decoders of the forced answers, each once.
func (j *latentJudge) forcedLabels() []string {
	var labels []string
	for _, g := range j.ev.Find("latent-forced") {
		for _, c := range g.Cells {
			if !slices.Contains(labels, c.Label) {
				labels = append(labels, c.Label)
			}
		}
	}
	return labels
}

// forcedChance is the mean chance level over the rungs of a share.
func (j *latentJudge) forcedChance() []Series {
	sums, counts := map[float64]float64{}, map[float64]int{}
	for _, g := range j.ev.Find("latent-forced") {
		if !(g.Knobs["terms"] > 1) {
			continue
		}
		share := g.Knobs["steps"] / (g.Knobs["terms"] - 1)
		sums[share] += 100 * g.Chance
		counts[share]++
	}
	line := Series{Label: "chance of the forced result", Line: true}
	shares := make([]float64, 0, len(sums))
	for share := range sums {
		shares = append(shares, share)
	}
	slices.Sort(shares)
	for _, share := range shares {
		line.X, line.Y = append(line.X, share), append(line.Y, sums[share]/float64(counts[share]))
	}
	if len(line.X) == 0 {
		return nil
	}
	return []Series{line}
}

// add puts a point with its interval on a curve.
func (s *Series) add(x float64, f Finding) {
	if !f.known() {
		return
	}
	s.X, s.Y = append(s.X, x), append(s.Y, *f.Effect)
	s.Low, s.High = append(s.Low, f.CI.Low), append(s.High, f.CI.High)
}
