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

// changes is how often a history is marked at all that has no change, and how
// often the marks are right in one that has: as many as there are changes, each
// at most one value away. Steps are by three deviations.
func changes() table {
	tb := table{name: "changes", corner: "noise", runs: 1000, short: 3}
	cases := []struct {
		name  string
		n     int
		steps map[int]float64 // at index, by deviations
	}{
		{"no change, 12", 12, nil},
		{"no change, 20", 20, nil},
		{"no change, 40", 40, nil},
		{"step in the middle, 12", 12, map[int]float64{6: 3}},
		{"step in the middle, 20", 20, map[int]float64{10: 3}},
		{"step in the middle, 40", 40, map[int]float64{20: 3}},
		{"the last 3 of 20", 20, map[int]float64{17: 3}},
		{"the last 5 of 20", 20, map[int]float64{15: 3}},
		{"up for 10 and back, 40", 40, map[int]float64{15: 3, 25: -3}},
		{"two steps up, 40", 40, map[int]float64{13: 3, 26: 3}},
	}
	for _, c := range cases {
		tb.columns = append(tb.columns, c.name)
	}
	const alpha, draws = 0.01, 199
	for _, l := range append(laws()[:3:3], law{name: "normal, neighbouring runs correlated by 0.5"}) {
		r := row{name: l.name}
		for _, c := range cases {
			one := cell{low: 0, high: 1, trial: func(rng *rand.Rand) bool {
				var xs []float64
				if l.draw == nil {
					xs = correlated(rng, c.n, 0.5)
				} else {
					xs = l.sample(rng, c.n, 0, 1)
				}
				for at, by := range c.steps {
					for i := at; i < c.n; i++ {
						xs[i] += by
					}
				}
				marks, err := ChangePoints(xs, alpha, draws, 1)
				if err != nil {
					panic(err)
				}
				return len(marks) > 0 && (c.steps == nil || right(marks, c.steps))
			}}
			if c.steps == nil && l.draw != nil {
				one.high = alpha
			}
			r.cells = append(r.cells, one)
		}
		tb.rows = append(tb.rows, r)
	}
	return tb
}

// right reports whether there are as many marks as steps, each near one.
func right(marks []Change, steps map[int]float64) bool {
	for _, m := range marks {
		near := false
		for at := range steps {
			near = near || m.At >= at-1 && m.At <= at+1
		}
		if !near {
			return false
		}
	}
	return len(marks) == len(steps)
}
