package view

import (
	"math"

	"dllmbench/harness/stats"
)

// single holds the metrics that a single request has, in the unit of the metric.
var single = map[Metric]struct {
	of field
	by float64
}{
	"exact_match": {exact, 100}, "partial": {partial, 100},
	"e2e": {e2eMs, 1}, "e2e_p95": {e2eMs, 1}, "ttft": {ttftMs, 1}, "ttfc": {ttfcMs, 1}, "latency": {latencyMs, 1},
	"nfe": {nfe, 1}, "denoising_steps": {steps, 1}, "peak_cache": {cacheMB, 1}, "peak_memory": {peakMB, 1},
}

// Each lists a metric of all usable requests of the row that have it, in the
// unit of the metric. A metric that is a ratio of sums, or a number of the whole
// row, has no value for a single request: the list is empty, as it is for a counter
// that some request does not know.
func (r *Row) Each(m Metric) []float64 {
	s, ok := single[m]
	if !ok || r.data() == nil {
		return nil
	}
	list := r.data().each(s.of)
	for i := range list {
		if list[i] *= s.by; math.IsNaN(list[i]) {
			return nil
		}
	}
	return list
}

// Percentiles are percentiles, in (0, 100), of a metric over all usable requests
// of the row, in the order of percents; nil where single requests do not have the
// metric, and where so few of them cannot show one (see [stats.Floor]).
func (r *Row) Percentiles(m Metric, percents ...float64) []*stats.Estimate {
	values := r.Each(m)
	list := make([]*stats.Estimate, len(percents))
	for i, p := range percents {
		if e, err := stats.Quantile(values, p); err == nil {
			list[i] = &e
		}
	}
	return list
}
