package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// lengths of the simulated trends.
var lengths = []float64{8, 16, 32, 64, 128}

// slopes is the coverage of the exponent of y = 2·x^0.5, and how often a fit is
// called bad although the points lie on a line.
func slopes() table {
	tb := table{name: "slopes", corner: "statistic at each of 5 lengths, instances at each", columns: []string{"95% interval", "wrongly called bent"}, runs: 2000, short: 3}
	boot := NewBootstrap(1000, 1)
	const exponent = 0.5
	for _, n := range []int{20, 100} {
		for _, c := range []struct {
			name   string
			shared bool
			y      func(point int, need [][]float64) func(pick []int32) float64
		}{
			{"mean", false, meanNeed},
			{"mean, the same instances", true, meanNeed},
			{"least steps for half of the instances, on a grid of doublings", false, gridNeed(false)},
			{"the same, interpolated between grid steps", false, gridNeed(true)},
		} {
			fit := func(rng *rand.Rand) Line {
				need := make([][]float64, len(lengths))
				for i := range need {
					need[i] = make([]float64, n)
				}
				for j := range n {
					own := 0.5 * rng.NormFloat64()
					for i, x := range lengths {
						if !c.shared {
							own = 0.5 * rng.NormFloat64()
						}
						need[i][j] = 2 * math.Pow(x, exponent) * math.Exp(own+0.2*rng.NormFloat64())
					}
				}
				t := Trend{X: lengths, Shared: c.shared, LogX: true, LogY: true}
				var ys []func([]int32) float64
				for i := range lengths {
					t.Units = append(t.Units, n)
					ys = append(ys, c.y(i, need))
				}
				t.Y = func(point int, pick []int32) (float64, bool) { return ys[point](pick), true }
				line, err := boot.Slope(t)
				if err != nil {
					panic(err)
				}
				return line
			}
			bent := cell{low: 0, high: 0.06, trial: func(rng *rand.Rand) bool {
				line := fit(rng)
				return line.FitP != nil && *line.FitP < fitAlpha
			}}
			if c.shared {
				bent.trial = nil
			}
			tb.rows = append(tb.rows, row{fmt.Sprintf("%s, %d", c.name, n), []cell{
				{low: 0.5, high: 1, trial: covers(exponent, func(rng *rand.Rand) (Estimate, error) { return fit(rng).Slope, nil })},
				bent,
			}})
		}
	}
	return tb
}

func meanNeed(point int, need [][]float64) func([]int32) float64 {
	return func(pick []int32) float64 {
		total := 0.0
		for _, i := range pick {
			total += need[point][i]
		}
		return total / float64(len(pick))
	}
}

// gridNeed is the least number of steps, of 1, 2, 4 …, that is enough for half
// of the instances; interpolated, it is where the share of those served crosses
// one half on a line over the logarithm of the steps.
func gridNeed(interpolated bool) func(point int, need [][]float64) func([]int32) float64 {
	return func(point int, need [][]float64) func([]int32) float64 {
		class := make([]int, len(need[point])) // number of doublings that serve an instance
		for i, x := range need[point] {
			class[i] = max(0, int(math.Ceil(math.Log2(x))))
		}
		return func(pick []int32) float64 {
			var served [16]int
			for _, i := range pick {
				served[min(class[i], 15)]++
			}
			half, before := float64(len(pick))/2, 0.0
			for k, n := range served {
				if after := before + float64(n); after >= half {
					at := float64(k)
					if interpolated && k > 0 {
						at -= (after - half) / float64(n)
					}
					return math.Exp2(at)
				} else {
					before = after
				}
			}
			return math.Inf(1)
		}
	}
}

// changes is how often a history is marked that has no change, and one that
// has: a step by three deviations in the middle.
func changes() table {
	tb := table{name: "changes", corner: "noise", runs: 4000, short: 3}
	sizes := []int{12, 20, 40}
	for _, what := range []string{"no change", "step"} {
		for _, n := range sizes {
			tb.columns = append(tb.columns, fmt.Sprintf("%s, %d", what, n))
		}
	}
	const alpha, draws = 0.01, 499
	for _, l := range append(laws()[:3:3], law{name: "normal, neighbouring runs correlated by 0.5"}) {
		r := row{name: l.name}
		for _, step := range []float64{0, 3} {
			for _, n := range sizes {
				c := cell{low: 0, high: 1, trial: func(rng *rand.Rand) bool {
					var xs []float64
					if l.draw == nil {
						xs = correlated(rng, n, 0.5)
					} else {
						xs = l.sample(rng, n, 0, 1)
					}
					for i := n / 2; i < n; i++ {
						xs[i] += step
					}
					mark, err := ChangePoint(xs, draws, 1)
					return err == nil && mark.P <= alpha
				}}
				if step == 0 && l.draw != nil {
					c.high = alpha
				}
				r.cells = append(r.cells, c)
			}
		}
		tb.rows = append(tb.rows, r)
	}
	return tb
}
