package trace

import "math"

// calibrationBins is the number of bins of equal width over [0, 1].
const calibrationBins = 10

// Calibration compares the confidence of committed tokens with how often they
// are right. The zero value is empty and ready to use.
type Calibration struct {
	Bins [calibrationBins]Bin
}

// Bin holds the commits with confidence in one tenth of [0, 1]; 1 is in the last.
type Bin struct {
	Commits    int
	Right      int
	Confidence float64 // sum
}

// Add takes in the commits of a trace. A commit is right when it is the token
// of the reference at its position, so only answers that are the only correct
// one count; it reports whether this was one. Commits behind the reference's end
// token are left out, as padding is no text.
func (c *Calibration) Add(t *Trace) bool {
	if !t.Unique || t.Reference == nil {
		return false
	}
	for i := range t.Passes {
		for _, k := range t.Passes[i].Committed {
			p := float64(k.Confidence)
			if k.Pos >= len(t.Reference) || math.IsNaN(p) || p < 0 || p > 1 {
				continue
			}
			b := &c.Bins[min(int(p*calibrationBins), calibrationBins-1)]
			b.Commits++
			b.Confidence += p
			if t.Reference[k.Pos] == k.ID {
				b.Right++
			}
		}
	}
	return true
}

// Error is the expected calibration error (Naeini et al. 2015; Guo et al. 2017):
// the mean over commits of |share right - mean confidence| of their bin; NaN
// without commits.
func (c *Calibration) Error() float64 {
	total, sum := 0, 0.0
	for _, b := range c.Bins {
		total += b.Commits
		sum += math.Abs(float64(b.Right) - b.Confidence)
	}
	return sum / float64(total)
}
