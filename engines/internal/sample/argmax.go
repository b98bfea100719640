package sample

import (
	"math"
	"math/rand/v2"

	"dllmbench/engines/internal/kernel"
)

// Argmax draws the most probable token; among equal ones the lowest id. It
// draws nothing from the random source.
type Argmax struct{}

// Propose implements Proposal.
func (Argmax) Propose(row []float32, _ *rand.Rand) Draw {
	id, top := kernel.Argmax(row)
	if !finite(top) {
		id = -1
	}
	return Draw{ID: int32(id), P: math.NaN()}
}

func finite(x float32) bool { return x-x == 0 }
