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
	"math/rand/v2"
	"slices"
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

// The limits of what Parse takes. At the lowest rate a request comes in 17 minutes.
const (
	minRate    = 0.001
	maxRate    = 1e6
	maxClients = 1 << 16
)

// Forms says what Parse takes.
func Forms() string {
	return fmt.Sprintf("poisson:RATE (arrivals a second, from %g to %.0f), concurrency:CLIENTS (up to %d), single_stream and offline", minRate, maxRate, maxClients)
}

// Parse reads "poisson:5" (a second), "concurrency:4", "single_stream" or "offline".
func Parse(text string) (Process, error) {
	kind, value, _ := strings.Cut(text, ":")
	switch kind {
	case "poisson":
		if rate, err := strconv.ParseFloat(value, 64); err == nil && rate >= minRate && rate <= maxRate {
			return Process{Kind: kind, Rate: rate}, nil
		}
		return Process{}, fmt.Errorf("load %q: allowed is poisson: and a number of arrivals a second from %g to %.0f, such as poisson:5", text, minRate, maxRate)
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
	return Process{}, fmt.Errorf("load %q: allowed are %s", text, Forms())
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

// closed reports whether requests come from clients, each of which sends the next
// one when it has its answer. Open requests come whatever the server does.
func (p Process) closed() bool { return p.Kind == "concurrency" || p.Kind == "single_stream" }

// arrivals are the moments at which requests come, ascending: of an open process
// all n, at random or all at once, of a closed one the first of each client.
func (p Process) arrivals(n int, seed uint64) []time.Duration {
	if p.closed() {
		return make([]time.Duration, max(1, p.Clients)) // a single stream is one client
	}
	list := make([]time.Duration, n)
	if p.Rate > 0 {
		draw, at := rand.New(rand.NewPCG(seed, 0x6172726976616c)), 0.0 // "arrival"
		for i := range list {
			at += draw.ExpFloat64() / p.Rate
			list[i] = time.Duration(at * float64(time.Second))
		}
	}
	return list
}

// Clock gives the time since some moment and waits: one for all times of a session.
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

// Server says what a server takes at once.
type Server struct {
	Batch    int // most requests of a batch, those that wait together
	InFlight int // most batches at work
}

// Drive sends requests 0 … n−1 to a server and says how each went. The server
// takes the requests that have come as soon as it has room, in the order in which
// they came: serve gets the first of a batch and their number, and returns how
// long each took from the start of the batch. nil says that all took as long as
// the batch. With several batches in flight serve is called from several
// goroutines. The seed draws the arrivals. An error of the server or of ctx ends
// the session, when what is in flight has been answered.
func Drive(ctx context.Context, p Process, n int, server Server, seed uint64, clock Clock, serve func(first, n int) ([]time.Duration, error)) ([]Served, error) {
	type answer struct {
		first, n int
		took     []time.Duration
		end      time.Duration
		err      error
	}
	start := clock.Now()
	now := func() time.Duration { return clock.Now() - start }
	coming := p.arrivals(n, seed)
	served := make([]Served, 0, n)
	answers := make(chan answer, max(1, server.InFlight))
	good, atWork := n, 0 // requests before the first that failed; batches in flight
	var failure error
	for atWork > 0 || failure == nil && len(served) < n {
		if failure != nil || len(served) == n || len(coming) == 0 || atWork == cap(answers) {
			a := <-answers
			atWork--
			if a.err != nil {
				failure, good = a.err, min(good, a.first)
				continue
			}
			for i := range a.n {
				at := &served[a.first+i]
				at.End = a.end
				if a.took != nil {
					at.End = at.Start + a.took[i]
				}
				if p.closed() { // the client sends its next one
					k, _ := slices.BinarySearch(coming, at.End)
					coming = slices.Insert(coming, k, at.End)
				}
			}
			continue
		}
		if coming[0] > now() {
			failure = clock.Until(ctx, start+coming[0])
		}
		if failure == nil {
			failure = ctx.Err()
		}
		if failure != nil {
			continue
		}
		first, begin := len(served), now()
		for len(served) < n && len(served)-first < max(1, server.Batch) && len(coming) > 0 && coming[0] <= begin {
			served = append(served, Served{Intended: coming[0], Start: begin})
			coming = coming[1:]
		}
		together := len(served) - first
		atWork++
		go func() {
			took, err := serve(first, together)
			answers <- answer{first, together, took, now(), err}
		}()
	}
	return served[:min(good, len(served))], failure
}
