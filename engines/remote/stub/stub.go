// Package stub is a server with OpenAI's interface that writes given texts at given
// moments, and keeps when it wrote what.
//
// It has no model. A client's readings can be held against it: in the same process
// both sides read one clock, so that what is left between the write of an event and
// the client's reading of it is the error of the client. A run with endpoints
// measures its own client in this way, and the tests of the client say what it
// has to read.
package stub

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"
)

// Place says which events of a stream carry the counts of tokens.
type Place string

// The places of usage. A server that was not asked for it writes none, whatever its plan.
const (
	NoUsage    Place = ""
	LastUsage  Place = "last"   // in an event of its own with empty choices, as OpenAI does
	FinalUsage Place = "finish" // in the event with the finish reason
	EachUsage  Place = "each"   // in every event, of what was written until then
)

// Plan is what a server answers, and when. Times are meant from the arrival of a
// request, so that one late event does not delay the next.
type Plan struct {
	Reasoning []string      // pieces of reasoning, before the text
	Pieces    []string      // the text, an event each; with Replace each is the whole text until then
	First     time.Duration // from the arrival of the request to the first piece
	Gap       time.Duration // from a piece to the next
	Jitter    float64       // by which share of itself each of these times may be longer or shorter, from 0 to 1
	Together  int           // events in one write; below 2 it is one
	Replace   bool          // frames instead of new text
	Role      bool          // an event without text comes first, as soon as the request has come
	Usage     Place
	NoDone    bool // the stream ends without [DONE]

	Refused    float64 // share of requests that are answered by Status
	Status     int     // such as 429
	RetryAfter string  // header of a refusal; "" for none
	Broken     float64 // share of streams that end in an error event, after half of the pieces
	Cut        float64 // share of streams whose connection ends there

	Seed uint64 // draws jitter and failures, by the number of the request
}

// fate is what becomes of a request.
type fate int

const (
	whole fate = iota
	refused
	broken
	cut
)

// draw gives the fate of request n and the moments of its pieces.
func (p *Plan) draw(n int) (fate, []time.Duration) {
	r := rand.New(rand.NewPCG(p.Seed, uint64(n)))
	what, x := whole, r.Float64()
	for i, share := range []float64{p.Refused, p.Broken, p.Cut} {
		if x -= share; x < 0 {
			what = fate(i + 1)
			break
		}
	}
	moments := make([]time.Duration, len(p.Reasoning)+len(p.Pieces))
	at := 0.0
	for i := range moments {
		step := p.Gap
		if i == 0 {
			step = p.First
		}
		at += float64(step) * (1 + p.Jitter*(2*r.Float64()-1))
		moments[i] = time.Duration(at)
	}
	return what, moments
}

// Answer is what a server did with a request.
type Answer struct {
	Prompt string
	Status int
	Came   time.Time       // when the server had read the request
	Set    []time.Duration // since then: when each piece was due
	Wrote  []time.Time     // before each piece was handed to the operating system
}

// Server is a stub on a free port of the loopback interface.
type Server struct {
	plan     Plan
	listener net.Listener
	http     http.Server
	// The pieces of the plan as JSON.
	reasoning, pieces []string

	mu      sync.Mutex
	answers []*Answer
	served  sync.WaitGroup
}

// Start starts a server at an address such as "127.0.0.1:0".
func Start(address string, p Plan) (*Server, error) {
	if p.Refused > 0 && (p.Status < 400 || p.Status > 599) {
		return nil, fmt.Errorf("the plan refuses with status %d, allowed are 400 to 599", p.Status)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	s := &Server{plan: p, listener: l}
	for _, text := range p.Reasoning {
		s.reasoning = append(s.reasoning, quoted(text))
	}
	for _, text := range p.Pieces {
		s.pieces = append(s.pieces, quoted(text))
	}
	s.http.Handler = s.routes()
	s.served.Go(func() { s.http.Serve(l) })
	return s, nil
}

// URL is the base of its paths, with the version: "http://127.0.0.1:PORT/v1".
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() + "/v1" }

// Answers are the answers so far, in the order in which their requests came. Those
// at work may still change.
func (s *Server) Answers() []*Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Answer(nil), s.answers...)
}

// Close ends the server and all of its connections.
func (s *Server) Close() error {
	err := s.http.Close()
	s.served.Wait()
	return err
}

// take writes down a new request and gives it its number.
func (s *Server) take(prompt string) (int, *Answer) {
	a := &Answer{Prompt: prompt, Came: time.Now(), Status: http.StatusOK}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = append(s.answers, a)
	return len(s.answers) - 1, a
}
