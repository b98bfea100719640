package view

import (
	"math"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// counterAmong is a counter of the requests in which another one is not 0.
func counterAmong(c, some usage.Counter) field {
	return func(q *result.Request) (float64, bool) { return q.Usage[c].Float(), q.Usage[some] != usage.Known(0) }
}

// Fields of requests. Metrics that are made from an unknown counter are not
// derived, see [units.lacking].
var (
	exact       = result.Solved()
	partial     = result.Number(func(q *result.Request) *float64 { return q.Partial }, 1)
	violations  = result.Number(func(q *result.Request) *int { return q.Violations }, 1)
	constraints = result.Number(func(q *result.Request) *int { return q.Constraints }, 1)
	inSupport   = result.Truth(func(q *result.Request) *bool { return q.InSupport })
	judgeNats   = result.Number(func(q *result.Request) *float64 { return q.JudgeNats }, 1)
	judgeTokens = result.Number(func(q *result.Request) *int { return q.JudgeTokens }, 1)

	e2eMs   = result.Number(func(q *result.Request) *int64 { return q.E2ENs }, 1e6)
	ttftMs  = result.Number(func(q *result.Request) *int64 { return q.TTFTNs }, 1e6)
	ttfcMs  = result.Number(func(q *result.Request) *int64 { return q.TTFCNs }, 1e6)
	ttfbMs  = result.Number(func(q *result.Request) *int64 { return q.TTFBNs }, 1e6)
	queueMs = result.Number(func(q *result.Request) *int64 { return q.QueueNs }, 1e6)
	peakMB  = result.Number(func(q *result.Request) *int64 { return q.PeakBytes }, 1e6)

	chars = result.Number(func(q *result.Request) *int { return q.Chars }, 1)

	energyMJ = result.Number(func(q *result.Request) *int64 { return q.EnergyUJ }, 1e3)

	nfe       = result.Counted(usage.NFE)
	useful    = result.Counted(usage.UsefulTokens)
	flops     = result.Counted(usage.FLOPs)
	steps     = result.Counted(usage.DenoisingSteps)
	committed = result.Counted(usage.CommittedTokens)
	accepted  = counterAmong(usage.AcceptedTokens, usage.VerifyingPasses)
	verifying = counterAmong(usage.VerifyingPasses, usage.VerifyingPasses)
)

// billed are the output tokens that a server counted, thinking included. A server that
// counts it apart has it in the total only.
func billed(q *result.Request) (float64, bool) {
	counts := map[string]float64{}
	if q.Wire != nil {
		counts = q.Wire.Counts
	}
	n, known := counts["usage.completion_tokens"]
	if total, told := counts["usage.total_tokens"]; known && told {
		n = max(n, total-counts["usage.prompt_tokens"])
	}
	return n, known
}

// price is that of a request by the counts of its server and the prices of the run.
func (u *units) price(q *result.Request) (float64, bool) {
	output, known := billed(q)
	if !known || u.prices == (result.Prices{}) {
		return 0, false
	}
	counts := q.Wire.Counts
	input := counts["usage.prompt_tokens"]
	cached := min(input, max(counts["usage.cached_input_tokens"], counts["usage.prompt_tokens_details.cached_tokens"]))
	return ((input-cached)*u.prices.Input + cached*u.prices.Cached + output*u.prices.Output) / 1e6, true
}

func cacheMB(q *result.Request) (float64, bool) {
	return q.Usage[usage.PeakCacheBytes].Float() / 1e6, true
}
func bytesRead(q *result.Request) (float64, bool) {
	return q.Usage[usage.WeightBytes].Plus(q.Usage[usage.CacheReadBytes]).Float(), true
}

// draftOf reads a count of what became of a start canvas.
func draftOf(count func(*result.Fate) int) field {
	return func(q *result.Request) (float64, bool) {
		if q.Draft == nil {
			return 0, false
		}
		return float64(count(q.Draft)), true
	}
}

// latencyMs is the time from the moment at which a request came.
func latencyMs(q *result.Request) (float64, bool) {
	if q.E2ENs == nil || q.QueueNs == nil {
		return 0, false
	}
	return float64(*q.E2ENs+*q.QueueNs) / 1e6, true
}

// tpotMs is the time per token behind the first delivery.
func tpotMs(q *result.Request) (float64, bool) {
	if q.E2ENs == nil || len(q.Chunks) == 0 {
		return 0, false
	}
	first := q.Chunks[0]
	behind := int64(-first[1])
	for _, c := range q.Chunks {
		behind += c[1]
	}
	if behind <= 0 || *q.E2ENs < first[0] {
		return 0, false
	}
	return float64(*q.E2ENs-first[0]) / float64(behind) / 1e6, true
}

// iclMs is the mean time between deliveries.
func iclMs(q *result.Request) (float64, bool) {
	list := deliveries(q)
	n := len(list)
	if n < 2 {
		return 0, false
	}
	return float64(list[n-1][0]-list[0][0]) / float64(n-1) / 1e6, true
}

// deliveries are those of a request, of tokens or else of text.
func deliveries(q *result.Request) [][2]int64 {
	if q.Chunks == nil {
		return q.Deliveries
	}
	return q.Chunks
}

// longestGapMs is the longest time between deliveries.
func longestGapMs(q *result.Request) (float64, bool) {
	list, longest := deliveries(q), int64(0)
	for i := 1; i < len(list); i++ {
		longest = max(longest, list[i][0]-list[i-1][0])
	}
	return float64(longest) / 1e6, len(list) > 1
}

func latencyPerToken(q *result.Request) (float64, bool) {
	if q.E2ENs == nil || q.Usage[usage.UsefulTokens] == usage.Known(0) {
		return 0, false
	}
	return float64(*q.E2ENs) / q.Usage[usage.UsefulTokens].Float() / 1e6, true
}

func latencyPerChar(q *result.Request) (float64, bool) {
	if q.E2ENs == nil || q.Chars == nil || *q.Chars == 0 {
		return 0, false
	}
	return float64(*q.E2ENs) / float64(*q.Chars) / 1e6, true
}

// isGood reports whether a request keeps all limits.
func isGood(g *result.Goodput, q *result.Request) bool {
	came := int64(0) // what to add to times since the decoder began
	if q.QueueNs != nil {
		came = *q.QueueNs
	}
	within := func(limit, value *int64, add int64) bool {
		return limit == nil || value != nil && *value+add <= *limit
	}
	if !within(g.TTFTNs, q.TTFTNs, came) || !within(g.E2ENs, q.E2ENs, came) {
		return false
	}
	if g.TPOTNs != nil {
		// A single delivery has no time per token: nothing is late behind it.
		if ms, ok := tpotMs(q); q.E2ENs == nil || ok && ms*1e6 > float64(*g.TPOTNs) {
			return false
		}
	}
	if g.Exact && (q.Exact == nil || !*q.Exact) {
		return false
	}
	return g.Partial == nil || q.Partial != nil && *q.Partial >= *g.Partial
}

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
