package view

import (
	"slices"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// Scaling is the exponent k of the power law value ∝ xᵏ that is fitted to a
// metric of rows at different x, with an interval from resampling their units.
// The metric is one of [E2E], [Throughput], [NFE] and [FLOPs]; it panics for
// others. Fewer than three different x, or a row without the metric, are errors.
func (v *View) Scaling(m Metric, x []float64, rows []*Row) (stats.Estimate, error) {
	var parts [][2][]float64 // numerators and denominators of the units of each row
	median := false
	t := stats.Trend{X: x, LogX: true, LogY: true}
	for _, r := range rows {
		if r.data() == nil || r.Values[m] == nil {
			return stats.Estimate{}, stats.ErrNoData
		}
		var num, den []float64
		switch m {
		case E2E:
			median = true
			num = means(r.data().timed, e2eMs)
		case NFE:
			num, den = sums(r.data().instances, nfe, one)
		case FLOPs:
			num, den = sums(r.data().instances, flops, useful)
		case Throughput:
			num, den = r.data().rate(useful)
		default:
			panic("view: no power law is fitted to " + string(m))
		}
		parts, t.Units = append(parts, [2][]float64{num, den}), append(t.Units, len(num))
	}
	t.Y = func(point int, pick []int32) (float64, bool) {
		num, den := parts[point][0], parts[point][1]
		if median {
			xs := make([]float64, len(pick))
			for i, k := range pick {
				xs[i] = num[k]
			}
			slices.Sort(xs) // the estimate alone: its interval is not wanted here
			n := len(xs)
			return (xs[(n-1)/2] + xs[n/2]) / 2, n > 0
		}
		a, b := 0.0, 0.0
		for _, k := range pick {
			a, b = a+num[k], b+den[k]
		}
		return a / b, b > 0
	}
	line, err := v.boot.Slope(t)
	return line.Slope, err
}

func one(*result.Request) (float64, bool) { return 1, true }
