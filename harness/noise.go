package harness

import (
	"maps"
	"math"
	"slices"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
)

// The rules of the A/A comparison. Each ABBA block holds two timed runs of the
// same work by the same decoder; what they differ by is what this machine makes
// of nothing.
const (
	noiseBlocks = 4    // fewest blocks from which a typical difference is told
	noiseLimit  = 0.5  // typical difference from which times are not used, if minBlocks show it
	noiseRemark = 0.1  // and from which it is remarked on
	aaAlpha     = 0.01 // level of the A/A test
	aaMargin    = 0.05 // and how far from 1 its interval must lie as a whole
)

// noise is the A/A comparison of a cell.
type noise struct {
	blocks  int
	typical *float64        // median of the larger time over the smaller, minus 1; nil below noiseBlocks
	shift   *stats.Estimate // typical ratio of the second run to the first; nil below minBlocks
	p       float64         // of shift being 1
}

// noiseOf compares the two runs in each block of a cell.
func noiseOf(requests []result.Request) noise {
	logs := aaLogs(requests)
	n := noise{blocks: len(logs)}
	if n.blocks < noiseBlocks {
		return n
	}
	sizes := make([]float64, len(logs))
	for i, d := range logs {
		sizes[i] = math.Abs(d)
	}
	typical := math.Expm1(median(sizes))
	n.typical = &typical
	if n.blocks < minBlocks {
		return n
	}
	if shift, err := stats.PairedRatioAt(logs, 1-aaAlpha); err == nil && shift.CI != nil {
		n.shift, n.p = &shift, stats.SignedRankP(logs)
	}
	return n
}

// aaLogs is ln(second time / first time) for each block in which both runs of
// the cell have times for the same instances; a batch counts once, by the mean
// over its requests.
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

// noise judges the A/A comparison.
func (f *finding) noise(n noise) {
	if n.typical == nil {
		return
	}
	switch percent := 100 * *n.typical; {
	case *n.typical > noiseLimit && n.blocks >= minBlocks:
		f.spoilsTimes("A/A noise: two runs of the same work differ by %.0f%% (median of %d blocks), the limit is %.0f%%", percent, n.blocks, 100*noiseLimit)
	case *n.typical > noiseRemark:
		f.warns("A/A noise: two runs of the same work differ by %.0f%% (median of %d blocks)", percent, n.blocks)
	}
	if n.shift == nil || n.p >= aaAlpha {
		return
	}
	if ci := n.shift.CI; ci.Low > 1+aaMargin || ci.High < 1/(1+aaMargin) {
		f.spoilsTimes("A/A comparison: the second run of the same work takes %.2f [%.2f, %.2f] times as long as the first in %d blocks (p = %.2g), so a difference between decoders could be the machine's",
			n.shift.Value, ci.Low, ci.High, n.blocks, n.p)
	}
}
