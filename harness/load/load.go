// Package load sends requests to a decoder as users would: at moments that do
// not depend on the decoder (open loop), or as soon as an earlier one is done
// (closed loop).
//
// Latency counts from the intended start of a request. While a server is busy
// or stalled, the requests of an open loop go on arriving, wait, and that wait
// is theirs: a generator that sent the next request only after the last one
// would leave it out (coordinated omission). One server takes the requests in
// the order in which they came, one at a time or those that wait together.
package load

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Process says how requests arrive.
type Process struct {
	Kind    string  // "poisson", "concurrency", "single_stream" or "offline"
	Rate    float64 // of poisson: arrivals a second on average
	Clients int     // of concurrency: requests in the system at any time
}

// The limits of what Parse takes.
const (
	maxRate    = 1e6
	maxClients = 1 << 16
)

// Parse reads "poisson:5" (arrivals a second), "concurrency:4" (clients),
// "single_stream" or "offline".
func Parse(text string) (Process, error) {
	kind, value, _ := strings.Cut(text, ":")
	switch kind {
	case "poisson":
		if rate, err := strconv.ParseFloat(value, 64); err == nil && rate > 0 && rate <= maxRate {
			return Process{Kind: kind, Rate: rate}, nil
		}
		return Process{}, fmt.Errorf("load %q: allowed is poisson: and a number of arrivals a second above 0, such as poisson:5", text)
	case "concurrency":
		if n, err := strconv.Atoi(value); err == nil && n >= 1 && n <= maxClients {
			return Process{Kind: kind, Clients: n}, nil
		}
		return Process{}, fmt.Errorf("load %q: allowed is concurrency: and a number of clients from 1 to %d", text, maxClients)
	case "single_stream", "offline":
		if text == kind {
			return Process{Kind: kind}, nil
		}
	}
	return Process{}, fmt.Errorf("load %q: allowed are poisson:RATE, concurrency:CLIENTS, single_stream and offline", text)
}

// String is the form that Parse reads.
func (p Process) String() string {
	switch p.Kind {
	case "poisson":
		return p.Kind + ":" + strconv.FormatFloat(p.Rate, 'g', -1, 64)
	case "concurrency":
		return p.Kind + ":" + strconv.Itoa(p.Clients)
	}
	return p.Kind
}

// Clock tells the time since some moment and waits. All times of a session are
// read from one.
type Clock interface {
	Now() time.Duration
	// Until waits for a moment. It returns the error of ctx when that ends first.
	Until(ctx context.Context, moment time.Duration) error
}

// Served is one request as it went, in times since the start of the session.
type Served struct {
	Intended   time.Duration // when it came
	Start, End time.Duration // when it was worked on
}

// Drive sends requests 0 … n−1 to a server and says how each went. The server
// takes the requests that have come when it is free, at most so many at once, in
// the order in which they came: serve gets the first of them and their number, and
// returns how long each took from the start of the batch. nil says that all took
// as long as the batch. The seed draws the arrivals. An error of the server or of
// ctx ends the session.
func Drive(ctx context.Context, p Process, n, most int, seed uint64, clock Clock, serve func(first, n int) ([]time.Duration, error)) ([]Served, error) {
	start := clock.Now()
	now := func() time.Duration { return clock.Now() - start }
	coming := p.arrivals(seed)
	served := make([]Served, 0, n)
	for len(served) < n {
		next, _ := coming.peek() // the server is free, so that no client waits for an answer
		if next > now() {
			if err := clock.Until(ctx, start+next); err != nil {
				return served, err
			}
		}
		if err := ctx.Err(); err != nil {
			return served, err
		}
		first, begin := len(served), now()
		for len(served) < n && len(served)-first < max(1, most) {
			at, known := coming.peek()
			if !known || at > begin {
				break
			}
			coming.pop()
			served = append(served, Served{Intended: at, Start: begin})
		}
		took, err := serve(first, len(served)-first)
		if err != nil {
			return served[:first], err
		}
		end := now()
		for i := first; i < len(served); i++ {
			served[i].End = end
			if took != nil {
				served[i].End = begin + took[i-first]
			}
			coming.answered(served[i].End)
		}
	}
	return served, nil
}
