package claims

import (
	"math"
	"slices"

	"dllmbench/harness/trace"
)

// emergence is when the parts of one right answer were predicted.
type emergence struct {
	steps     int   // of the whole decoding
	reasoning []int // for each token of it, the first step from which it is predicted or written, for good
	result    []int
	written   int // step that wrote the last token of the reasoning
	ever      int // first step that shows the whole result, even if it is lost again
}

// emergenceOf reads a trace; false unless the answer is right and has both
// parts, and each of their tokens was seen.
func emergenceOf(t *trace.Trace) (emergence, bool) {
	reasoning, result, ok := t.Parts()
	if !ok {
		return emergence{}, false
	}
	c := trace.CourseOf(t)
	e := emergence{c.Steps, c.Each(t.Reference, reasoning), c.Each(t.Reference, result), c.LastCommit(reasoning), c.EverRight(t.Reference, result)}
	return e, len(e.reasoning) > 0 && len(e.result) > 0 && !slices.Contains(e.reasoning, 0) && !slices.Contains(e.result, 0) && e.written > 0
}

// beforeWritten: the result was predicted for good before the reasoning was
// written.
func (e *emergence) beforeWritten() bool { return last(e.result) < e.written }

// beforePredicted: the result was predicted for good before the reasoning was.
func (e *emergence) beforePredicted() bool { return last(e.result) < last(e.reasoning) }

// chance is the probability of beforePredicted if the steps at hand were dealt
// out to the tokens of both parts at random: that none of the tokens which came
// last, m of n, is one of the k of the result, C(n−m, k) / C(n, k).
func (e *emergence) chance() float64 {
	latest := max(last(e.result), last(e.reasoning))
	m, n := 0, len(e.result)+len(e.reasoning)
	for _, part := range [][]int{e.result, e.reasoning} {
		for _, step := range part {
			if step == latest {
				m++
			}
		}
	}
	p := 1.0
	for i := range len(e.result) {
		p *= math.Max(0, float64(n-m-i)) / float64(n-i)
	}
	return p
}

// matched is the probability that the result was predicted before as many
// tokens of the reasoning, drawn at random (ties count half): one half if
// order is exchangeable, whatever the sizes. For a result that is longer than
// the reasoning it compares with all of the reasoning.
func (e *emergence) matched() float64 {
	k, n := min(len(e.result), len(e.reasoning)), len(e.reasoning)
	at := last(e.result)
	below, upTo := 0, 0
	for _, step := range e.reasoning {
		if step < at {
			below++
		}
		if step <= at {
			upTo++
		}
	}
	// all k drawn tokens lie among the first m of n
	within := func(m int) float64 {
		p := 1.0
		for i := range k {
			p *= math.Max(0, float64(m-i)) / float64(n-i)
		}
		return p
	}
	return 1 - within(upTo) + (within(upTo)-within(below))/2
}

func last(steps []int) int { return slices.Max(steps) }

// poissonBinomial is the two-sided p of seeing that many successes in trials of
// these probabilities: twice the smaller tail, at most 1; 1 without trials.
func poissonBinomial(successes int, chances []float64) float64 {
	law := []float64{1}
	for _, p := range chances {
		next := make([]float64, len(law)+1)
		for i, q := range law {
			next[i] += q * (1 - p)
			next[i+1] += q * p
		}
		law = next
	}
	return min(1, 2*min(total(law[successes:]), total(law[:successes+1])))
}
