package view

import (
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// latencyMs is the time from the moment at which a request came.
func latencyMs(q *result.Request) (float64, bool) {
	if q.E2ENs == nil || q.QueueNs == nil {
		return 0, false
	}
	return float64(*q.E2ENs+*q.QueueNs) / 1e6, true
}

// goodput is good requests per second: by session where requests came as a
// load, else by unit of times.
func goodput(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
	if u.good == nil {
		return stats.Estimate{}, stats.ErrNoData
	}
	count := func(q *result.Request) (float64, bool) {
		if isGood(u.good, q) {
			return 1, true
		}
		return 0, true
	}
	if good, seconds := u.sessions(count); len(seconds) > 0 {
		return boot.RatioOfSums(good, seconds)
	}
	good, seconds, err := u.rateOf(count)
	if err != nil {
		return stats.Estimate{}, err
	}
	return boot.RatioOfSums(good, seconds)
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

// sessions lists a count and the seconds of each session under load: from its
// beginning to the end of its last request.
func (u *units) sessions(count field) (counts, seconds []float64) {
	at := map[int]int{} // by repetition
	for _, inst := range u.instances {
		for _, q := range inst.requests {
			if q.IntendedNs == nil || q.QueueNs == nil || q.E2ENs == nil {
				continue
			}
			i, ok := at[q.Repetition]
			if !ok {
				i = len(counts)
				at[q.Repetition] = i
				counts, seconds = append(counts, 0), append(seconds, 0)
			}
			x, _ := count(q)
			counts[i] += x
			seconds[i] = max(seconds[i], float64(*q.IntendedNs+*q.QueueNs+*q.E2ENs)/1e9)
		}
	}
	return counts, seconds
}
