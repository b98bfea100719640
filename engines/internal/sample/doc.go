// Package sample holds the small choices from which decoding rules are put
// together, each a value of its own:
//
//   - a [Proposal] draws a token from one row of logits,
//   - a [Confidence] says how sure the decoder is of a drawn token,
//   - a [Selector] picks which of the drawn tokens are committed now,
//   - [Quota] spreads commits evenly over denoising steps.
//
// LLaDA's rule, for example, is tempered proposal, probability of the token as
// confidence, and the k most confident positions with k from an even quota.
//
// A row of logits is a []float32 of vocabulary size. A token that must not be
// drawn is taken out with [Ban] before anything else looks at the row, so that
// every probability below is one among the allowed tokens.
//
// Proposals and selectors reuse memory between calls: use each value from one
// goroutine at a time. Everything random is drawn from the *rand.Rand given, so
// a row's draws depend on the request's seed only.
package sample

import (
	"math"
	"math/rand/v2"
)

// Draw is a token drawn from a row.
type Draw struct {
	ID int32
	// P is the probability with which the proposal draws ID, after temperature
	// and truncation; NaN where the proposal has no need to know it.
	P float64
}

// A Proposal draws a token from a row of logits. ID is -1 when the row holds
// no finite logit, or a NaN that the proposal came across.
type Proposal interface {
	Propose(row []float32, rng *rand.Rand) Draw
}

// A Confidence rates a drawn token; higher is surer. The result is NaN only if
// the row holds NaN or no finite logit.
type Confidence interface {
	// OfToken reports whether Rate is the probability of the drawn token. If not,
	// Rate ignores the draw, so that tokens need only be drawn for the positions
	// that were picked.
	OfToken() bool
	Rate(row []float32, d Draw, rng *rand.Rand) float64
}

// Candidates are the positions among which a Selector picks.
type Candidates struct {
	Conf  []float64  // confidence of each, not empty
	Pos   []int      // where each stands, ascending
	Quota int        // number of commits that the schedule asks for
	RNG   *rand.Rand // for selectors that draw
}

// A Selector picks positions to commit. Select appends the chosen indices of
// the candidates to dst[:0] in ascending order and returns it: at least one,
// each at most once. Among equal confidences the lowest index wins.
type Selector interface {
	Select(dst []int, c Candidates) []int
}

// Ban makes it impossible to draw the given tokens from a row. Negative ids stand
// for no token.
func Ban(row []float32, ids ...int32) {
	for _, id := range ids {
		if id >= 0 {
			row[id] = float32(math.Inf(-1))
		}
	}
}

// Quota is how many of m masks step i (from 0) of s steps commits: m/s, and one
// more in the first m mod s steps, so that the quotas sum to m (LLaDA's
// get_num_transfer_tokens).
func Quota(m, s, i int) int {
	if i < m%s {
		return m/s + 1
	}
	return m / s
}
