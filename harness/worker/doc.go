// Package worker lets an engine decode in a process of its own.
//
// A goroutine that does not return cannot be stopped, memory of one process
// cannot be told apart by cell, and a fault in the runtime ends everything. So
// limits that must bite are put around a child process: the program starts its
// own binary (or that of another revision) with the hidden command "worker",
// which holds engines and decodes what it is asked to. Answers that their checker
// runs, which a model wrote, are judged in such a child too: see [Judged].
//
// The protocol is one JSON object a line. The child writes a [Hello] first.
// Then each request of the parent on stdin ("open", "decode", "close", "judge") is
// answered by one line on stdout; while a batch is decoded the parent may send
// "cancel", and the child may ask the parent whether an answer is right, if the
// decoder tries until it is. Times are taken in the child, around the decoding
// alone: encoding and pipes are not in them. A child ends when its stdin does,
// so none outlives its parent, however that died.
//
// [Serve] is the child; [Start] gives the parent a [Client], and
// [Client.Open] a transport to an engine in it.
package worker
