package harness

import (
	"dllmbench/engines"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// ask is what the engine of a cell is asked for an item. A decoder that tries
// until an answer is right (best_of_pick checker) gets the workload's checker
// as its oracle; no other decoder gets to see it.
func ask(g *scenario.Group, cell result.Cell, item scenario.Item) engines.Request {
	r := request(g, item)
	if item.Instance == nil || !cell.Oracle() {
		return r
	}
	inst := *item.Instance
	r.Judge = func(tokens []int32) bool { return g.Workload.Check(inst, g.Codec.Decode(tokens)).Exact }
	return r
}
