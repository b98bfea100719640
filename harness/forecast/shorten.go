package forecast

import (
	"slices"
	"time"

	"dllmbench/harness/scenario"
)

// Shortened is what was taken out of a plan, so that it takes less time.
type Shortened struct {
	Factor float64          // by which what is left is scaled, see [scenario.Plan.Scale]
	Groups []scenario.Group // that were left out
	Times  []time.Duration  // that each of these would take
	Fewer  []Fewer          // of the groups that are left
}

// Fewer is a group of which only some instances are left.
type Fewer struct {
	Group   *scenario.Group
	Of, Now int
}

// Shorten makes a plan take at most a time: groups are left out, the one with the most
// counted work first, until at least so many instances of each of the others fit, or all
// that it has. The last group stays, with as many instances as fit. Only how much is left
// out depends on times; cells stay what they are, and each keeps those that it is compared
// with.
func (f *Forecast) Shorten(d time.Duration, instances int) (s Shortened) {
	for {
		s.Factor = min(1, f.Factor(d))
		if len(f.plan.Groups) == 1 || f.fits(s.Factor, instances) {
			break
		}
		i := f.dearest()
		s.Groups, s.Times = append(s.Groups, f.plan.Groups[i]), append(s.Times, f.Group(i, 1))
		f.plan.Groups = slices.Delete(f.plan.Groups, i, i+1)
		f.sum()
	}
	for i := range f.plan.Groups {
		g := &f.plan.Groups[i]
		if _, batches := g.Scaled(s.Factor); batches < g.Batches() {
			s.Fewer = append(s.Fewer, Fewer{g, g.Items.Len(), batches * g.Batch})
		}
	}
	f.plan.Scale(s.Factor)
	return s
}

// fits reports whether each group keeps so many instances.
func (f *Forecast) fits(factor float64, instances int) bool {
	for i := range f.plan.Groups {
		g := &f.plan.Groups[i]
		if _, batches := g.Scaled(factor); batches*g.Batch < min(instances, g.Items.Len()) {
			return false
		}
	}
	return true
}

// dearest is the group with the most work, the first of several.
func (f *Forecast) dearest() (at int) {
	most := 0.0
	for i := range f.plan.Groups {
		g := &f.plan.Groups[i]
		work := 0.0
		for _, c := range g.Cells {
			work += f.cells[c.ID].Need.Work()
		}
		if work *= float64(g.Batch * g.Runs() * g.Batches()); work > most {
			at, most = i, work
		}
	}
	return at
}
