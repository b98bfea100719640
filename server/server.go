// Package server puts the decoders of this program behind OpenAI's interface.
//
// A request goes through decode (fields.go, request.go: what it asks for, in JSON), plan
// (plan.go: which decoder, which prompts), the queue of package pool, which decodes what waits
// together, and out through stream.go or whole. What an answer holds does not depend on
// what else is decoded: it is that of the same seed alone.
//
// Whoever sends a request is trusted with little: bodies, prompts and budgets are bounded
// before memory is taken for them, connections have deadlines in both directions, a page in
// a browser cannot send requests by its user's hand, and other addresses than this machine's
// own are served with a key only.
package server

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"dllmbench/engines/chat"
	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/engines/pool"
)

// Config says what is served and within which bounds.
type Config struct {
	Pool    *pool.Pool
	Key     string        // that requests need; "" for none
	Budget  int           // tokens of an answer where a request does not say it
	VLLM    bool          // metrics have vLLM's names beside our own
	Kernel  string        // of the products, for fingerprints
	Render  chat.Renderer // runs chat templates within limits
	Now     func() time.Time
	Seed    func() uint64 // of requests that bring none
	Log     func(error)   // takes what clients are not told: why weights or a pass failed
	Timeout Timeouts
}

// Timeouts bound how long a connection may take; see [Usual].
type Timeouts struct {
	Header, Body, Idle time.Duration // to send the head of a request, all of it, the next one
	Write              time.Duration // to take an event, or an answer
	Ping               time.Duration // without an event, until a comment is sent
	Pace               time.Duration // between two writes of a stream, at least
	Connections        int           // at once
}

// Usual are the timeouts outside of tests.
func Usual() Timeouts {
	return Timeouts{Header: 5 * time.Second, Body: 30 * time.Second, Idle: time.Minute, Write: 10 * time.Second, Ping: 15 * time.Second, Pace: 5 * time.Millisecond, Connections: 1024}
}

// Bounds of a request.
const (
	maxHeader = 32 << 10
	maxBody   = 1 << 20
)

// Server answers requests. Make it with [New].
type Server struct {
	config   Config
	pool     *pool.Pool
	hosts    []*Host
	mux      *http.ServeMux
	key      [sha256.Size]byte
	draining atomic.Bool
	numbers  atomic.Int64 // of requests
	begun    time.Time
	metrics  metrics
}

// Host is a model with what a request may ask of it.
type Host struct {
	*pool.Model
	Engines []string // that can decode on it, the one that suits it best first
	bytes   int      // most of a text that could have room

	source chat.Source
	render chat.Renderer
	mu     sync.Mutex
	talks  map[string]*chat.Talk // by speakers
}

// New makes a server of the models of a pool.
func New(c Config) (*Server, error) {
	s := &Server{config: c, pool: c.Pool, mux: http.NewServeMux(), key: sha256.Sum256([]byte(c.Key)), begun: c.Now()}
	for _, m := range c.Pool.Models() {
		h := &Host{Model: m, render: c.Render, talks: map[string]*chat.Talk{}}
		for id := range m.Codec.VocabSize() {
			h.bytes = max(h.bytes, len(m.Codec.Decode([]int32{int32(id)})))
		}
		h.bytes *= 4 * m.Positions // normalising a text may shorten it
		uses := map[string]decoders.Use{}
		for _, d := range decoders.All() {
			p, err := decoders.Find(d.Name, "")
			if err != nil {
				return nil, err
			}
			if use := decoders.UseOf(m.Spec, p); use != decoders.Impossible {
				h.Engines, uses[d.Name] = append(h.Engines, d.Name), use
			}
		}
		if len(h.Engines) == 0 {
			return nil, fmt.Errorf("no decoder can use the weights of %s", m.Name)
		}
		slices.SortStableFunc(h.Engines, func(a, b string) int { return cmp.Compare(uses[a], uses[b]) })
		var err error
		if h.source.Template, h.source.Tokens, err = library.Template(m.Weights); err != nil {
			return nil, err
		}
		if no := false; strings.HasPrefix(m.Config.ModelType, "a2d-") { // trained without thinking
			h.source.Thinking = &no
		}
		s.hosts = append(s.hosts, h)
	}
	s.mux.HandleFunc("GET /healthz", s.health)
	s.mux.HandleFunc("GET /health", s.health) // as vLLM calls it
	s.Handle("GET /metrics", http.HandlerFunc(s.exposition))
	s.Handle("GET /v1/models", http.HandlerFunc(s.models))
	s.Handle("GET /v1/models/{name...}", http.HandlerFunc(s.models))
	s.Handle("POST /v1/completions", s.completion(false))
	s.Handle("POST /v1/chat/completions", s.completion(true))
	return s, nil
}

// Handle adds a route that is guarded like all others: by the key, and against pages of
// other origins. Routes are added before the first request.
func (s *Server) Handle(pattern string, h http.Handler) { s.mux.Handle(pattern, s.guard(h)) }

