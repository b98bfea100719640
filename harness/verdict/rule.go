package verdict

import "dllmbench/harness/stats"

// The differences that count as none where a reader did not state others.
const (
	Margin      = 0.05 // of solved shares: 5 points
	SpeedMargin = 0.02 // of times or speeds, relative
)

// Time chooses the word for a ratio of times, new over old, by the outcome of its
// test, the interval that decides, and a noise band that counts as no difference.
func Time(test stats.Outcome, interval *stats.Interval, band float64) Word {
	return choose(test, interval, 1/(1+band), 1+band, 1/(1+band), 1+band, Improved, Regressed)
}

// Share chooses the word for a difference of solved shares, new minus old. Every
// difference that is shown counts; equal is what lies within the margin.
func Share(test stats.Outcome, interval *stats.Interval, margin float64) Word {
	return choose(test, interval, 0, 0, -margin, margin, Regressed, Improved)
}

// Against chooses the word for a difference to a published value, by its interval and the
// margin that counts as none.
func Against(interval *stats.Interval, margin float64) Word {
	switch {
	case interval == nil:
		return Inconclusive
	case interval.Low >= -margin && interval.High <= margin:
		return Reproduced
	case !interval.Contains(0):
		return NotReproduced
	}
	return Inconclusive
}

// choose is the rule behind both: a difference counts beyond low and high, and
// two sides are equal from least to most.
func choose(test stats.Outcome, interval *stats.Interval, low, high, least, most float64, less, more Word) Word {
	switch {
	case test == stats.Insufficient || interval == nil:
		return Insufficient
	case test == stats.Rejected && interval.High < low:
		return less
	case test == stats.Rejected && interval.Low > high:
		return more
	case test == stats.Rejected:
		return WithinNoise
	case interval.Low >= least && interval.High <= most:
		return NoChange
	}
	return Inconclusive
}
