package scenario

import "dllmbench/workloads"

// MaxRequests is the most timed requests of a run, all repetitions counted.
const MaxRequests = 4_000_000

// work counts what a scenario makes.
type work struct{ cells, requests float64 }

// full reports whether it is more than a scenario may make.
func (w *work) full() bool { return w.cells > maxCells || w.requests > MaxRequests }

// spend counts cells and their timed requests, and reports the first that are too many.
func (x *expander) spend(at pos, cells, requests float64) (over bool) {
	if x.full() {
		return true
	}
	x.cells, x.requests = x.cells+cells, x.requests+requests
	switch {
	case x.cells > maxCells:
		x.add(at, "the scenario makes more than %d cells", maxCells)
	case x.requests > MaxRequests:
		x.add(at, "the scenario makes more than %d timed requests; take fewer instances, batches, repeats or samples", MaxRequests)
	}
	return x.full()
}

// bound refuses a scenario that makes too much before anything of it is made. How many
// token budgets and different instances a rung has is not known yet: one budget is
// counted, and all instances that are asked for.
func (x *expander) bound() {
	each := func(e entry, groups, instances, samples int, times func(batch int) int) {
		if x.full() {
			return
		}
		m := x.s.measurement(e)
		variants := 0
		for _, index := range e.engines {
			variants += variantCount(index, e.sweep)
		}
		for _, batch := range m.Batch {
			cells := float64(groups) * float64(len(m.Threads)) * float64(variants)
			x.spend(e.at, cells, cells*float64(instances*times(batch))*float64(m.Order.Runs()*m.Repeats*samples))
		}
	}
	for _, t := range x.s.Tasks {
		f, finite := t.Workload.(workloads.Finite)
		for _, rung := range t.Rungs {
			n := t.Instances
			if finite {
				n = min(n, f.Len(t.Split, rung))
			}
			each(t.entry, max(1, len(t.Budget))*max(1, len(t.Planted)), n, t.Samples*max(1, len(x.s.pooled())), func(int) int { return 1 })
		}
	}
	for _, c := range x.s.Costs {
		each(c.entry, len(c.Prompt)*len(c.Budget), c.Batches, 1, func(batch int) int { return batch })
	}
	x.work = work{}
}
