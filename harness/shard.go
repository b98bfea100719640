package harness

import (
	"slices"

	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
	"dllmbench/harness/shard"
)

// Share is the part of a plan that a shard does, and what its header says of
// it. Groups stay whole. work is that of one batch by cell id.
func Share(plan *scenario.Plan, part shard.Part, work map[string]float64) (*scenario.Plan, *result.Shard) {
	costs := make([]float64, len(plan.Groups))
	for i := range plan.Groups {
		g := &plan.Groups[i]
		for _, c := range g.Cells {
			costs[i] += work[c.ID] * float64(g.Batches()*g.Runs())
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
			own.Groups = append(own.Groups, plan.Groups[i])
		}
	}
	own.Groups = slices.Clip(own.Groups)
	return &own, whole
}
