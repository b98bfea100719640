package stats

import (
	"fmt"
	"math"
)

// LogRatios returns ln(b/a) of each pair, for positive quantities such as
// times: positive where b is larger. Swapping a and b gives exactly the
// negative. A value that is not positive and finite has no logarithm and is an
// error that names the pair, not a pair left out in silence. It panics unless
// the slices have equal length.
func LogRatios(a, b []float64) ([]float64, error) {
	mustPair(len(a), len(b))
	if len(a) == 0 {
		return nil, ErrNoData
	}
	logs := make([]float64, len(a))
	for i := range a {
		for _, x := range []float64{a[i], b[i]} {
			if !(x > 0) || math.IsInf(x, 1) {
				return nil, fmt.Errorf("pair %d: %g has no logarithm; a ratio needs positive, finite values", i+1, x)
			}
		}
		// Not ln(b/a): that would round b/a and a/b differently and break ties.
		logs[i] = math.Log(b[i]) - math.Log(a[i])
	}
	return logs, nil
}

func mustPair(na, nb int) {
	if na != nb {
		panic("stats: pairs of unequal length")
	}
}

// PairedRatio is [PairedRatioAt] the usual [Level].
func PairedRatio(logRatios []float64) (Estimate, error) { return PairedRatioAt(logRatios, Level) }

// PairedRatioAt compares two engines on the same units, for positive
// quantities such as times, from [LogRatios]: the value is the typical ratio
// b/a, the exponential of the Hodges–Lehmann centre, with the interval of
// [HodgesLehmannAt].
func PairedRatioAt(logRatios []float64, level float64) (Estimate, error) {
	e, err := HodgesLehmannAt(logRatios, level)
	if err != nil {
		return e, err
	}
	e.exp()
	e.Method = "paired ratio: exp of the Hodges–Lehmann centre of log-ratios, signed-rank interval"
	return e, nil
}

// exp turns an estimate of a logarithm into one of the quantity. An interval that
// leaves out 0 leaves out 1, whatever rounding does.
func (e *Estimate) exp() {
	e.Value = math.Exp(e.Value)
	if e.CI == nil {
		return
	}
	low, high := math.Exp(e.CI.Low), math.Exp(e.CI.High)
	if e.CI.Low > 0 {
		low = max(low, math.Nextafter(1, 2))
	}
	if e.CI.High < 0 {
		high = min(high, math.Nextafter(1, 0))
	}
	e.CI = &Interval{low, high}
}

// NearestByRatio returns the indices of the values that are nearest to the
// target by ratio, among those within the factor (≥ 1) of it; several when they
// are equally near, none when all are farther away. What is not positive has no
// ratio and is never near.
func NearestByRatio(target float64, among []float64, factor float64) []int {
	if !(target > 0) {
		return nil
	}
	var near []int
	least := math.Log(factor)
	for i, x := range among {
		if !(x > 0) {
			continue
		}
		switch d := math.Abs(math.Log(x / target)); {
		case d > least:
		case d < least || near == nil:
			near, least = []int{i}, d
		default:
			near = append(near, i)
		}
	}
	return near
}
