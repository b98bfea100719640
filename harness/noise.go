package harness

import (
	"maps"
	"math"
	"slices"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// The rules of the A/A comparison of the two timed runs in each ABBA block, which do
// the same work by the same decoder: what they differ by is noise of the machine.
const (
	noiseBlocks = 4    // fewest blocks from which a typical difference is told
	noiseLimit  = 0.5  // typical difference from which times are not used, if minBlocks show it
	noiseRemark = 0.1  // and from which it is remarked on
	aaAlpha     = 0.01 // level of the A/A test
	aaMargin    = 0.05 // and how far from 1 its interval must lie as a whole
)

// noise compares the two runs in each block of a cell.
func (f *finding) noise(requests []result.Request) {
	logs := aaLogs(requests)
	n := len(logs)
	if f.NoiseBlocks = n; n < noiseBlocks {
		return
	}
	var sizes []float64
	for _, d := range logs {
		sizes = append(sizes, math.Abs(d))
	}
	typical := math.Expm1(median(sizes))
	f.Noise = &typical
	loud := typical > noiseLimit && n >= minBlocks
	note(&f.Timing, loud, "A/A noise: two runs of the same work differ by %.0f%% (median of %d blocks), the limit is %.0f%%", 100*typical, n, 100*noiseLimit)
	note(&f.Warnings, !loud && typical > noiseRemark, "A/A noise: two runs of the same work differ by %.0f%% (median of %d blocks)", 100*typical, n)
	if n < minBlocks {
		return
	}
	shift, err := stats.PairedRatioAt(logs, 1-aaAlpha)
	if err != nil || shift.CI == nil {
		return
	}
	p, ci := stats.SignedRankP(logs), shift.CI
	note(&f.Timing, p < aaAlpha && (ci.Low > 1+aaMargin || ci.High < 1/(1+aaMargin)),
		"A/A comparison: the second run of the same work takes %.2f [%.2f, %.2f] times as long as the first in %d blocks (p = %.2g), so a difference between decoders could be the machine's",
		shift.Value, ci.Low, ci.High, n, p)
}

// aaLogs is ln(second time / first time) for each block in which both runs have times
// for the same instances; a batch counts once, by the mean over its requests.
func aaLogs(requests []result.Request) []float64 {
	type half struct{ sum, n float64 }
	blocks := map[int]*[2]half{}
	for _, r := range requests {
		if !place.Usable(&r) || r.E2ENs == nil || *r.E2ENs <= 0 {
			continue
		}
		if blocks[r.PairBlock] == nil {
			blocks[r.PairBlock] = &[2]half{}
		}
		at := &blocks[r.PairBlock][r.Repetition%2]
		at.sum += math.Log(float64(*r.E2ENs))
		at.n++
	}
	var logs []float64
	for _, k := range slices.Sorted(maps.Keys(blocks)) {
		if first, second := blocks[k][0], blocks[k][1]; first.n > 0 && first.n == second.n {
			logs = append(logs, (second.sum-first.sum)/first.n)
		}
	}
	return logs
}
