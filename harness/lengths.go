package harness

import (
	"math"

	"dllmbench/engines/usage"
	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/scenario"
)

// maxLengthDrift is how far the mean length of the texts of a cell may be from
// that of the control (MLPerf's TEST09 allows ±10%).
const maxLengthDrift = 0.1

// lengths remarks on a decoder that writes longer or shorter texts than the
// control, the first baseline of the group: its times per token are
// then those of other texts.
func (f *finding) lengths(g *scenario.Group, c result.Cell, byCell map[string][]result.Request) {
	for _, control := range g.Cells {
		if !place.Baseline(control) || control.CostOnly {
			continue
		}
		if control.ID == c.ID {
			return
		}
		own, other := meanLength(byCell[c.ID]), meanLength(byCell[control.ID])
		if own < 0 || other <= 0 {
			return
		}
		if ratio := own / other; ratio > 1+maxLengthDrift || ratio < 1-maxLengthDrift {
			f.warns("its texts have %.1f useful tokens on average, those of %s %.1f: times per token are those of other texts", own, control.Label, other)
		}
		return
	}
}

// meanLength is the mean number of useful tokens of the first repetition; -1
// without one, and where some are unknown.
func meanLength(requests []result.Request) float64 {
	sum, n := 0.0, 0.0
	for _, r := range requests {
		if place.Usable(&r) && r.Repetition == 0 {
			sum += r.Usage[usage.UsefulTokens].Float()
			n++
		}
	}
	if n == 0 || math.IsNaN(sum) {
		return -1
	}
	return sum / n
}
