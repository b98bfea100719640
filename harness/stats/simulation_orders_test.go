package stats

import (
	"math/rand/v2"
)

// orders is how often two equal engines are called different at 0.01, by the
// order in which 24 runs of each are made on a machine that drifts. A run takes
// one unit of time, with 2% of its own noise.
func orders() table {
	const alpha, each = 0.01, 24
	tb := table{name: "orders", corner: "the machine", runs: 10000, short: 10, columns: []string{
		"all A, then all B; Mann–Whitney", "A B pairs in fixed order; signed-rank", "A B B A blocks, random orientation; signed-rank"}}
	for _, m := range []struct {
		name  string
		drift func(*rand.Rand) []float64 // of the logarithm of time, run by run
		bound float64                    // of the alarms of blocks
	}{
		{"is steady", func(*rand.Rand) []float64 { return make([]float64, 2*each) }, alpha},
		{"slows down evenly, by 10% in all", func(*rand.Rand) []float64 {
			xs := make([]float64, 2*each)
			for i := range xs {
				xs[i] = 0.1 * float64(i) / (2 * each)
			}
			return xs
		}, alpha},
		{"slows down in the first tenth, by 10%", func(*rand.Rand) []float64 {
			xs := make([]float64, 2*each)
			for i := range xs {
				xs[i] = 0.1 * min(1, float64(i)/(0.2*each))
			}
			return xs
		}, alpha},
		{"has moods: 5%, neighbouring runs correlated by 0.95", func(r *rand.Rand) []float64 {
			xs := correlated(r, 2*each, 0.95)
			for i := range xs {
				xs[i] *= 0.05
			}
			return xs
		}, alpha},
	} {
		runs := func(rng *rand.Rand) []float64 {
			xs := m.drift(rng)
			for i := range xs {
				xs[i] += 0.02 * rng.NormFloat64()
			}
			return xs
		}
		tb.rows = append(tb.rows, row{m.name, []cell{
			{low: 0, high: 1, trial: func(rng *rand.Rand) bool {
				xs := runs(rng)
				t, err := MannWhitney(xs[:each], xs[each:])
				return err == nil && t.P <= alpha
			}},
			{low: 0, high: 1, trial: func(rng *rand.Rand) bool {
				xs, d := runs(rng), make([]float64, each)
				for i := range d {
					d[i] = xs[2*i+1] - xs[2*i]
				}
				return SignedRankP(d) <= alpha
			}},
			{low: 0, high: m.bound, trial: func(rng *rand.Rand) bool {
				xs, d := runs(rng), make([]float64, each/2)
				for i := range d {
					x := xs[4*i : 4*i+4]
					d[i] = (x[1] + x[2] - x[0] - x[3]) / 2
					if rng.IntN(2) == 1 { // B A A B
						d[i] = -d[i]
					}
				}
				return SignedRankP(d) <= alpha
			}},
		}})
	}
	return tb
}
