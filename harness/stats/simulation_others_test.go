package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func tables() []table {
	return []table{
		pairedAlarms(), pairedCoverage(), power(), orders(), family(),
		sums(), shares(), stopped(), unpaired(), slopes(), changes(),
	}
}

// sums is the coverage of BCa intervals of means and ratios of sums.
func sums() table {
	tb := table{name: "sums", corner: "statistic", runs: 10000, short: 5}
	boot := NewBootstrap(1000, 1)
	sizes := []int{5, 10, 20, 30, 100}
	for _, n := range sizes {
		tb.columns = append(tb.columns, fmt.Sprintf("n = %d", n))
	}
	lognormal := math.Exp(0.5)
	for _, c := range []struct {
		name  string
		low   float64
		truth float64
		make  func(*rand.Rand, int) (num, den []float64)
	}{
		{"mean, normal", 0.93, 0, func(r *rand.Rand, n int) ([]float64, []float64) {
			return laws()[0].sample(r, n, 0, 1), nil
		}},
		{"mean, exponential", 0.90, 1, func(r *rand.Rand, n int) ([]float64, []float64) {
			xs := make([]float64, n)
			for i := range xs {
				xs[i] = r.ExpFloat64()
			}
			return xs, nil
		}},
		{"mean, log-normal (σ = 1)", 0.84, lognormal, func(r *rand.Rand, n int) ([]float64, []float64) {
			xs := make([]float64, n)
			for i := range xs {
				xs[i] = math.Exp(r.NormFloat64())
			}
			return xs, nil
		}},
		{"ratio of sums, exponential denominators", 0.90, 3, func(r *rand.Rand, n int) (num, den []float64) {
			for range n {
				d := 0.5 + r.ExpFloat64()
				num, den = append(num, 3*d*(1+0.3*r.NormFloat64())), append(den, d)
			}
			return num, den
		}},
	} {
		r := row{name: c.name}
		for _, n := range sizes {
			low := c.low
			if n < bootstrapFew { // such an interval carries a warning
				low -= 0.04
			}
			r.cells = append(r.cells, cell{low: low, high: 0.99, trial: covers(c.truth, func(rng *rand.Rand) (Estimate, error) {
				num, den := c.make(rng, n)
				if den == nil {
					return boot.Mean(num)
				}
				return boot.RatioOfSums(num, den)
			})})
		}
		tb.rows = append(tb.rows, r)
	}
	return tb
}

// shares is about solved or not. A fifth of the instances is solved by just one
// engine.
func shares() table {
	tb := table{name: "shares", corner: "instances, margin", runs: 2000, short: 5, columns: []string{
		"Wilson 95%", "difference 95%", "McNemar alarms, exact", "mid-p", "wrongly equal", "rightly equal"}}
	const discordant, alpha = 0.2, 0.05
	for _, c := range []struct {
		n      int
		margin float64
	}{{50, 0.10}, {200, 0.10}, {1000, 0.03}, {4282, 0.02}} {
		// outcomes draws pairs of which b solves diff more than a.
		outcomes := func(rng *rand.Rand, diff float64) (a, b []bool) {
			a, b = make([]bool, c.n), make([]bool, c.n)
			onlyB := (discordant + diff) / 2
			for i := range a {
				switch u := rng.Float64(); {
				case u < onlyB:
					b[i] = true
				case u < discordant:
					a[i] = true
				case u < 0.6:
					a[i], b[i] = true, true
				}
			}
			return a, b
		}
		equal := func(diff float64) func(*rand.Rand) bool {
			return func(rng *rand.Rand) bool {
				a, b := outcomes(rng, diff)
				q, err := EquivalentShares(a, b, c.margin, alpha)
				return err == nil && q.P <= alpha
			}
		}
		alarm := func(test func(a, b []bool) (Test, error)) func(*rand.Rand) bool {
			return func(rng *rand.Rand) bool {
				t, err := test(outcomes(rng, 0))
				return err == nil && t.P <= alpha
			}
		}
		tb.rows = append(tb.rows, row{fmt.Sprintf("%s, ±%g points", thousands(c.n), 100*c.margin), []cell{
			{low: 0.93, high: 0.97, trial: covers(0.4, func(rng *rand.Rand) (Estimate, error) {
				solved := 0
				for range c.n {
					if rng.Float64() < 0.4 {
						solved++
					}
				}
				return Proportion(solved, c.n)
			})},
			{low: 0.94, high: 0.98, trial: covers(0.04, func(rng *rand.Rand) (Estimate, error) {
				return PairedProportions(outcomes(rng, 0.04))
			})},
			{low: 0, high: alpha, trial: alarm(McNemar)},
			{low: 0.02, high: 0.055, trial: alarm(McNemarMidP)},
			{low: 0, high: 0.055, trial: equal(c.margin)},
			{low: 0, high: 1, trial: equal(0)},
		}})
	}
	return tb
}

