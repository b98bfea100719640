package stories

import (
	"slices"

	"dllmbench/workloads"
)

// Likeliest is the probability of the likeliest next event of a tell rung's
// answer, by the law of Generate, for somebody who knows the prompt and the
// first told events of inst.Answer, but nothing behind them. So it is how often
// the best guess is right, whatever its wording. told is at least 0 and below the
// number of planned events.
func (*Workload) Likeliest(inst workloads.Instance, told int) float64 {
	p := parseStory(inst.Prompt)
	seen := []world{*p.world}
	for i, seg := range segments(inst.Answer)[:told] {
		event, _ := seg.read()
		p.world.apply(event, i)
		seen = append(seen, *p.world)
	}
	options := p.world.possible(p.plan[told])
	lively := 0
	for _, e := range options {
		if e.kind == goes && p.world.lively(e.place) {
			lively++
		}
	}
	most, sum := 0.0, 0.0
	for _, e := range options {
		weight := 1 / float64(len(options))
		if lively > 0 { // half of the ways lead there
			weight /= 2
			if p.world.lively(e.place) {
				weight += 0.5 / float64(lively)
			}
		}
		next := *p.world
		next.apply(e, 0)
		if !slices.ContainsFunc(seen, next.sameState) {
			most, sum = max(most, weight), sum+weight
		}
	}
	return most / sum
}
