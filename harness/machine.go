package harness

import (
	"cmp"
	"time"

	"dllmbench/harness/scenario"
)

// watchMachine notes what the machine does during a round's timed runs; end writes it.
func (r *runner) watchMachine(g *scenario.Group) (end func() error) {
	if r.opt.Activity == nil {
		return func() error { return nil }
	}
	before, start := r.opt.Activity(), r.opt.Now()
	return func() error {
		seen := r.opt.Activity().Since(before)
		seen.Group, seen.Session, seen.WallNs = g.Cells[0].ID, r.session.Session, r.opt.Now().Sub(start).Nanoseconds()
		r.activities = append(r.activities, seen)
		return r.out.Write(seen)
	}
}

// awake is the block at work: its start, and why its times are void, "" if they are not.
type awake struct {
	start time.Time
	void  string
}

// begin marks the start of a block.
func (r *runner) begin() { r.awake = awake{start: r.opt.Now()} }

// stopped says why what was measured since a moment is void, "" if it is not.
func (r *runner) stopped(since time.Time) string {
	if r.opt.Stopped == nil {
		return ""
	}
	return r.opt.Stopped(since)
}

// slept says why the times of a block are void, "" if they are not; answered is what the
// engine's process says of its last batch. The requests of the block that are written
// already are written once more, without times.
func (r *runner) slept(round scenario.Round, block int, answered string) (string, error) {
	if r.awake.void != "" {
		return r.awake.void, nil
	}
	why := cmp.Or(answered, r.stopped(r.awake.start))
	if r.awake.void = why; why == "" {
		return "", nil
	}
	for _, c := range round.Cells() {
		for _, rec := range r.records.list {
			if rec.Cell != c.ID || rec.PairBlock != block || rec.Void != "" || rec.E2ENs == nil {
				continue
			}
			rec.VoidTimes(why)
			if err := r.out.Write(rec); err != nil {
				return why, err
			}
			r.records.put(rec)
		}
	}
	return why, nil
}
