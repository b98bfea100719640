// Package coherence measures how well texts hang together, without another
// model's opinion: from the constraints that a checker found broken, and from
// the words themselves.
//
// # Coherence by distance
//
// Every constraint of an instance is an opportunity for a violation, with a
// distance in words or items between the place that is checked and its cause,
// and a direction: backward if the cause comes first, lookahead if the writer
// has to know what it will write later. C(d) is the share of kept constraints
// at distance d, in bins that double (0, 1, 2–3, 4–7, …), and the area under it
// is the mean over the bins that at least five instances have, so that the many
// constraints between neighbours do not drown the few that bind the whole text.
//
// Opportunities, distances and bins belong to the instance, never to the output:
// what a writer leaves out is broken. Otherwise an empty text would be perfectly
// coherent. It also means that decoders on the same instances have the same bins,
// and that their curves can be subtracted.
//
// # Words
//
// Statistics of texts count words, not tokens, so that checkpoints with other
// tokenizers can be compared, see [Words]. They say how varied texts are, not
// how good: a low cross-entropy and a high repetition belong together, which is
// why no cross-entropy is shown without an entropy.
package coherence
