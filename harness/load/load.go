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
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"dllmbench/engines"
)

// Process says how requests arrive.
type Process struct {
	Kind    string  // a name of kinds
	Rate    float64 // of open processes: arrivals a second on average, of a ramp at its start
	To      float64 // of a ramp: arrivals a second at its end
	Size    int     // of bursts: requests that come together
	Clients int     // of concurrency: requests in the system at any time
}

// The limits of what Parse takes. At the lowest rate a request comes in 17 minutes.
const (
	minRate    = 0.001
	maxRate    = 1e6
	maxClients = 1 << 16
)

// kind is one form of an arrival process: its name and the numbers behind it.
type kind struct {
	name, form, example string
	numbers             func(*Process) []any // where they go: *float64 are rates, *int counts
}

var (
	oneRate = func(p *Process) []any { return []any{&p.Rate} }
	none    = func(*Process) []any { return nil }
)

// kinds are all arrival processes.
var kinds = []kind{
	{"poisson", "RATE", "poisson:5", oneRate},
	{"constant", "RATE", "constant:5", oneRate},
	{"bursts", "RATE:SIZE", "bursts:5:10", func(p *Process) []any { return []any{&p.Rate, &p.Size} }},
	{"ramp", "FROM:TO", "ramp:1:20", func(p *Process) []any { return []any{&p.Rate, &p.To} }},
	{"concurrency", "CLIENTS", "concurrency:4", func(p *Process) []any { return []any{&p.Clients} }},
	{"single_stream", "", "", none},
	{"offline", "", "", none},
}

// Forms says what Parse takes.
func Forms() string {
	return fmt.Sprintf("poisson:RATE and constant:RATE (arrivals a second, at random or evenly), bursts:RATE:SIZE (SIZE at once), ramp:FROM:TO (a rate that grows or falls), concurrency:CLIENTS, single_stream and offline; rates are %g to %.0f, SIZE and CLIENTS up to %d", minRate, maxRate, maxClients)
}

// Parse reads a form such as "poisson:5". Its errors name other forms too, such as "sweep:MOST",
// which the caller reads itself.
func Parse(text string, others ...string) (Process, error) {
	name, value, given := strings.Cut(text, ":")
	for _, k := range kinds {
		if k.name != name {
			continue
		}
		p := Process{Kind: name}
		places, values := k.numbers(&p), strings.Split(value, ":")
		if len(places) == 0 && !given {
			return p, nil
		}
		ok := len(places) == len(values)
		for i := 0; ok && i < len(places); i++ {
			var err error
			switch at := places[i].(type) {
			case *float64:
				*at, err = strconv.ParseFloat(values[i], 64)
				ok = err == nil && *at >= minRate && *at <= maxRate
			case *int:
				*at, err = strconv.Atoi(values[i])
				ok = err == nil && *at >= 1 && *at <= maxClients
			}
		}
		if !ok && len(places) > 0 {
			return Process{}, fmt.Errorf("load %q: allowed is %s:%s, such as %s, with rates from %g to %.0f a second and whole numbers from 1 to %d", text, name, k.form, k.example, minRate, maxRate, maxClients)
		}
		if ok {
			return p, nil
		}
	}
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
	allowed := Forms()
	for _, form := range others {
		other, _, _ := strings.Cut(form, ":")
		names, allowed = append(names, other), other+", "+form+", "+allowed
	}
	return Process{}, fmt.Errorf("load %q: allowed are %s%s", text, allowed, engines.Hint("; did you mean %s?", name, names))
}

// String is the form that Parse reads.
func (p Process) String() string {
	parts := []string{p.Kind}
	for _, k := range kinds {
		if k.name != p.Kind {
			continue
		}
		for _, at := range k.numbers(&p) {
			switch at := at.(type) {
			case *float64:
				parts = append(parts, strconv.FormatFloat(*at, 'g', -1, 64))
			case *int:
				parts = append(parts, strconv.Itoa(*at))
			}
		}
	}
	return strings.Join(parts, ":")
}

// closed reports whether requests come from clients, each of which sends the next
// one when it has its answer. Open requests come whatever the server does.
func (p Process) closed() bool { return p.Kind == "concurrency" || p.Kind == "single_stream" }

// arrivals are the moments at which requests come, ascending: of an open process
// all n, of a closed one the first of each client.
func (p Process) arrivals(n int, seed uint64) []time.Duration {
	if p.closed() {
		return make([]time.Duration, max(1, p.Clients)) // a single stream is one client
	}
	list := make([]time.Duration, n)
	if p.Rate == 0 { // offline
		return list
	}
	draw, size := rand.New(rand.NewPCG(seed, 0x6172726976616c)), max(1, p.Size) // "arrival"
	due := 0.0                                                                  // arrivals that the rate has brought until the next one, on average
	for i := range list {
		switch {
		case p.Kind == "constant":
			due = float64(i)
		case i%size == 0:
			due += draw.ExpFloat64() * float64(size)
		}
		list[i] = time.Duration(p.when(due, float64(n)) * float64(time.Second))
	}
	return list
}

// when is the time in seconds at which a process has brought so many arrivals on
// average. The rate of a ramp changes evenly until it has brought n, and then stays.
func (p Process) when(due, n float64) float64 {
	if p.Kind != "ramp" {
		return due / p.Rate
	}
	end := 2 * n / (p.Rate + p.To) // seconds until the rate is To
	if due >= n {
		return end + (due-n)/p.To
	}
	// due = Rate·t + slope·t²/2, solved for t in the form that stands a slope of 0.
	slope := (p.To - p.Rate) / end
	return 2 * due / (p.Rate + math.Sqrt(max(0, p.Rate*p.Rate+2*slope*due)))
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
	// Lag is how much later it was sent than it could have been: it had come, and the
	// server had room. It is the error of the sender.
	Lag time.Duration
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
	good, atWork := n, 0     // requests before the first that failed; batches in flight
	room := time.Duration(0) // when the server last came to have room
	var failure error
	for atWork > 0 || failure == nil && len(served) < n {
		if failure != nil || len(served) == n || len(coming) == 0 || atWork == cap(answers) {
			a := <-answers
			if atWork == cap(answers) {
				room = a.end
			}
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
			served = append(served, Served{Intended: coming[0], Start: begin, Lag: begin - max(coming[0], room)})
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
