package summary

import (
	"cmp"
	"slices"

	"dllmbench/reports/view"
)

// writer collects sentences and the counts behind the verdict.
type writer struct {
	v            *view.View
	qualityLines []string
	speedLines   []string
	stepLines    []string
	costLines    []string

	unsolved int // tasks on which no decoder solves any instance
	guessed  int // tasks on which no decoder is well above chance
	alone    int // tasks that one decoder ran and solved something of: nobody to be better than

	claims int // sentences that rest on an interval

	tasks            tally // quality, by engine: not shown to be worse than the best
	leads            tally // quality, by engine: shown to be better than all others
	fastest          tally // speed, by engine: shown to be the fastest
	lossless         tally // speed, by engine: fastest of those not shown to solve less than the best
	drops, dropTasks int   // tasks where fewest steps are shown to solve less than most
}

// bestOf picks, for each engine of a point, the eligible row that less prefers,
// in order of preference.
func bestOf(p *view.Point, has func(*view.Row) bool, compare func(a, b *view.Row) int) []*view.Row {
	best := map[string]*view.Row{}
	var engines []string
	for _, r := range p.Rows {
		if !r.Eligible() || !has(r) {
			continue
		}
		old := best[r.Cell.Engine]
		if old == nil {
			engines = append(engines, r.Cell.Engine)
		}
		if old == nil || compare(r, old) < 0 {
			best[r.Cell.Engine] = r
		}
	}
	out := make([]*view.Row, len(engines))
	for i, e := range engines {
		out[i] = best[e]
	}
	slices.SortStableFunc(out, compare)
	return out
}

func byTime(a, b *view.Row) int {
	return cmp.Compare(a.Values[view.E2E].Value, b.Values[view.E2E].Value)
}

func byExact(a, b *view.Row) int {
	c := cmp.Compare(b.Values[view.Exact].Value, a.Values[view.Exact].Value)
	if c == 0 && timed(a) && timed(b) {
		return byTime(a, b)
	}
	return c
}

func timed(r *view.Row) bool  { return r.Values[view.E2E] != nil }
func scored(r *view.Row) bool { return r.Values[view.Exact] != nil }
