package measure

import "time"

// ClockStep is the smallest step of a clock that was seen: the time that the
// shortest measurement must exceed by far.
func ClockStep(now func() time.Time) time.Duration {
	best := time.Duration(0)
	last := now()
	for range 2000 {
		next := now()
		if step := next.Sub(last); step > 0 && (best == 0 || step < best) {
			best = step
		}
		last = next
	}
	return best
}
