package view

import (
	"math"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
)

// paired is what comparing a row with others needs of its requests. It is small
// and stays with the row, also where the requests do not.
type paired struct {
	group   string // of the cell: blocks are numbered within it
	byBlock bool   // times are judged across pair blocks
	runs    []timedRun
	scores  []instanceScore // by instance, in the order of the units
}

// timedRun is an instance in a pair block, both named, with the mean logarithm
// of its times and of the useful tokens that it wrote.
type timedRun struct {
	timeUnit
	log, tokens float64
}

// each is the logarithm of the time, or of the time per useful token.
func (r timedRun) each(perToken bool) float64 {
	if perToken {
		return r.log - r.tokens
	}
	return r.log
}

// instanceScore is the share of its runs in which an instance was solved.
type instanceScore struct {
	instance string
	exact    float64
}

// timeUnit names what times are judged by: an instance or a pair block.
type timeUnit struct {
	instance string
	block    int
}

func newPaired(u *units, group string) *paired {
	p := &paired{group: group, byBlock: u.byBlock()}
	for _, inst := range u.instances {
		name := inst.requests[0].Instance
		for _, runs := range Groups(inst.requests, func(q *result.Request) int { return q.PairBlock }) {
			if log, timed := (unit{requests: runs}).mean(logNs); timed {
				tokens, _ := (unit{requests: runs}).mean(logTokens)
				p.runs = append(p.runs, timedRun{timeUnit{name, runs[0].PairBlock}, log, tokens})
			}
		}
		if x, ok := inst.mean(exact); ok {
			p.scores = append(p.scores, instanceScore{name, x})
		}
	}
	return p
}

// logNs makes the mean of a time a geometric one, as ratios of times are.
func logNs(q *result.Request) (float64, bool) {
	if q.E2ENs == nil || *q.E2ENs <= 0 {
		return 0, false
	}
	return math.Log(float64(*q.E2ENs)), true
}

// unitLogs returns ln(time of a / time of b), or of times per useful token, by unit, and the units in the order of
// b; none where the two did not take turns. Runs are matched by instance and pair
// block; repetitions inside a block are averaged; then the matched pairs are averaged
// within the unit that times are judged by.
func unitLogs(a, b *paired, perToken bool) (order []timeUnit, byUnit map[timeUnit]float64) {
	if !place.InTurns(a.group, b.group) {
		return nil, nil
	}
	theirs := make(map[timeUnit]float64, len(a.runs))
	for _, r := range a.runs {
		theirs[r.timeUnit] = r.each(perToken)
	}
	byBlock := a.byBlock || b.byBlock
	total, n := make(map[timeUnit]float64, len(b.runs)), make(map[timeUnit]int, len(b.runs))
	for _, r := range b.runs {
		other, ok := theirs[r.timeUnit]
		if !ok {
			continue
		}
		u := timeUnit{instance: r.instance}
		if byBlock {
			u = timeUnit{block: r.block}
		}
		if n[u] == 0 {
			order = append(order, u)
		}
		total[u] += other - r.each(perToken)
		n[u]++
	}
	for u := range total {
		total[u] /= float64(n[u])
	}
	return order, total
}

// solved is the share of its runs in which each instance was solved.
func solved(p *paired) map[string]float64 {
	all := make(map[string]float64, len(p.scores))
	for _, s := range p.scores {
		all[s.instance] = s.exact
	}
	return all
}
