package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Bootstrap makes BCa intervals (bias-corrected and accelerated; Efron 1987,
// JASA 82:171), with Hesterberg's widening for small samples, by resampling
// independent units. They describe; verdicts rest on exact tests. The coverage
// that was measured, a few points below nominal on small skewed samples, is in
// docs/statistics.md. It draws the resamples of a sample size once and uses
// them for every statistic of that size, so that thousands of cells cost
// little. A Bootstrap is safe for concurrent use, and the same seed and draws
// give the same intervals.
type Bootstrap struct {
	draws int
	seed  uint64
	level float64
	drawn *drawn
}

// NewBootstrap returns a Bootstrap of that many draws at the usual [Level].
// 2,000 draws are enough for display, 10,000 for decisions. It panics below
// 100 draws.
func NewBootstrap(draws int, seed uint64) *Bootstrap {
	if draws < 100 {
		panic("stats: a bootstrap needs at least 100 draws")
	}
	return &Bootstrap{draws: draws, seed: seed, level: Level, drawn: &drawn{indices: map[stream][]int32{}, widths: map[width]float64{}}}
}

// At returns the same bootstrap for intervals at another level.
func (b *Bootstrap) At(level float64) *Bootstrap {
	mustBeLevel(level)
	other := *b
	other.level = level
	return &other
}

// Sample sizes between which the bootstrap is used. Below the smaller one too
// few distinct resamples exist, so no interval is given; above the larger one
// the normal interval with the delta method is the same to display precision
// and is used instead.
const (
	bootstrapMin = 5
	bootstrapMax = 2000
	// bootstrapFew is the size below which an interval carries a warning.
	bootstrapFew = 10
	// bootstrapTail is the number of draws that an interval should leave out on
	// each side; fewer give a warning.
	bootstrapTail = 10
)

// begin starts an estimate, with warnings on a sample of n units.
func (b *Bootstrap) begin(value float64, n int, method string) Estimate {
	e := Estimate{Value: value, N: n, Method: method}
	e.at(b.level)
	switch {
	case n < bootstrapMin:
		e.warn("%d of the %d independent units that an interval needs", n, bootstrapMin)
	case n < bootstrapFew:
		e.warn("the interval rests on %d units and is somewhat too narrow", n)
	}
	if n >= bootstrapMin && float64(b.draws)*(1-b.level)/2 < bootstrapTail {
		e.warn("%d draws are too few for an interval at level %g", b.draws, b.level)
	}
	return e
}

// finish adds the BCa interval of the resampled statistics, whose order it
// changes, to an estimate of n units with that acceleration.
func (b *Bootstrap) finish(e *Estimate, draws []float64, acceleration float64, n int) {
	if len(draws) < b.draws*9/10 {
		e.warn("more than a tenth of the resamples had no value: no interval")
		return
	}
	lo, hi := bcaPercents(draws, e.Value, acceleration, b.expanded(n))
	e.CI = &Interval{selected(draws, lo), selected(draws, hi)}
}

// Share is the estimate of a share whose units are 0, 1 or, where an instance was answered several times, in
// between: with Wilson's interval where all are 0 or 1, else as [Bootstrap.Mean].
func (b *Bootstrap) Share(xs []float64) (Estimate, error) {
	ones := 0
	for _, x := range xs {
		if x == 1 {
			ones++
		} else if x != 0 {
			return b.Mean(xs)
		}
	}
	return Proportion(ones, len(xs))
}

// Mean returns the mean of the units with a BCa interval.
func (b *Bootstrap) Mean(xs []float64) (Estimate, error) {
	e, err := b.RatioOfSums(xs, slices.Repeat([]float64{1}, len(xs)))
	e.Method = "mean, BCa bootstrap interval"
	return e, err
}

// RatioOfSums returns Σnum/Σden over the units, for example useful tokens over
// seconds, with a BCa interval. Denominators must not be negative; units whose
// denominators are all zero give ErrNoData. It panics unless the slices have
// equal length.
func (b *Bootstrap) RatioOfSums(num, den []float64) (Estimate, error) {
	if len(num) != len(den) {
		panic("stats: numerators and denominators of unequal length")
	}
	if err := usable(num, den); err != nil {
		return Estimate{}, err
	}
	n := len(num)
	sn, sd := sum(num), sum(den)
	if sd == 0 {
		return Estimate{}, ErrNoData
	}
	e := b.begin(sn/sd, n, "ratio of sums, BCa bootstrap interval")
	switch {
	case n < bootstrapMin:
		return e, nil
	case n > bootstrapMax:
		e.Method = "ratio of sums, normal interval by the delta method"
		e.CI = deltaInterval(num, den, e.Value, sd, zTwoSided(b.level))
		return e, nil
	}
	if equal(num) && equal(den) { // so is every resample
		e.CI = &Interval{e.Value, e.Value}
		return e, nil
	}
	b.finish(&e, b.resample(num, den), skewness(leaveOneOut(num, den, sn, sd)), n)
	return e, nil
}

// Jumping returns a value of n units that may jump when one unit changes, with a
// percentile interval that is widened for small samples: BCa takes such jumps for bias
// and is far too narrow. There is none where all resamples have one value. f gives the
// value from the numbers of the units that a resample picks, and false if they give none;
// it must not keep them.
func (b *Bootstrap) Jumping(value float64, n int, method string, f func(pick []int32) (float64, bool)) Estimate {
	e := b.begin(value, n, method)
	if n < bootstrapMin {
		return e
	}
	s := strata{sizes: []int{n}, f: func(picks [][]int32) (float64, bool) { return f(picks[0]) }}
	draws := b.stratified(s)
	if len(draws) < b.draws*9/10 || equal(draws) {
		e.warn("resamples without a value, or with one and the same: no interval")
		return e
	}
	z := b.expanded(n)
	e.CI = &Interval{selected(draws, 100*normal.CDF(-z)), selected(draws, 100*normal.CDF(z))}
	return e
}

// resample returns the ratios of the resamples that have a denominator.
func (b *Bootstrap) resample(num, den []float64) []float64 {
	sums := b.drawSums(len(num), num, den)
	ratios := sums[0][:0]
	for d, sn := range sums[0] {
		if sd := sums[1][d]; sd > 0 {
			ratios = append(ratios, sn/sd)
		}
	}
	return ratios
}

// bcaPercents returns the two percentiles of the resampled statistic, in
// (0, 100], that bound the BCa interval: Efron 1987, equation 2.3, with bias
// correction z0 from the share of draws below value, acceleration a, and the
// standard normal quantile z of the two sides.
func bcaPercents(draws []float64, value, a, z float64) (lo, hi float64) {
	below, equal := 0, 0
	for _, x := range draws {
		if x < value {
			below++
		} else if x == value {
			equal++
		}
	}
	// Half a draw is the finest bias that so many draws can show.
	m := float64(len(draws))
	share := min(max((float64(below)+float64(equal)/2)/m, 0.5/m), 1-0.5/m)
	z0 := normal.Quantile(share)
	at := func(z float64) float64 {
		p := normal.CDF(z0 + (z0+z)/(1-a*(z0+z)))
		return min(max(100*p, 100*0.5/m), 100)
	}
	return at(-z), at(z)
}

// expanded is the quantile that takes the place of the normal one for samples
// of n: resamples vary by (n−1)/n too little, and the tails of small samples
// are Student's (Hesterberg 2015, The American Statistician 69:371, section
// 3.3, "expanded percentiles").
func expanded(n int, level float64) float64 {
	m := float64(n)
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: m - 1}.Quantile(1 - (1-level)/2)
	return t * math.Sqrt(m/(m-1))
}

