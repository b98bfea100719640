package scenario

import "math"

// Scaled says how much of a group is run when the work of a plan is scaled by a
// factor: repeats first, and where they are 1, whole batches of instances, of
// each at least one. A factor above 1 adds repeats and never instances; groups
// that decode once stay as they are.
func (g *Group) Scaled(factor float64) (repeats, batches int) {
	batches = g.Batches()
	want := factor * float64(g.Repeats)
	if g.Order == Once && want > 1 {
		want = min(want, float64(g.Repeats))
	}
	if want >= 1 {
		return int(min(want, maxRepeats)), batches
	}
	return 1, max(1, int(math.Floor(want*float64(batches))))
}

// Scale makes the plan do what [Group.Scaled] says.
func (p *Plan) Scale(factor float64) {
	for i := range p.Groups {
		g := &p.Groups[i]
		repeats, batches := g.Scaled(factor)
		g.Repeats, g.Items = repeats, g.Items[:batches*g.Batch]
		g.Trace = min(g.Trace, len(g.Items))
	}
}
