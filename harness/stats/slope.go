package stats

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Trend is what a line is fitted to: one statistic at each of several x, such
// as the least number of steps at each length, made from independent units.
type Trend struct {
	X     []float64
	Units []int // number of units (instances) behind each point
	// Y returns the statistic of a point from the numbers of the units picked,
	// which may repeat, and false if they give none. It must not keep them.
	Y func(point int, pick []int32) (float64, bool)
	// Shared says that unit i is the same instance at every point. Resamples
	// then are too, and Y may be a difference of two engines: the slope of the
	// differences is the difference of the slopes.
	Shared bool
	// LogX and LogY fit to the logarithms to base 2. With both the slope is the
	// exponent of a power law; with LogX alone it is the change per doubling.
	LogX, LogY bool
}

// MeanTrend is the trend of the mean of the units at each x.
func MeanTrend(x []float64, units [][]float64) Trend {
	sizes := make([]int, len(units))
	for i, u := range units {
		sizes[i] = len(u)
	}
	return Trend{X: x, Units: sizes, Y: func(point int, pick []int32) (float64, bool) {
		total := 0.0
		for _, i := range pick {
			total += units[point][i]
		}
		return total / float64(len(pick)), len(pick) > 0
	}}
}

// Line is a fitted line.
type Line struct {
	Slope     Estimate  `json:"slope"`
	Intercept float64   `json:"intercept"` // at x = 1 when x is a logarithm, else at 0
	Y         []float64 `json:"y"`         // the statistic at each point, not its logarithm
	// MaxResidual is the largest distance of a point from the line, on the
	// scale of the fit.
	MaxResidual float64 `json:"max_residual"`
	// FitP is the p-value for the points lying on some line, given their own
	// noise (χ² of the weighted residuals); nil when that noise is unknown.
	FitP *float64 `json:"fit_p"`
}

// fitAlpha is the error rate at which a bad fit is worth a warning.
const fitAlpha = 0.01

// Slope fits a line by least squares, every point with the same weight, with a
// BCa interval of the slope from resampling the units of each point. The
// interval shows the noise of the instances; it does not show whether the
// points lie on a line, for which see FitP and MaxResidual. Fewer than
// three different x, or a statistic without a value (or, for LogY, without a
// logarithm), are errors.
func (b *Bootstrap) Slope(t Trend) (Line, error) {
	x, err := t.check()
	if err != nil {
		return Line{}, err
	}
	picks := make([][]int32, len(x))
	for i, n := range t.Units {
		picks[i] = counting(n, int32(0))
	}
	y := make([]float64, len(x))
	line := Line{Y: make([]float64, len(x))}
	for i := range x {
		var ok bool
		if line.Y[i], ok = t.Y(i, picks[i]); !ok {
			return Line{}, fmt.Errorf("the statistic at x = %g has no value: %w", t.X[i], ErrNoData)
		}
		if y[i], ok = t.scaled(line.Y[i]); !ok {
			return Line{}, fmt.Errorf("the statistic at x = %g is %g and has no logarithm", t.X[i], line.Y[i])
		}
	}
	least := slices.Min(t.Units)
	intercept, slope := stat.LinearRegression(x, y, nil, false)
	line.Intercept = intercept
	for i := range x {
		line.MaxResidual = max(line.MaxResidual, math.Abs(y[i]-intercept-slope*x[i]))
	}
	line.Slope = b.begin(slope, least, "slope by least squares, BCa bootstrap interval")
	line.Slope.N = total(t.Units)
	if t.Shared {
		line.Slope.N = least
	}
	if least < bootstrapMin {
		return line, nil
	}
	row := make([]float64, len(x))
	slopes := strata{t.Units, t.Shared, func(picks [][]int32) (float64, bool) {
		for i := range x {
			v, ok := t.Y(i, picks[i])
			if ok {
				row[i], ok = t.scaled(v)
			}
			if !ok {
				return 0, false
			}
		}
		_, slope := stat.LinearRegression(x, row, nil, false)
		return slope, true
	}}
	acceleration := slopes.skewness()
	noise, f := &moments{mean: make([]float64, len(x)), squares: make([]float64, len(x))}, slopes.f
	slopes.f = func(picks [][]int32) (float64, bool) {
		slope, ok := f(picks)
		if ok {
			noise.add(row)
		}
		return slope, ok
	}
	b.finish(&line.Slope, b.stratified(slopes), acceleration, least)
	if !t.Shared {
		line.fit(x, y, noise.variances())
	}
	return line, nil
}

// check returns x on the scale of the fit.
func (t Trend) check() ([]float64, error) {
	if len(t.X) != len(t.Units) {
		panic("stats: a trend needs the number of units of each point")
	}
	x := slices.Clone(t.X)
	for i := range x {
		if t.LogX {
			x[i] = math.Log2(x[i])
		}
		if t.Units[i] < 1 {
			return nil, fmt.Errorf("no unit at x = %g: %w", t.X[i], ErrNoData)
		}
		if t.Shared && t.Units[i] != t.Units[0] {
			panic("stats: shared units must be the same at every point")
		}
	}
	if err := usable(x); err != nil {
		return nil, fmt.Errorf("x of a trend: %w", err)
	}
	different := slices.Clone(x)
	slices.Sort(different)
	if n := len(slices.Compact(different)); n < 3 {
		return nil, fmt.Errorf("%w: a slope needs 3 different x, there are %d", ErrInsufficient, n)
	}
	return x, nil
}

func (t Trend) scaled(y float64) (float64, bool) {
	if t.LogY {
		y = math.Log2(y)
	}
	return y, !math.IsNaN(y) && !math.IsInf(y, 0)
}

// fit judges whether points with those variances lie on a line.
func (l *Line) fit(x, y, variances []float64) {
	weights := make([]float64, len(x))
	for i, v := range variances {
		if !(v > 0) {
			return
		}
		weights[i] = 1 / v
	}
	intercept, slope := stat.LinearRegression(x, y, weights, false)
	chi := 0.0
	for i := range x {
		chi += weights[i] * sq(y[i]-intercept-slope*x[i])
	}
	p := distuv.ChiSquared{K: float64(len(x) - 2)}.Survival(chi)
	l.FitP = &p
	if p < fitAlpha {
		l.Slope.warn("the points do not lie on one line (p = %.2g, largest residual %.3g): the slope is an average", p, l.MaxResidual)
	}
}

// moments gathers the variance of each column of rows by Welford's method.
type moments struct {
	n             float64
	mean, squares []float64
}

func (m *moments) add(row []float64) {
	m.n++
	for i, x := range row {
		d := x - m.mean[i]
		m.mean[i] += d / m.n
		m.squares[i] += d * (x - m.mean[i])
	}
}

func (m *moments) variances() []float64 {
	out := make([]float64, len(m.squares))
	for i, s := range m.squares {
		if m.n > 1 {
			out[i] = s / (m.n - 1)
		}
	}
	return out
}