// untilNarrow draws outcomes until the interval is narrow enough, as a run with "until"
// does, and counts them.
func untilNarrow(rng *rand.Rand, share, half float64) (solved, n int) {
	var xs []float64
	for len(xs) == 0 || HalfWidth(xs) > half {
		for range 32 {
			x := 0.0
			if rng.Float64() < share {
				x, solved = 1, solved+1
			}
			xs = append(xs, x)
		}
	}
	return solved, len(xs)
}

var stopShares, stopWidths = []float64{0.01, 0.05, 0.1, 0.2, 0.5, 0.95}, []float64{0.02, 0.05, 0.1}

// stopped is about intervals of runs that end when these are narrow.
func stopped() table {
	tb := table{name: "stopped", corner: "true share", runs: 4000, short: 2}
	for _, half := range stopWidths {
		tb.columns = append(tb.columns, fmt.Sprintf("until ±%g points", 100*half))
	}
	for _, share := range stopShares {
		r := row{name: fmt.Sprintf("%g%%", 100*share)}
		for _, half := range stopWidths {
			r.cells = append(r.cells, cell{low: 0.935, high: 0.98, trial: covers(share, func(rng *rand.Rand) (Estimate, error) {
				return Proportion(untilNarrow(rng, share, half))
			})})
		}
		tb.rows = append(tb.rows, r)
	}
	return tb
}

// TestStoppedMean: stopping moves the mean by less than a tenth of the width asked for.
func TestStoppedMean(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const runs = 500
	for _, share := range stopShares {
		for _, half := range stopWidths[1:] {
			mean := 0.0
			for range runs {
				solved, n := untilNarrow(rng, share, half)
				mean += float64(solved) / float64(n) / runs
			}
			if off := math.Abs(mean - share); off > half/10 {
				t.Errorf("share %g until ±%g: the mean is off by %.4f", share, half, off)
			}
		}
	}
	// Values between 0 and 1 are known better than outcomes; alike ones are not known exactly.
	if a, b := HalfWidth([]float64{0.5, 0.4, 0.6, 0.5}), HalfWidth([]float64{0, 1, 0, 1}); a >= b || a <= 0 {
		t.Errorf("half-widths of %g and %g", a, b)
	}
	if HalfWidth(nil) != 1 || HalfWidth(make([]float64, 32)) < 0.05 {
		t.Errorf("half-widths of %g without values and %g of 32 zeros", HalfWidth(nil), HalfWidth(make([]float64, 32)))
	}
}

// unpaired is about two samples without pairs.
func unpaired() table {
	tb := table{name: "unpaired", corner: "noise", runs: 10000, short: 10}
	sizes := []int{5, 8, 20}
	for _, n := range sizes {
		tb.columns = append(tb.columns, fmt.Sprintf("%d each: α = 0.05", n), fmt.Sprintf("%d: α = 0.01", n), fmt.Sprintf("%d: 95%% interval", n))
	}
	for _, l := range laws() {
		r := row{name: l.name}
		if l.asymmetric {
			r.name = "exponential"
		}
		for _, n := range sizes {
			alarm := func(alpha float64) cell {
				return cell{low: 0, high: alpha, trial: func(rng *rand.Rand) bool {
					t, err := MannWhitney(l.sample(rng, n, 0, 1), l.sample(rng, n, 0, 1))
					return err == nil && t.P <= alpha
				}}
			}
			r.cells = append(r.cells, alarm(0.05), alarm(0.01), cell{low: 0.95, high: 1, trial: covers(0, func(rng *rand.Rand) (Estimate, error) {
				return ShiftAt(l.sample(rng, n, 0, 1), l.sample(rng, n, 0, 1), 0.95)
			})})
		}
		tb.rows = append(tb.rows, r)
	}
	return tb
}
