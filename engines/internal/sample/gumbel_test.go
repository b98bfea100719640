package sample

import (
	"math"
	"math/rand/v2"
)

// Gumbel draws from softmax(row/Temperature) as the argmax of
// row/Temperature + g with g = -ln(-ln u), the Gumbel-max trick, in float64 as
// LLaDA has it. (In float32 the tail of g is cut off, which lowers the
// effective temperature: Zheng et al. 2024, arXiv 2409.02908.) It follows the
// same law as Categorical without truncation, at one random number per token,
// and is its twin in tests.
type Gumbel struct {
	Temperature float64 // > 0
}

// Propose implements Proposal.
func (g Gumbel) Propose(row []float32, rng *rand.Rand) Draw {
	id, best := int32(-1), math.Inf(-1)
	for i, x := range row {
		noise := -math.Log(-math.Log(rng.Float64()))
		if score := float64(x)/g.Temperature + noise; score > best {
			id, best = int32(i), score
		}
	}
	return Draw{ID: id, P: math.NaN()}
}
