// Package stats is the one place where samples become numbers with intervals,
// and differences become verdicts with error rates.
//
// Libraries disagree on what a quantile or a standard deviation is, so nothing
// else in this module calls gonum/stat or montanaflynn/stats: a figure on a
// page has the definition written here. An [Estimate] carries its sample size,
// the name of the method, and warnings in plain words where the sample cannot
// carry the claim. Where an interval is not possible there is none, never a
// made-up one. A [Test] carries the smallest p that its sample size can give,
// and refuses a verdict at an error rate below it.
//
// # Which method for what
//
// To describe one engine:
//
//   - A share of solved instances: [Proportion] (Wilson).
//   - A typical time: [Median] with a distribution-free interval.
//   - A rate such as tokens per second: [Bootstrap.RatioOfSums], the sum of
//     the numerators over the sum of the denominators, with a BCa interval.
//   - A tail: [Quantile], which refuses percentiles the sample is too small for.
//   - How something grows with length: [Bootstrap.Slope].
//
// To compare two engines:
//
//   - Times of the same blocks: [LogRatios], then [SignedRank] with
//     [PairedRatioAt].
//   - Solved or not, on the same instances: [McNemar] with [PairedProportions].
//   - Shares of runs that solved an instance: [Bootstrap.Difference].
//   - To show that they are equal: [EquivalentShares].
//   - Without pairs: [MannWhitney] with [ShiftAt].
//
// An interval of a comparison leaves out "no difference" exactly where its test
// rejects, so that words and numbers cannot disagree.
//
// Several tests that were declared together are judged by [Decide]. How much
// data that takes is answered beforehand by [MinBlocks], [PairedDesign]
// and [Floor]. In a history of runs, [ChangePoints] marks where to
// look.
//
// The unit that is counted and resampled must be the independent one (an
// instance, or a block of paired repetitions), never a token and never the
// second run of a deterministic decoder on the same instance.
//
// What each method assumes, and its measured coverage, false-alarm rate and
// power, is in docs/statistics.md.
package stats
