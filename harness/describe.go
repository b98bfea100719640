package harness

import (
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// describe writes the record of a task instance before the first request that
// needs it.
func (r *runner) describe(g *scenario.Group, item scenario.Item) error {
	inst := item.Instance
	if inst == nil || r.described[item.ID] {
		return nil
	}
	rec := result.Instance{ID: item.ID, Workload: inst.Workload, Rung: g.Cells[0].Rung, Constraints: []result.Opportunity{}}
	for _, c := range inst.Constraints {
		rec.Constraints = append(rec.Constraints, result.Opportunity{Kind: c.Kind, Distance: c.Distance, Direction: string(c.Direction)})
	}
	if err := r.out.Write(rec); err != nil {
		return err
	}
	r.described[item.ID] = true
	return nil
}