// host is a model by its name; "" is the only one.
func (s *Server) host(name string) *Host {
	for _, h := range s.hosts {
		if h.Name == name || name == "" && len(s.hosts) == 1 {
			return h
		}
	}
	return nil
}

// names are those that a request may give as its model.
func (s *Server) names() (list []string) {
	for _, h := range s.hosts {
		list = append(list, h.Name)
		for _, e := range h.Engines {
			list = append(list, h.Name+"/"+e)
		}
	}
	return list
}

// guard lets requests through that have the key.
func (s *Server) guard(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		given := sha256.Sum256([]byte(key)) // of one length, whatever was sent
		switch {
		case s.config.Key != "" && subtle.ConstantTimeCompare(given[:], s.key[:]) == 0:
			failed(http.StatusUnauthorized, "invalid_api_key", "", "the request needs the key of this server, as Authorization: Bearer KEY").write(w)
		case s.config.Key == "" && !local(r.Host): // a page whose name was made to lead here
			failed(http.StatusForbidden, "wrong_host", "", "the request asks for host %.100q; without a key this server answers to localhost and the addresses of this machine itself (127.0.0.1, ::1)", r.Host).write(w)
		default:
			h.ServeHTTP(w, r)
		}
	})
}

// local reports whether a host is this machine, as it calls itself.
func local(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || err == nil && addr.Unmap().IsLoopback()
}

// CheckAddress refuses an address that others can reach where there is no key.
func CheckAddress(address, key string) error {
	host, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	switch {
	case err != nil:
		return fmt.Errorf("%q is no address to listen at, such as 127.0.0.1:8080: %w", address, err)
	case key == "" && !local(host):
		return fmt.Errorf("%s can be reached from other machines, which needs a key: give --key-file or --key-env, or listen at 127.0.0.1", address)
	}
	return nil
}

// handler is everything in front of the routes.
func (s *Server) handler() http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		failed(http.StatusForbidden, "cross_origin", "", "requests of pages of other origins are not answered").write(w)
	}))
	routes := cross.Handler(s.mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if s.draining.Load() && r.Method != http.MethodGet {
			w.Header().Set("Connection", "close")
			failureOf(pool.ErrClosed, s.wait()).write(w)
			return
		}
		if _, pattern := s.mux.Handler(r); pattern == "" {
			s.unknown(w, r)
			return
		}
		routes.ServeHTTP(w, r)
	})
}

// unknown answers requests for paths that there are not.
func (s *Server) unknown(w http.ResponseWriter, r *http.Request) {
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := s.mux.Handler(other); pattern != "" {
			w.Header().Set("Allow", method)
			failed(http.StatusMethodNotAllowed, "method_not_allowed", "", "%.20s is not allowed here, %s is", r.Method, method).write(w)
			return
		}
	}
	failed(http.StatusNotFound, "not_found", "", "there is no %.100q here: see /v1/models, /v1/completions, /v1/chat/completions, /metrics and /healthz", r.URL.Path).write(w)
}

func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	if s.draining.Load() {
		w.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(w, "shutting down\n")
		return
	}
	io.WriteString(w, "ok\n")
}

// Serve answers at a listener until ctx ends. Then no request is taken any more, /healthz
// says so, and those at work have a time to be finished; what is not is cut short with an
// error in its stream.
func (s *Server) Serve(ctx context.Context, l net.Listener, drain time.Duration) error {
	t := s.config.Timeout
	h := &http.Server{
		Handler: s.handler(), ReadHeaderTimeout: t.Header, ReadTimeout: t.Body, IdleTimeout: t.Idle, MaxHeaderBytes: maxHeader,
		ErrorLog: discard(),
	}
	ended := make(chan error, 1)
	go func() {
		ended <- h.Serve(&bounded{Listener: l, free: make(chan struct{}, t.Connections), now: s.config.Now, write: t.Write})
	}()
	var err error
	select {
	case <-ctx.Done():
	case err = <-ended:
	}
	s.draining.Store(true)
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	s.pool.Close(limit)
	cancel()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second) // to write what has come of them
	defer cancel()
	if h.Shutdown(last) != nil {
		h.Close()
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

// body reads a request that is bounded in bytes, and is UTF-8.
func (s *Server) body(w http.ResponseWriter, r *http.Request) ([]byte, *failure) {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, failed(http.StatusRequestEntityTooLarge, "too_large", "", "the body has more than %d bytes", maxBody)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, failed(http.StatusRequestTimeout, "incomplete", "", "the body did not come within %v", s.config.Timeout.Body)
	case err != nil:
		return nil, failed(http.StatusBadRequest, "incomplete", "", "the body did not come whole: %v", err)
	case len(data) == 0:
		return nil, invalid("", "the body is empty: a JSON object is needed")
	case !utf8.Valid(data):
		return nil, invalid("", "the body holds bytes that are no UTF-8")
	}
	// The deadline of the body would end the request while it is worked on.
	http.NewResponseController(w).SetReadDeadline(time.Time{})
	return data, nil
}
