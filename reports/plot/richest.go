package plot

import (
	"cmp"
	"slices"

	"dllmbench/reports/view"
)

// richest are the tasks of a run. Where there are more than a figure draws, those
// with the most kinds of decoder come first, because a task of one kind compares
// nothing; tasks with as many stay in the run's order.
func (m *maker) richest() []*view.Point {
	if len(m.v.Points) <= maxPanels {
		return m.v.Points
	}
	kinds := make(map[*view.Point]int, len(m.v.Points))
	for _, p := range m.v.Points {
		engines := map[string]bool{}
		for _, r := range rowsWith(p) {
			engines[r.Cell.Engine] = true
		}
		kinds[p] = len(engines)
	}
	return slices.SortedStableFunc(slices.Values(m.v.Points), func(a, b *view.Point) int { return cmp.Compare(kinds[b], kinds[a]) })
}
