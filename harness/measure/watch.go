package measure

import (
	"fmt"
	"sync"
	"time"
)

const (
	// watchBeat is the time between two looks at the clocks.
	watchBeat = 100 * time.Millisecond
	// maxGap is how late a look may come, and how far the wall clock and the monotonic
	// clock may drift apart from one look to the next. On two busy processors a process
	// waits for tens of milliseconds, and a clock that is being adjusted slews by 0.5 ms
	// a second.
	maxGap = time.Second
)

// A Watch notices that this process did not run for a while, which the clocks that times
// are taken by may count (a process that was stopped and continued, as by Ctrl-Z and fg,
// or some suspended machines) or not (a machine that slept). For the first a goroutine
// looks at the clock ten times a second and sees a gap, for the second the wall clock
// jumps against the monotonic one.
type Watch struct {
	now, wall func() time.Time

	mu         sync.Mutex
	last, real time.Time // both clocks at the last look
	gaps       []gap
}

// gap is a time in which the process did not run.
type gap struct {
	end time.Time
	why string
}

// NewWatch makes a watch on a monotonic clock and a wall clock.
func NewWatch(now, wall func() time.Time) *Watch {
	return &Watch{now: now, wall: wall, last: now(), real: wall()}
}

// Start begins to watch, until stop is called.
func (w *Watch) Start() (stop func()) {
	end := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		tick := time.NewTicker(watchBeat)
		defer tick.Stop()
		for {
			select {
			case <-end:
				return
			case <-tick.C:
				w.look()
			}
		}
	})
	return func() { close(end); watching.Wait() }
}

// look compares both clocks with the last look.
func (w *Watch) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	now, real := w.now(), w.wall()
	late := now.Sub(w.last)
	jump := real.Sub(w.real) - late
	w.last, w.real = now, real
	switch {
	case late > maxGap:
		w.gaps = append(w.gaps, gap{now, fmt.Sprintf("the process did not run for %v: it was stopped, or the machine slept or was overloaded", late.Round(100*time.Millisecond))})
	case jump.Abs() > maxGap:
		w.gaps = append(w.gaps, gap{now, fmt.Sprintf("the wall clock jumped by %v against the monotonic clock: the machine slept, or its clock was set", jump.Round(time.Millisecond))})
	}
}

// Stopped says why times that began at a moment and end now are void, "" if they are not.
func (w *Watch) Stopped(since time.Time) string {
	w.look()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, g := range w.gaps {
		if g.end.After(since) {
			return g.why
		}
	}
	return ""
}
