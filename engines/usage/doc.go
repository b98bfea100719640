// Package usage holds the counters of decoding: what an engine did for one
// request, in numbers that are exact and the same from run to run.
//
// There is one table of them. A [Counter] is its place in the table, and the
// table says what else there is to know: its name in records, its unit, how two
// of it add up, whether it is split by kind of row and whether two runs are
// compared by it. A [Usage] is one value of every counter. Records, sums,
// checks, the gate and reports walk the table, so that a new counter is one
// constant and one entry here, beside the code that counts it.
//
// A [Count] may be unknown: an engine behind a network connection cannot tell
// how many keys it attended to. Unknown is not 0. It is null in JSON, "–" for a
// reader, and whatever it is added to becomes unknown.
//
// Engines that know all of their work count in a [Tally] of plain numbers and
// turn it into a Usage at the end:
//
//	var t usage.Tally
//	t[usage.NFE]++
//	result.Usage = t.Usage()
package usage
