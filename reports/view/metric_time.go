package view

import (
	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// committedRate is committed tokens per second of wall time.
func committedRate(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
	num, den, err := u.rateOf(committed)
	if err != nil {
		return stats.Estimate{}, err
	}
	return boot.RatioOfSums(num, den)
}

// stepsPerCanvas relates denoising steps to the canvases that were filled.
func stepsPerCanvas(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
	canvases := func(q *result.Request) (float64, bool) {
		n, some := counterAmong(usage.CommittedTokens, usage.DenoisingSteps)(q)
		return n / u.canvas, some
	}
	return boot.RatioOfSums(sums(u.instances, steps, canvases))
}

// energyPerToken shares the energy of a batch among its requests.
func energyPerToken(u *units, boot *stats.Bootstrap) (stats.Estimate, error) {
	share := func(q *result.Request) (float64, bool) {
		if q.EnergyUJ == nil {
			return 0, false
		}
		return float64(*q.EnergyUJ) / 1e3 / float64(max(1, u.batch)), true
	}
	return boot.RatioOfSums(sums(u.timed, share, useful))
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
	n := len(q.Chunks)
	if n < 2 {
		return 0, false
	}
	return float64(q.Chunks[n-1][0]-q.Chunks[0][0]) / float64(n-1) / 1e6, true
}

// longestGapMs is the longest time between deliveries.
func longestGapMs(q *result.Request) (float64, bool) {
	longest := int64(0)
	for i := 1; i < len(q.Chunks); i++ {
		longest = max(longest, q.Chunks[i][0]-q.Chunks[i-1][0])
	}
	return float64(longest) / 1e6, len(q.Chunks) > 1
}

func latencyPerToken(q *result.Request) (float64, bool) {
	if q.E2ENs == nil || q.Usage[usage.UsefulTokens] == usage.Known(0) {
		return 0, false
	}
	return float64(*q.E2ENs) / q.Usage[usage.UsefulTokens].Float() / 1e6, true
}
