package view

import (
	"slices"

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
		if r.paired == nil || r.Values[m] == nil {
			return stats.Estimate{}, stats.ErrNoData
		}
		p := r.pairs()
		var num, den []float64
		switch m {
		case E2E:
			median = true
			num = p.times
		case NFE:
			for _, s := range p.scores {
				num, den = append(num, s.passes), append(den, s.n)
			}
		case FLOPs:
			for _, s := range p.scores {
				num, den = append(num, s.flops), append(den, s.useful)
			}
		case Throughput:
			num, den = p.rate[0], p.rate[1]
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
