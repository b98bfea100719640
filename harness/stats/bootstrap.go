package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"gonum.org/v1/gonum/stat/distuv"
)

// Bootstrap makes BCa intervals (bias-corrected and accelerated; Efron 1987,
// JASA 82:171), with Hesterberg's widening for small samples, by resampling
// independent units. Simulated coverage of nominal 95% intervals is in
// TestCoverage: 91 to 94% on skewed data of 10 to 30 units. It draws the resamples of a
// sample size once and uses them for every statistic of that size, so that
// thousands of cells cost little. A Bootstrap is safe for concurrent use, and
// the same seed and draws give the same intervals.
type Bootstrap struct {
	draws int
	seed  uint64

	mu      sync.Mutex
	indices map[int][]int32 // sample size to draws×n unit numbers
}

// NewBootstrap returns a Bootstrap of that many draws. 2,000 is enough for
// display, 10,000 for decisions. It panics below 100 draws.
func NewBootstrap(draws int, seed uint64) *Bootstrap {
	if draws < 100 {
		panic("stats: a bootstrap needs at least 100 draws")
	}
	return &Bootstrap{draws: draws, seed: seed, indices: map[int][]int32{}}
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
)

// Mean returns the mean of the units with a BCa interval.
func (b *Bootstrap) Mean(xs []float64) (Estimate, error) {
	ones := make([]float64, len(xs))
	for i := range ones {
		ones[i] = 1
	}
	e, err := b.RatioOfSums(xs, ones)
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
	n := len(num)
	sn, sd := sum(num), sum(den)
	if n == 0 || sd == 0 {
		return Estimate{}, ErrNoData
	}
	value := sn / sd
	e := Estimate{Value: value, N: n, Method: "ratio of sums, BCa bootstrap interval"}
	switch {
	case n < bootstrapMin:
		e.warn("%d of the %d independent units that an interval needs", n, bootstrapMin)
		return e, nil
	case n > bootstrapMax:
		e.Method = "ratio of sums, normal interval by the delta method"
		e.CI = deltaInterval(num, den, value, sd)
		return e, nil
	case n < bootstrapFew:
		e.warn("the interval rests on %d units and is somewhat too narrow", n)
	}
	draws := b.resample(num, den)
	if len(draws) < b.draws*9/10 {
		e.warn("more than a tenth of the resamples had no denominator: no interval")
		return e, nil
	}
	lo, hi := bcaPercents(draws, value, acceleration(num, den, sn, sd), expanded(n))
	e.CI = &Interval{percentile(draws, lo), percentile(draws, hi)}
	return e, nil
}

// resample returns the sorted ratios of the resamples that have a denominator.
func (b *Bootstrap) resample(num, den []float64) []float64 {
	n := len(num)
	index := b.drawn(n)
	ratios := make([]float64, 0, b.draws)
	for ; len(index) > 0; index = index[n:] {
		var sn, sd float64
		for _, i := range index[:n] {
			sn += num[i]
			sd += den[i]
		}
		if sd > 0 {
			ratios = append(ratios, sn/sd)
		}
	}
	slices.Sort(ratios)
	return ratios
}

// drawn returns the unit numbers of all resamples of size n, draw by draw.
func (b *Bootstrap) drawn(n int) []int32 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if index, ok := b.indices[n]; ok {
		return index
	}
	rng := rand.New(rand.NewPCG(b.seed, uint64(n)))
	index := make([]int32, b.draws*n)
	for i := range index {
		index[i] = rng.Int32N(int32(n))
	}
	if len(b.indices) >= 16 {
		clear(b.indices) // few sizes occur in one run; bound the memory anyway
	}
	b.indices[n] = index
	return index
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
func expanded(n int) float64 {
	m := float64(n)
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: m - 1}.Quantile(1 - alpha/2)
	return t * math.Sqrt(m/(m-1))
}

// acceleration estimates the skewness of the statistic from the jackknife:
// Efron 1987, section 7.
func acceleration(num, den []float64, sn, sd float64) float64 {
	leave := make([]float64, 0, len(num))
	for i := range num {
		if d := sd - den[i]; d > 0 {
			leave = append(leave, (sn-num[i])/d)
		}
	}
	if len(leave) == 0 {
		return 0
	}
	centre := sum(leave) / float64(len(leave))
	var cubes, squares float64
	for _, x := range leave {
		cubes += (centre - x) * (centre - x) * (centre - x)
		squares += sq(centre - x)
	}
	if squares == 0 {
		return 0
	}
	return cubes / (6 * math.Pow(squares, 1.5))
}

// deltaInterval is the normal interval of a ratio of sums, from the variance
// of the residuals numᵢ − value·denᵢ.
func deltaInterval(num, den []float64, value, sd float64) *Interval {
	var squares float64
	for i := range num {
		squares += sq(num[i] - value*den[i])
	}
	n := float64(len(num))
	half := zTwoSided * math.Sqrt(squares*n/(n-1)) / sd
	return &Interval{value - half, value + half}
}

func sum(xs []float64) float64 {
	s := 0.0
	for _, x := range xs {
		s += x
	}
	return s
}
