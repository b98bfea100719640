package view

// single holds the metrics that a single request has, in the unit of the metric.
var single = map[Metric]struct {
	of field
	by float64
}{
	"exact_match": {exact, 100}, "partial": {partial, 100},
	"e2e": {e2eMs, 1}, "e2e_p95": {e2eMs, 1}, "ttft": {ttftMs, 1}, "ttfc": {ttfcMs, 1},
	"nfe": {nfe, 1}, "denoising_steps": {steps, 1}, "peak_cache": {cacheMB, 1}, "peak_memory": {peakMB, 1},
}

// Each lists a metric of all usable requests of the row that have it, in the
// unit of the metric. A metric that is a ratio of sums, or a number of the whole
// row, has no value for a single request: the list is empty.
func (r *Row) Each(m Metric) []float64 {
	s, ok := single[m]
	if !ok || r.data() == nil {
		return nil
	}
	list := r.data().each(s.of)
	for i := range list {
		list[i] *= s.by
	}
	return list
}
