// Package causal holds what decoders share that write from left to right and
// whose every token follows the autoregressive law of the weights.
//
// A [Writer] is one request at work. A causal pass feeds what is written and
// not yet stored, and its last row predicts the position at the front. Behind
// the front the pass may carry a draft: tokens that somebody proposed. Each
// drafted row then predicts the position behind it, as if the draft were
// right, so one pass verifies the whole draft (speculative decoding: Stern et
// al. 2018, arXiv 1811.03115; Leviathan et al. 2023, arXiv 2211.17192):
//
//	position    5    6    7    8    9
//	token       a    b    x    y         a is written; b, x, y are drafted
//	predicts    b    x    q    .    .    b and x were right, q replaces y
//
// The draft is taken from left to right as long as the token that a [Chooser]
// draws from the true row equals the drafted one. The first token that differs
// is written instead of the draft, so a pass always writes one token more than
// it accepts, unless the text ends. What was drafted in vain is rolled back:
// its keys and values are forgotten.
//
// With the Chooser [Drawn], which draws as if there were no draft, the outcome
// is that of decoding without drafts, bit for bit and draw for draw.
package causal
