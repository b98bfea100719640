package stats

import (
	"math"
	"math/rand/v2"
)

// A law is noise about zero whose quartiles are those of normal noise of
// standard deviation 1, so that laws of one scale differ in shape only.
type law struct {
	name string
	draw func(*rand.Rand) float64
	// asymmetric laws break what the signed-rank test assumes.
	asymmetric bool
	tied       bool // equal values and zeros occur
}

var normalQuartile = normal.Quantile(0.75)

// laws is the noise of paired log-ratios. When both times of a pair have the
// same noise, however skewed, their log-ratio is symmetric.
func laws() []law {
	// Hodges–Lehmann's centre of Exp(1) is half of the median of Gamma(2, 1).
	const centre = 1.6783469900166605 / 2
	return []law{
		{name: "normal", draw: func(r *rand.Rand) float64 { return r.NormFloat64() }},
		{name: "skewed times", draw: func(r *rand.Rand) float64 {
			return normalQuartile / math.Ln2 * (r.ExpFloat64() - r.ExpFloat64()) // Laplace
		}},
		{name: "heavy tails (t, 2 d.f.)", draw: func(r *rand.Rand) float64 {
			return normalQuartile / math.Sqrt(2.0/3) * r.NormFloat64() / math.Sqrt(r.ExpFloat64())
		}},
		{name: "rounded, with ties and zeros", tied: true, draw: func(r *rand.Rand) float64 {
			return math.Round(2*r.NormFloat64()) / 2
		}},
		{name: "skewed log-ratios", asymmetric: true, draw: func(r *rand.Rand) float64 {
			return 2 * normalQuartile / math.Log(3) * (r.ExpFloat64() - centre)
		}},
	}
}

// sample draws n values of a law, moved and scaled.
func (l law) sample(r *rand.Rand, n int, centre, scale float64) []float64 {
	xs := make([]float64, n)
	for i := range xs {
		xs[i] = centre + scale*l.draw(r)
	}
	return xs
}

// correlated makes normal noise of deviation 1 whose neighbours have the
// correlation rho.
func correlated(rng *rand.Rand, n int, rho float64) []float64 {
	xs := make([]float64, n)
	x := rng.NormFloat64()
	for i := range xs {
		xs[i] = x
		x = rho*x + math.Sqrt(1-rho*rho)*rng.NormFloat64()
	}
	return xs
}
