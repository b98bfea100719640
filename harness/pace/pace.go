// Package pace guesses how long work will take from how long other work took. The
// work of a request is counted, see [Need]; the time for a unit of it is that of
// the most alike cells that have run, see [Pace].
package pace

import (
	"strconv"
	"time"

	"dllmbench/harness/result"
)

// Need is what a request needs, as its decoder counts it.
type Need struct {
	Passes int     // forward passes
	FLOPs  float64 // of all passes
	Row    float64 // FLOPs of a pass over one row
}

// weightRows is what reading the weights costs in a forward pass, in rows: a pass
// over few rows takes about as long as one over this many.
const weightRows = 8

// Work is a rough measure of the time that a request takes, on any machine: its
// FLOPs and, for each pass, those that would take as long as reading the weights.
func (n Need) Work() float64 { return n.FLOPs + weightRows*float64(n.Passes)*n.Row }

// Pace is the time that cells took for their work. The zero value knows nothing.
type Pace struct {
	spent map[string]spent // by each of the likenesses of a cell
}

// spent is time and the work that was done in it.
type spent struct{ seconds, work float64 }

// likenesses names the sets of cells by which the time of a cell is guessed, the
// closest first: itself, its decoder on its weights and threads, its decoder, all.
func likenesses(c result.Cell) [4]string {
	return [4]string{"cell " + c.ID, "weights " + c.Weights + " " + c.Engine + " " + strconv.Itoa(c.Threads), "decoder " + c.Engine, ""}
}

// Took notes how long work of a cell took.
func (p *Pace) Took(c result.Cell, work float64, wall time.Duration) {
	if p.spent == nil {
		p.spent = map[string]spent{}
	}
	for _, key := range likenesses(c) {
		s := p.spent[key]
		p.spent[key] = spent{s.seconds + wall.Seconds(), s.work + work}
	}
}

// Known reports whether anything has run.
func (p *Pace) Known() bool { return len(p.spent) > 0 }

// Knows reports whether the cell, or its decoder on its weights and threads, has run.
func (p *Pace) Knows(c result.Cell) bool {
	_, ok := p.spent[likenesses(c)[1]]
	return ok
}

// Guess is the time that work of a cell will take, once anything has run.
func (p *Pace) Guess(c result.Cell, work float64) time.Duration {
	for _, key := range likenesses(c) {
		if s, ok := p.spent[key]; ok {
			return Time(s.seconds / s.work * work * float64(time.Second))
		}
	}
	return 0
}

// longest is the longest time that is told: some 30 years, so that a few can be added.
const longest = 1 << 60

// Time is a number of nanoseconds as a time: the longest one if it is more, or no number.
func Time(ns float64) time.Duration {
	if !(ns < longest) {
		return longest
	}
	return time.Duration(ns)
}
