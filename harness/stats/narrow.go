package stats

import "math"

// spreadFloor is the least share of the variance of shares, m(1−m), that values in [0, 1]
// are taken to have: few values that happen to be alike do not make an interval narrow.
const spreadFloor = 0.1

// HalfWidth is how far from the mean of values in [0, 1] either end of its 95% interval
// may lie: the half-width at the mean of the interval of which the variance is largest.
// It does not fall because the values so far happen to be alike, so that one may look at
// it again and again and stop once it is small: [docs/statistics.md] has the simulated
// coverage and bias of doing so. Without values it is 1.
func HalfWidth(xs []float64) float64 {
	if len(xs) == 0 {
		return 1
	}
	n, z := float64(len(xs)), zTwoSided(Level)
	m, squares := sum(xs)/float64(len(xs)), 0.0
	for _, x := range xs {
		squares += sq(x - m)
	}
	spread := 1.0 // of shares
	if all := m * (1 - m); all > 0 {
		spread = min(1, max(spreadFloor, squares/n/all))
	}
	n /= spread // as many shares are known as well
	centre, half := (m+z*z/(2*n))/(1+z*z/n), z/(1+z*z/n)*math.Sqrt(m*(1-m)/n+z*z/(4*n*n))
	worst := min(max(0.5, centre-half), centre+half)
	return z * math.Sqrt(worst*(1-worst)/n)
}
