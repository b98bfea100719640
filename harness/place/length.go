package place

import (
	"dllmbench/engines/usage"
	"dllmbench/harness/result"
)

// LengthMargin is how much longer the outputs of one cell may be than those of
// another before their times are compared per useful token. A tenth more text takes
// about a tenth more time, and less than that seldom decides which of two is faster. MLPerf allows the same (TEST09).
const LengthMargin = 0.1

// UnequalLengths reports whether outputs of these mean lengths, in useful tokens,
// differ beyond the margin. It is the one rule of when a headline compares times per
// useful token: a decoder that writes less is not faster for it.
func UnequalLengths(means ...float64) bool {
	if len(means) == 0 {
		return false
	}
	low, high := means[0], means[0]
	for _, x := range means {
		if !(x >= 0) { // unknown
			return false
		}
		low, high = min(low, x), max(high, x)
	}
	return high > (1+LengthMargin)*low
}

// MeanLength is the mean number of useful tokens of the requests that count; NaN where
// it is unknown.
func MeanLength(requests []result.Request) float64 {
	sum, n := 0.0, 0.0
	for i := range requests {
		if r := &requests[i]; Usable(r) {
			sum += r.Usage[usage.UsefulTokens].Float()
			n++
		}
	}
	return sum / n
}
