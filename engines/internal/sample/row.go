package sample

import (
	"math"
	"math/rand/v2"

	"dllmbench/engines/internal/kernel"
)

// Argmax draws the most probable token; among equal ones the lowest id. It
// draws nothing from the random source.
type Argmax struct{}

func (Argmax) Propose(row []float32, _ *rand.Rand) Draw {
	id, top := kernel.Argmax(row)
	if !finite(top) {
		id = -1
	}
	return Draw{ID: int32(id), P: math.NaN()}
}

func finite(x float32) bool { return x-x == 0 }

// Gap is the largest logit of a row minus the second, +Inf where only one token
// is allowed and NaN where none is.
func Gap(row []float32) float64 {
	first, second := topTwo(row, math.Inf(-1))
	return first - second
}

// topTwo is the largest value of a list and the second, least where there is none.
func topTwo[N float32 | float64](row []N, least float64) (first, second float64) {
	first, second = least, least
	for _, x := range row {
		switch v := float64(x); {
		case v > first:
			first, second = v, first
		case v > second:
			second = v
		}
	}
	return first, second
}
