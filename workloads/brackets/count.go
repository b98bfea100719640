package brackets

import (
	"math"
	"math/rand/v2"
)

// shapes counts bracket shapes: ways[h][m] is the number of sequences of m
// openings and closings, kinds left aside, that start with h open brackets, end
// with none, and never have fewer than none or more than depth open.
//
// Counts are kept in float64. They stay below 2^128, and since they are sums of
// positive numbers the relative error of ways[h][m] is below m·2⁻⁵³.
type shapes struct {
	depth int
	ways  [][]float64
}

// countShapes counts for up to most symbols, by the first symbol.
func countShapes(depth, most int) shapes {
	s := shapes{depth, make([][]float64, depth+1)}
	for h := range s.ways {
		s.ways[h] = make([]float64, most+1)
	}
	s.ways[0][0] = 1
	for m := 1; m <= most; m++ {
		for h := range s.ways {
			if h > 0 {
				s.ways[h][m] += s.ways[h-1][m-1]
			}
			if h < depth {
				s.ways[h][m] += s.ways[h+1][m-1]
			}
		}
	}
	return s
}

// from is the number of shapes, 0 for arguments out of range.
func (s shapes) from(h, m int) float64 {
	if h < 0 || h > s.depth || m < 0 {
		return 0
	}
	return s.ways[h][m]
}

// draw returns a shape of m symbols uniformly: true for an opening. It goes
// left to right, with probabilities in proportion to the number of ways to go on.
func (s shapes) draw(rng *rand.Rand, m int) []bool {
	shape := make([]bool, m)
	h := 0
	for i := range shape {
		left := m - i
		if shape[i] = h == 0 || rng.Float64()*s.from(h, left) < s.from(h+1, left-1); shape[i] {
			h++
		} else {
			h--
		}
	}
	return shape
}

// logCompletions is the natural logarithm of the number of ways to go on with m
// brackets of the given number of kinds after h open ones: every opening may be
// of any kind, and closings have no choice. It is -Inf if there is none.
func (s shapes) logCompletions(kinds, h, m int) float64 {
	return math.Log(s.from(h, m)) + float64((m-h)/2)*math.Log(float64(kinds))
}
