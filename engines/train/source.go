// Package train teaches one transformer three ways of decoding at once.
//
// Every sample contributes to one of two layouts. The tri-mode layout is
// [x0 | x_t]: a clean copy read causally, which carries the autoregressive loss
// and serves as context, and a noised copy of the canvas in blocks, each of
// which sees the clean text before it and itself. The full layout is one noised
// copy in which everything sees everything, as in LLaDA. Samples are laid end
// to end without padding and attention stays inside each, so no work is spent
// on padding or on pairs of positions that the mask forbids.
package train

import "math/rand/v2"

// Sample is one text to learn from: a prompt and its answer, without the end
// token, which the objective adds.
type Sample struct {
	Prompt, Answer []int32
	// Gap, when not nil, has an entry for each token of Answer and makes the
	// sample one of infilling: the full layout, in which only the tokens marked
	// here are ever masked and the text on both sides of them can be seen.
	Gap []bool
}

// Source supplies training samples. Next must be a pure function of the random
// stream and the step it is given, so that a run can be repeated and resumed;
// the step lets a source begin with easy samples. It is called from several
// goroutines.
type Source interface {
	Next(rng *rand.Rand, step int) Sample
}
