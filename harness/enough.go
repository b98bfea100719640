package harness

import (
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/stats"
)

// enoughFields are the values in [0, 1] of the metrics that a scenario may stop by.
var enoughFields = map[string]result.Field{
	"exact_match": result.Solved(),
	"partial":     result.Number(func(q *result.Request) *float64 { return q.Partial }, 1),
	"pass_at_1":   result.Aspect("passes"),
}

// stop ends a round at the first look after which no more instances are needed, and
// reports whether there is one. Looks are at fixed numbers of instances, and at each of
// them all cells have decoded all instances so far: which ones are decoded depends on no
// single answer, and a run that is continued stops where it would have without a break.
func (r *runner) stop(round scenario.Round) bool {
	g := round[0]
	if len(g.Enough) == 0 || g.Planned > 0 {
		return g.Planned > 0
	}
	visits := schedule(round, r.plan.Scenario.Seed)
	at := 0
	for n := g.Looks(); n < g.Items.Len(); n += g.Looks() {
		for ; at < len(visits) && visits[at].Batch*g.Batch < n; at++ {
			if !r.records.done(round, visits[at]) {
				return false
			}
		}
		if r.ends(round, n) {
			return true
		}
	}
	return false
}

// ends ends a round after its first n instances if they are enough.
func (r *runner) ends(round scenario.Round, n int) bool {
	if !r.narrow(round, n) {
		return false
	}
	for _, g := range round {
		g.Ends(n)
	}
	return true
}

// narrow reports whether the first n instances make the intervals of all cells of a round
// narrow enough. What cannot be judged never is.
func (r *runner) narrow(round scenario.Round, n int) bool {
	for i := range round.Cells() {
		g, c := round.At(i)
		for _, e := range g.Enough {
			field, xs := enoughFields[e.Metric], make([]float64, n)
			for k := range n {
				for repetition := range g.Runs() {
					at, ok := r.records.at[result.Key{Cell: c.ID, Instance: g.Items.ID(k), Repetition: repetition}]
					if !ok {
						return false
					}
					x, known := field(&r.records.list[at])
					if !known {
						return false
					}
					xs[k] += x / float64(g.Runs())
				}
			}
			if stats.HalfWidth(xs) > e.Half {
				return false
			}
		}
	}
	return true
}
