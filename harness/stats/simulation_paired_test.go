package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// blockCounts are the numbers of blocks that the page shows.
var blockCounts = []int{8, 12, 20, 40}

func blockColumns() []string {
	var out []string
	for _, n := range blockCounts {
		out = append(out, fmt.Sprintf("%d blocks", n))
	}
	return out
}

// covers is a trial: does the interval hold the truth?
func covers(truth float64, make func(*rand.Rand) (Estimate, error)) func(*rand.Rand) bool {
	return func(r *rand.Rand) bool {
		e, err := make(r)
		if err != nil || e.CI == nil {
			panic(fmt.Sprintf("a simulated sample has no interval: %v %q", err, e.Warnings))
		}
		return e.CI.Contains(truth)
	}
}

// pairedCoverage is the coverage of the exact interval of paired differences.
func pairedCoverage() table {
	tb := table{name: "paired-coverage", corner: "level, noise of log-ratios", columns: blockColumns(), runs: 20000, short: 20}
	for _, level := range []float64{0.95, 0.99} {
		for _, l := range laws() {
			r := row{name: fmt.Sprintf("%g%%, %s", 100*level, l.name)}
			for _, n := range blockCounts {
				low := level
				if l.asymmetric {
					low = level - 0.05
				}
				r.cells = append(r.cells, cell{low: low, high: 1, trial: covers(0, func(rng *rand.Rand) (Estimate, error) {
					return HodgesLehmannAt(l.sample(rng, n, 0, 1), level)
				})})
			}
			tb.rows = append(tb.rows, r)
		}
	}
	return tb
}

// pairedAlarms is the false-alarm rate of the signed-rank test, also where its
// assumptions of symmetry and of independent blocks are broken.
func pairedAlarms() table {
	tb := table{name: "paired-alarms", corner: "noise of log-ratios", runs: 20000, short: 20}
	for _, alpha := range []float64{0.05, 0.01} {
		for _, n := range blockCounts {
			tb.columns = append(tb.columns, fmt.Sprintf("α = %g, %d", alpha, n))
		}
	}
	for _, l := range laws() {
		r := row{name: l.name}
		for _, alpha := range []float64{0.05, 0.01} {
			for _, n := range blockCounts {
				// Without ties the rate is what the exact law attains; with ties it is lower.
				attained := 2 * untiedLaw()[n][walshRank(n, alpha)-1] / math.Exp2(float64(n))
				c := cell{low: attained, high: attained}
				switch {
				case l.tied:
					c.low, c.high = 0, alpha
				case l.asymmetric:
					c.low, c.high = 0, alpha+0.05
				}
				c.trial = func(rng *rand.Rand) bool { return SignedRankP(l.sample(rng, n, 0, 1)) <= alpha }
				r.cells = append(r.cells, c)
			}
		}
		tb.rows = append(tb.rows, r)
	}
	r := row{name: "normal, neighbouring blocks correlated by 0.5"}
	for _, alpha := range []float64{0.05, 0.01} {
		for _, n := range blockCounts {
			r.cells = append(r.cells, cell{low: alpha, high: 1, trial: func(rng *rand.Rand) bool {
				return SignedRankP(correlated(rng, n, 0.5)) <= alpha
			}})
		}
	}
	tb.rows = append(tb.rows, r)
	return tb
}

// effects are the planted slowdowns.
var effects = []float64{1, 1.02, 1.05, 1.10}

// power is how often a planted slowdown is called, by the test alone and by the
// rule of the gate: the test rejects at 0.01 and the whole 99% interval is
// beyond ±2%. Without an effect, a call of either sign is an error.
func power() table {
	tb := table{name: "power", corner: "noise of a block, blocks", runs: 10000, short: 10,
		columns: []string{"test, 0%", "test, 2%", "test, 5%", "test, 10%", "rule, 0%", "rule, 2%", "rule, 5%", "rule, 10%"}}
	const alpha, band = 0.01, 1.02
	for _, l := range laws()[:3] {
		for _, sd := range []float64{0.02, 0.05} {
			for _, n := range blockCounts {
				r := row{name: fmt.Sprintf("%s %g%%, %d", l.name, 100*sd, n)}
				for _, rule := range []bool{false, true} {
					for _, effect := range effects {
						c := cell{low: 0, high: 1}
						beyond := 0.0
						if rule {
							beyond = math.Log(band)
						}
						c.trial = func(rng *rand.Rand) bool {
							d := l.sample(rng, n, math.Log(effect), sd)
							if SignedRankP(d) > alpha {
								return false
							}
							e, err := HodgesLehmannAt(d, 1-alpha)
							if err != nil {
								panic(err)
							}
							return e.CI.Low > beyond || effect == 1 && e.CI.High < -beyond
						}
						switch {
						case effect == 1:
							c.high = alpha
						case l.name == "normal":
							design := PairedDesign{Blocks: n, Tests: 1, Alpha: alpha, Band: math.Exp(beyond)}
							predicted := design.Power(effect, sd)
							c.low, c.high = max(0, predicted-0.02), min(1, predicted+0.02)
						}
						r.cells = append(r.cells, c)
					}
				}
				tb.rows = append(tb.rows, r)
			}
		}
	}
	return tb
}

// family is the chance of any false alarm among eight tests of twelve blocks.
func family() table {
	tb := table{name: "family", corner: "eight comparisons without a difference", runs: 10000, short: 5,
		columns: []string{"α = 0.05, each by itself", "α = 0.05, Holm", "α = 0.01, each by itself", "α = 0.01, Holm"}}
	const m, n = 8, 12
	for _, shared := range []float64{0, 1} {
		r := row{name: "each with its own baseline"}
		if shared > 0 {
			r.name = "all against one baseline"
		}
		for _, alpha := range []float64{0.05, 0.01} {
			for _, holm := range []bool{false, true} {
				c := cell{low: 0, high: 1, trial: func(rng *rand.Rand) bool {
					base := laws()[0].sample(rng, n, 0, shared)
					tests := make([]Test, m)
					for i := range tests {
						d := laws()[0].sample(rng, n, 0, 1)
						for j := range d {
							d[j] -= base[j]
						}
						t, err := SignedRank(d)
						if err != nil {
							panic(err)
						}
						tests[i] = t
						if !holm && t.P <= alpha {
							return true
						}
					}
					for _, d := range Decide(tests, alpha) {
						if holm && d.Outcome == Rejected {
							return true
						}
					}
					return false
				}}
				if holm {
					c.high = alpha
				} else {
					c.low = alpha
				}
				r.cells = append(r.cells, c)
			}
		}
		tb.rows = append(tb.rows, r)
	}
	return tb
}
