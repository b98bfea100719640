package stats

import "math"

// Apart is the difference a − b of two independent estimates. Its interval is made of
// theirs, each end of those that lead away from it (method 10 of Newcombe 1998, Statistics
// in Medicine 17:873, for shares with Wilson intervals; Zou and Donner 2008, Statistics in
// Medicine 27:1693, for others). An estimate b without an interval counts as known exactly;
// without one of a there is none of the difference. N is that of a.
func Apart(a, b Estimate) Estimate {
	e := Estimate{Value: a.Value - b.Value, N: a.N, Method: "difference of independent estimates, interval of both intervals (Newcombe)"}
	if b.CI == nil {
		b.CI, e.Method = &Interval{b.Value, b.Value}, "difference to a value that counts as exact"
	}
	if a.CI != nil {
		e.CI = &Interval{
			Low:  e.Value - math.Hypot(a.Value-a.CI.Low, b.CI.High-b.Value),
			High: e.Value + math.Hypot(a.CI.High-a.Value, b.Value-b.CI.Low),
		}
	}
	return e
}

// Design is a planned comparison with an estimate of somebody else: equality within Margin
// is shown where the whole interval of [Apart] at [Level] lies inside of it.
type Design struct {
	Deviation float64 // standard deviation of one unit of ours
	Error     float64 // standard error of theirs; 0 where it counts as exact
	Margin    float64 // above 0
}

// Units is the number of units with which equality is shown with probability power if
// there is no difference, by the normal law; false where no number is enough, because of
// the error of theirs.
func (d Design) Units(power float64) (n int, ok bool) {
	most := d.Margin / d.factor(power) // standard error of the difference
	left := most*most - d.Error*d.Error
	if left <= 0 {
		return 0, false
	}
	return int(math.Ceil(max(1, d.Deviation*d.Deviation/left))), true
}

// Carries is the least margin that n units show with probability power.
func (d Design) Carries(n int, power float64) float64 {
	return d.factor(power) * math.Hypot(d.Deviation/math.Sqrt(float64(max(1, n))), d.Error)
}

// factor is how many standard errors a margin has to be: both ends of the interval have to
// be inside.
func (Design) factor(power float64) float64 {
	return zTwoSided(Level) + normal.Quantile((1+power)/2)
}
