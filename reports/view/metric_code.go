package view

import (
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// aspectMean is from + by times the mean of an aspect, which lies in [0, 1].
// Where every instance has 0 or 1 it is a share with Wilson's interval.
func aspectMean(name string, from, by float64) estimator {
	return func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
		e, err := share(means(u.instances, result.Aspect(name)), boot)
		return e.Moved(from, by), err
	}
}

// shareOf is the share of instances with a field of 1, in per cent, or with −1
// the share of the others.
func shareOf(f field, sign float64) estimator {
	return func(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
		e, err := share(means(u.instances, f), boot)
		return e.Moved(50-50*sign, 100*sign), err
	}
}

// passAt1 is unknown for a decoder that asked the checker: its answer is one of
// several, see atK.
func passAt1(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
	if u.tries > 1 {
		return stats.Estimate{}, stats.ErrNoData
	}
	return aspectMean("passes", 0, 100)(u, boot)
}
