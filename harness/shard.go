package harness

import (
	"slices"

	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/shard"
)

// Share is the part of a plan that a shard does, and what its header says of
// it. Rounds stay whole. work is that of one batch by cell id.
func Share(plan *scenario.Plan, part shard.Part, work map[string]float64) (*scenario.Plan, *result.Shard) {
	rounds := plan.Rounds()
	costs := make([]float64, len(rounds))
	for i, round := range rounds {
		for _, c := range round.Cells() {
			costs[i] += work[c.ID] * float64(round[0].Batches()*round[0].Runs())
		}
	}
	whole := &result.Shard{Index: part.Index, Count: part.Count}
	for _, c := range plan.Cells() {
		whole.Cells = append(whole.Cells, c.ID)
	}
	own := *plan
	own.Groups = nil
	for i, to := range shard.Assign(costs, part.Count) {
		if to == part.Index {
			for _, g := range rounds[i] {
				own.Groups = append(own.Groups, *g)
			}
		}
	}
	own.Groups = slices.Clip(own.Groups)
	return &own, whole
}
