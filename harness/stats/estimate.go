package stats

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Level is the usual confidence level, 0.95, two-sided. Functions whose names
// end in At take another one: an interval that decides at error rate α belongs
// to the level 1−α, and with m tests to 1−α/m.
const Level = 0.95

// Interval is a closed confidence interval, at [Level] unless its [Estimate]
// names another one.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Contains reports whether x lies in the interval, ends included.
func (iv Interval) Contains(x float64) bool { return iv.Low <= x && x <= iv.High }

// Estimate is a number made from a sample.
type Estimate struct {
	Value    float64   `json:"value"`
	CI       *Interval `json:"ci"`              // nil when the sample is too small for one
	N        int       `json:"n"`               // independent units behind the number
	Level    float64   `json:"level,omitempty"` // confidence level of CI; 0 means the usual [Level]
	Method   string    `json:"method"`          // how Value and CI were made
	Warnings []string  `json:"warnings,omitempty"`
}

// Moved is from + by·e, with its interval. A negative factor turns the interval around.
func (e Estimate) Moved(from, by float64) Estimate {
	e.Value = from + by*e.Value
	if e.CI != nil {
		low, high := from+by*e.CI.Low, from+by*e.CI.High
		e.CI = &Interval{Low: min(low, high), High: max(low, high)}
	}
	return e
}

// Times is [Estimate.Moved] by a factor alone.
func (e Estimate) Times(by float64) Estimate { return e.Moved(0, by) }

// ErrNoData means that there is no unit to make a number from.
var ErrNoData = errors.New("no data")

// ErrNotFinite means that a sample holds NaN or an infinity, which has no
// place in a rank or a mean: an unmeasured value must be left out before.
var ErrNotFinite = errors.New("a sample holds NaN or an infinity")

func (e *Estimate) warn(format string, args ...any) {
	e.Warnings = append(e.Warnings, fmt.Sprintf(format, args...))
}

// at notes a level that is not the usual one.
func (e *Estimate) at(level float64) {
	if level != Level {
		e.Level = level
	}
}

// normal is the standard normal law.
var normal = distuv.Normal{Mu: 0, Sigma: 1}

// zTwoSided is the standard normal quantile of a two-sided interval. It panics
// unless 0.5 ≤ level < 1.
func zTwoSided(level float64) float64 {
	mustBeLevel(level)
	return normal.Quantile(1 - (1-level)/2)
}

func mustBeLevel(level float64) {
	if !(level >= 0.5 && level < 1) {
		panic("stats: a confidence level must be at least 0.5 and below 1")
	}
}

func mustBeAlpha(alpha float64) {
	if !(alpha > 0 && alpha <= 0.5) {
		panic("stats: an error rate must be above 0 and at most 0.5")
	}
}

// usable returns why samples cannot be used, or nil.
func usable(samples ...[]float64) error {
	for _, xs := range samples {
		if len(xs) == 0 {
			return ErrNoData
		}
		if slices.ContainsFunc(xs, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }) {
			return ErrNotFinite
		}
	}
	return nil
}

// Mean returns the arithmetic mean. It panics on an empty sample.
func Mean(xs []float64) float64 {
	if len(xs) == 0 {
		panic("stats: empty sample")
	}
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
