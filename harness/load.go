package harness

import "dllmbench/harness/scenario"

// watchLoad notes what the machine does while the timed runs of a group are
// made. The function it returns writes the record.
func (r *runner) watchLoad(g *scenario.Group) (end func() error) {
	if r.opt.Load == nil {
		return func() error { return nil }
	}
	before, start := r.opt.Load(), r.opt.Now()
	return func() error {
		load := r.opt.Load().Since(before)
		load.Group, load.Session, load.WallNs = g.Cells[0].ID, r.session.Session, r.opt.Now().Sub(start).Nanoseconds()
		r.loads = append(r.loads, load)
		return r.out.Write(load)
	}
}
