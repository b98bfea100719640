package stats

import (
	"errors"
	"fmt"

	ms "github.com/montanaflynn/stats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Level is the confidence level of every interval: 0.95, two-sided.
const Level = 0.95

const alpha = 1 - Level

// Interval is a closed confidence interval at [Level].
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Contains tells whether x lies in the interval, ends included.
func (iv Interval) Contains(x float64) bool { return iv.Low <= x && x <= iv.High }

// Estimate is a number made from a sample.
type Estimate struct {
	Value    float64   `json:"value"`
	CI       *Interval `json:"ci"`     // nil when the sample is too small for one
	N        int       `json:"n"`      // independent units behind the number
	Method   string    `json:"method"` // how Value and CI were made
	Warnings []string  `json:"warnings,omitempty"`
}

// ErrNoData means that there is no unit to make a number from.
var ErrNoData = errors.New("no data")

func (e *Estimate) warn(format string, args ...any) {
	e.Warnings = append(e.Warnings, fmt.Sprintf(format, args...))
}

// normal is the standard normal law.
var normal = distuv.Normal{Mu: 0, Sigma: 1}

// zTwoSided is the standard normal quantile of a two-sided interval at Level.
var zTwoSided = normal.Quantile(1 - alpha/2)

// Mean returns the arithmetic mean. It panics on an empty sample.
func Mean(xs []float64) float64 {
	mustHave(xs)
	return stat.Mean(xs, nil)
}

// StdDev returns the sample standard deviation, with n−1 in the denominator,
// and false for fewer than two values.
func StdDev(xs []float64) (float64, bool) {
	if len(xs) < 2 {
		return 0, false
	}
	return stat.StdDev(xs, nil), true
}

// QuantileMethod names the definition used by [Quantile], for result headers.
const QuantileMethod = "linear_n-1"

// floors is, for a percentile, the smallest sample that may carry it: the
// smallest n for which at most one value beyond the true percentile has
// probability ≤ 1%. The rule and the numbers are those of MLPerf Endpoints.
var floors = []struct {
	percent float64
	n       int
}{{50, 11}, {75, 24}, {80, 31}, {90, 64}, {95, 130}, {97, 219}, {99, 662}, {99.9, 6636}}

// Floor is the smallest sample size for which [Quantile] gives the percentile:
// that of the next listed percentile at or above it (for percentiles below 50,
// of its mirror image above).
func Floor(percent float64) int {
	if percent < 50 {
		percent = 100 - percent
	}
	for _, f := range floors {
		if percent <= f.percent {
			return f.n
		}
	}
	return floors[len(floors)-1].n
}

// Quantile returns a percentile in (0, 100] by linear interpolation between
// closest ranks at rank p/100·(n−1) (Hyndman and Fan type 7, numpy's default).
// Below the sample size of [Floor] it returns an error that says so: a tail
// that a sample cannot show is unknown.
func Quantile(xs []float64, percent float64) (Estimate, error) {
	if len(xs) == 0 {
		return Estimate{}, ErrNoData
	}
	if need := Floor(percent); len(xs) < need {
		return Estimate{}, fmt.Errorf("p%g needs %d samples, there are %d", percent, need, len(xs))
	}
	return Estimate{Value: percentile(xs, percent), N: len(xs), Method: "quantile, " + QuantileMethod}, nil
}

// percentile is the bare definition, without a floor. percent is in (0, 100]
// and xs is not empty.
func percentile(xs []float64, percent float64) float64 {
	v, err := ms.Percentile(xs, percent)
	if err != nil {
		panic("stats: percentile out of range")
	}
	return v
}

func mustHave(xs []float64) {
	if len(xs) == 0 {
		panic("stats: empty sample")
	}
}