// leaveOneOut returns the ratios of the sample without each unit in turn.
func leaveOneOut(num, den []float64, sn, sd float64) []float64 {
	leave := make([]float64, 0, len(num))
	for i := range num {
		if d := sd - den[i]; d > 0 {
			leave = append(leave, (sn-num[i])/d)
		}
	}
	return leave
}

// skewness is the acceleration of BCa: a sixth of the skewness of the
// statistic, from its values without each unit (Efron 1987, section 7). With
// several strata these are given stratum by stratum, and each counts with the
// weight 1/n of its mean (Davison and Hinkley 1997, Bootstrap Methods and their
// Application, section 5.3).
func skewness(strata ...[]float64) float64 {
	var cubes, squares float64
	for _, leave := range strata {
		n := float64(len(leave))
		if n < 2 {
			continue
		}
		centre := sum(leave) / n
		var c, s float64
		for _, x := range leave {
			// Influence of the unit on its stratum's share of the statistic.
			l := (n - 1) * (centre - x)
			c += l * l * l
			s += l * l
		}
		cubes += c / (n * n * n)
		squares += s / (n * n)
	}
	if squares == 0 {
		return 0
	}
	return cubes / (6 * math.Pow(squares, 1.5))
}

// deltaInterval is the normal interval of a ratio of sums, from the variance
// of the residuals numᵢ − value·denᵢ.
func deltaInterval(num, den []float64, value, sd, z float64) *Interval {
	var squares float64
	for i := range num {
		squares += sq(num[i] - value*den[i])
	}
	n := float64(len(num))
	half := z * math.Sqrt(squares*n/(n-1)) / sd
	return &Interval{value - half, value + half}
}

func sum(xs []float64) float64 {
	s := 0.0
	for _, x := range xs {
		s += x
	}
	return s
}
