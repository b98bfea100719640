package harness

import (
	"fmt"
	"time"

	"dllmbench/harness/scenario"
)

// maxJump is how far the clock on the wall and the one that times are taken by
// may drift apart within a block. A clock that is being adjusted slews by
// 0.5 ms a second at most.
const maxJump = time.Second

// awake notices that the machine slept: the clock that times are taken by
// stands still then (or the one on the wall was set, which is as bad a sign).
type awake struct {
	now, wall   func() time.Time
	start, real time.Time
}

func newAwake(now, wall func() time.Time) *awake {
	if wall == nil {
		wall = func() time.Time { return now().Round(0) } // without the monotonic reading
	}
	a := &awake{now: now, wall: wall}
	a.begin()
	return a
}

// begin marks the start of a block.
func (a *awake) begin() { a.start, a.real = a.now(), a.wall() }

// slept says what happened since begin, "" if nothing.
func (a *awake) slept() string {
	jump := a.wall().Sub(a.real) - a.now().Sub(a.start)
	if jump.Abs() <= maxJump {
		return ""
	}
	return fmt.Sprintf("the clock on the wall went %v further than the one that times are taken by: the machine slept, or its clock was set", jump.Round(time.Millisecond))
}

// void writes the requests of a block once more, without their times.
func (r *runner) void(g *scenario.Group, block int, why string) error {
	for _, c := range g.Cells {
		for _, rec := range r.records.list {
			if rec.Cell != c.ID || rec.PairBlock != block || rec.Void != "" || rec.E2ENs == nil {
				continue
			}
			rec.VoidTimes(why)
			if err := r.out.Write(rec); err != nil {
				return err
			}
			r.records.put(rec)
		}
	}
	return nil
}
