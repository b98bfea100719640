// Package decode holds what every decoder does alike around its rule: check
// requests, keep the state of a request at work ([Job]), and bracket forward
// passes so that time, counters and events follow one contract ([Run]).
//
// The order within one pass is fixed: [Run.Forward], then the decoder draws
// tokens and calls [Job.Commit], then [Run.Record] stamps the commits, adds up
// the cost and tells the sink. What a request draws depends on its own seed
// and logits alone, so a request gives the same answer in any batch.
package decode
