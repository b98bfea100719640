// Package load sends requests to a decoder as users would: at moments that do
// not depend on the decoder (open loop), or as soon as an earlier one is done
// (closed loop).
//
// Latency counts from the intended start of a request. While a server is busy
// or stalled, the requests of an open loop go on arriving, wait, and that wait
// is theirs: a generator that sent the next request only after the last one
// would leave it out (coordinated omission). One server takes the requests one
// at a time, in the order in which they came.
package load

import (
	"context"
	"fmt"
	"math/rand/v2"
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

// Drive sends requests 0 … n−1 to a server and says how each went. The seed
// draws the arrivals. An error of the server or of ctx ends the session.
func Drive(ctx context.Context, p Process, n int, seed uint64, clock Clock, serve func(i int) error) ([]Served, error) {
	start := clock.Now()
	now := func() time.Duration { return clock.Now() - start }
	next := p.arrivals(seed)
	served := make([]Served, 0, n)
	for i := range n {
		s := Served{Intended: next(served)}
		if s.Intended > now() {
			if err := clock.Until(ctx, start+s.Intended); err != nil {
				return served, err
			}
		}
		if err := ctx.Err(); err != nil {
			return served, err
		}
		s.Start = now()
		if err := serve(i); err != nil {
			return served, err
		}
		s.End = now()
		served = append(served, s)
	}
	return served, nil
}

// arrivals gives the moment at which the next request comes, after those that
// were served already.
func (p Process) arrivals(seed uint64) func([]Served) time.Duration {
	switch p.Kind {
	case "poisson":
		draw := rand.New(rand.NewPCG(seed, 0x6172726976616c)) // "arrival"
		at := 0.0
		return func([]Served) time.Duration {
			at += draw.ExpFloat64() / p.Rate
			return time.Duration(at * float64(time.Second))
		}
	case "offline":
		return func([]Served) time.Duration { return 0 }
	}
	clients := max(1, p.Clients) // a single stream is one client
	return func(served []Served) time.Duration {
		if len(served) < clients {
			return 0
		}
		return served[len(served)-clients].End // of the client's request before
	}
}
