package workloads

// Uniform is a Workload with rungs that ask for any one answer of a set, all of
// which a decoder that follows the law of the task gives equally often.
type Uniform interface {
	Workload
	// Deviation measures how far samples of a rung are from that; false for rungs
	// of another kind.
	Deviation(rung int, samples []string) (Deviation, bool)
}

// Deviation compares the distribution of some samples with the uniform one.
//
// The total variation of two distributions is half the sum of the differences
// of their probabilities, from 0 (equal) to 1. Samples outside the set count as
// one more outcome, whose right probability is 0. A finite sample deviates even
// when its distribution is the uniform one: Floor is what is to be expected then,
// and TV exceeds Limit with a probability of less than 5%. Only what exceeds the
// limit speaks against a decoder.
type Deviation struct {
	Samples int
	Valid   float64 // share of samples in the set
	TV      float64
	Floor   float64
	Limit   float64
	// Classes is the same for coarser outcomes. It sees less, but its floor is
	// lower, so that fewer samples suffice.
	Classes struct{ TV, Floor, Limit float64 }
}
