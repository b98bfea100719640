package harness

import (
	"fmt"
	"time"

	"dllmbench/harness/scenario"
)

// watchMachine notes what the machine does during a group's timed runs; end writes it.
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

// maxJump is how far the wall clock and the monotonic clock may drift apart
// within a block. A clock that is being adjusted slews by 0.5 ms a second at most.
const maxJump = time.Second

// awake notices that the machine slept: the monotonic clock, by which times are
// taken, stands still then (or the wall clock was set, which is as bad a sign).
type awake struct{ start, real time.Time }

// begin marks the start of a block.
func (r *runner) begin() { r.awake = awake{r.opt.Now(), r.opt.Wall()} }

// slept says why the times of a block are void, "" if they are not. The requests
// of the block that are written already are written once more, without times.
func (r *runner) slept(g *scenario.Group, block int) (string, error) {
	jump := r.opt.Wall().Sub(r.awake.real) - r.opt.Now().Sub(r.awake.start)
	if jump.Abs() <= maxJump {
		return "", nil
	}
	why := fmt.Sprintf("the wall clock jumped by %v against the monotonic clock: the machine slept, or its clock was set", jump.Round(time.Millisecond))
	for _, c := range g.Cells {
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
