package stats

import (
	"math"
	"math/rand/v2"
	"slices"
)

// PairedDesign is a planned comparison of times in blocks: a slowdown counts
// when the signed-rank test rejects at Alpha/Tests and the whole interval at
// level 1−Alpha/Tests lies beyond the noise band.
type PairedDesign struct {
	Blocks int
	Tests  int     // judged together; at least 1
	Alpha  float64 // family-wise error rate
	Band   float64 // noise band as a ratio ≥ 1: 1.02 is ±2%, 1 is none
}

// Sees is the smallest ratio above 1 that the design finds with probability
// power, when the log-ratio of a block has standard deviation sd (about the
// relative deviation of its time ratio) and normal noise. False means that it
// finds nothing: fewer blocks than [MinBlocks]. The answer is a simulation of
// 4,000 comparisons with a fixed seed, good to about 2% of ln(ratio).
func (d PairedDesign) Sees(sd, power float64) (ratio float64, ok bool) {
	if !(power > 0 && power < 1) {
		panic("stats: a power must be above 0 and below 1")
	}
	lows, ok := d.lows(sd)
	if !ok {
		return 0, false
	}
	// The design finds an effect e when low + e is beyond the band.
	return d.Band * math.Exp(-sd*percentile(lows, 100*(1-power))), true
}

// powerRuns is the number of simulated comparisons.
const powerRuns = 4000

// lows simulates the lower end of the interval of equal engines, in units of
// sd. By the inversion it also gives the answer of the test: the two-sided test
// rejects upward exactly when the lower end is above zero.
func (d PairedDesign) lows(sd float64) ([]float64, bool) {
	mustBeAlpha(d.Alpha)
	mustBeTests(d.Tests)
	if !(d.Band >= 1) || !(sd >= 0) {
		panic("stats: a noise band is a ratio of at least 1, a deviation is not negative")
	}
	if d.Blocks < MinBlocks(d.Alpha, d.Tests) {
		return nil, false
	}
	k := walshRank(d.Blocks, d.Alpha/float64(d.Tests))
	rng := rand.New(rand.NewPCG(1, uint64(d.Blocks)))
	noise, lows := make([]float64, d.Blocks), make([]float64, powerRuns)
	for i := range lows {
		for j := range noise {
			noise[j] = rng.NormFloat64()
		}
		slices.Sort(noise)
		lows[i] = walshAverage(noise, k)
	}
	return lows, true
}
