package load

import (
	"math/rand/v2"
	"slices"
	"time"
)

// arrivals are the moments at which requests come.
type arrivals interface {
	// peek is the moment of the next request; false while it depends on an answer
	// that is not there yet.
	peek() (time.Duration, bool)
	pop()
	// answered says that a request was answered at this moment.
	answered(at time.Duration)
}

// arrivals makes the process's own.
func (p Process) arrivals(seed uint64) arrivals {
	switch p.Kind {
	case "poisson":
		a := &open{draw: rand.New(rand.NewPCG(seed, 0x6172726976616c)), rate: p.Rate} // "arrival"
		a.pop()
		return a
	case "offline":
		return &open{}
	}
	return &closed{free: make([]time.Duration, max(1, p.Clients))} // a single stream is one client
}

// open requests come whatever the server does: at random moments, or without a
// rate all at once.
type open struct {
	draw *rand.Rand
	rate float64
	at   float64 // of the next one in seconds
}

func (a *open) peek() (time.Duration, bool) {
	return time.Duration(a.at * float64(time.Second)), true
}

func (a *open) pop() {
	if a.rate > 0 {
		a.at += a.draw.ExpFloat64() / a.rate
	}
}

func (a *open) answered(time.Duration) {}

// closed requests come from clients, each of which sends the next one when it has
// its answer.
type closed struct {
	free []time.Duration // moments at which clients send, ascending
}

func (a *closed) peek() (time.Duration, bool) {
	if len(a.free) == 0 {
		return 0, false
	}
	return a.free[0], true
}

func (a *closed) pop() { a.free = a.free[1:] }

func (a *closed) answered(at time.Duration) {
	i, _ := slices.BinarySearch(a.free, at)
	a.free = slices.Insert(a.free, i, at)
}
