// Package process lets any program be an engine: a script of a researcher around the
// published code of a model, say. The program is started as a child and speaks the
// protocol dllmbench-engine/1, one JSON object a line, which docs/process-engine.md
// describes for those who write one ("adapters"; the folder adapters has some).
//
// [Start] starts the program and opens its engine. The [Engine] takes text
// ([Engine.Write], [Engine.WriteBatch]) and, where the program takes and gives the ids
// of the comparison's tokenizer, token ids ([Engine.Tokens]).
//
// # Clocks
//
// A batch begins with the child's line "start", when it has prepared everything, and
// ends with its line "end" or, without one, "done": neither the pipe nor the reading of a
// request are in the times. The parent stamps each line when it has read it. A child
// may send times of its own since its start. They are used where the child promises
// that its device is synchronised at each of them (sync) and its total agrees with the
// parent's within [Tolerance]; [engines.Clock] says which clock it was, with both
// totals. Times of two clocks are never mixed within a batch.
//
// # Trust
//
// The child is not trusted: lines, their number and all counts have bounds, a breach of
// the protocol ends it with a sentence that says what it did, its environment is a
// short list of variables, and it ends together with all that it started.
package process
