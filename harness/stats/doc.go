// Package stats is the one place where samples become numbers with intervals.
//
// Libraries disagree on what a quantile or a standard deviation is, so nothing
// else in this module calls gonum/stat or montanaflynn/stats: a figure on a
// page has the definition written here. An [Estimate] carries its sample size,
// the name of the method, and warnings in plain words where the sample cannot
// carry the claim. Where an interval is not possible there is none, never a
// made-up one.
//
// # Which method for what
//
//   - A share of solved instances: [Proportion] (Wilson).
//   - A typical time: [Median] with a distribution-free interval.
//   - A rate such as tokens per second: [Bootstrap.RatioOfSums], the sum of
//     the numerators over the sum of the denominators, with a BCa interval.
//   - Two engines on the same instances, a positive quantity: [PairedRatio].
//   - Two engines on the same instances, solved or not: [PairedProportions].
//   - A tail: [Quantile], which refuses percentiles the sample is too small for.
//
// The unit that is counted and resampled must be the independent one (an
// instance, or a block of paired repetitions), never a token and never the
// second run of a deterministic decoder on the same instance.
package stats
