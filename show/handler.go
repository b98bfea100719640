package show

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"dllmbench/show/race"
)

// Limits of a server of races.
const (
	waiting  = 4                // races that wait for one that runs, so that each is alone
	longest  = 5 * time.Minute  // of a race
	patience = 10 * time.Second // for a reader who takes no more
)

// Handler serves a page at its root and runs its races at race below it.
func Handler(page []byte, races *race.Races) http.Handler {
	s := &server{races: races, turn: make(chan struct{}, 1), seats: make(chan struct{}, 1+waiting)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "frame-ancestors 'none'") // the rest is in the page
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		w.Write(page)
	})
	mux.HandleFunc("POST /race", s.race)
	return http.NewCrossOriginProtection().Handler(mux)
}

// Local refuses requests that came by another name than that of this machine, as those of
// a page do whose own name was made to lead here.
func Local(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "this page is for this machine", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

type server struct {
	races *race.Races
	seats chan struct{} // taken by those that wait or run
	turn  chan struct{} // taken by the one that runs
}

// race runs a race and writes its messages, a line each.
func (s *server) race(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Content-Type") != "application/json" {
		http.Error(w, "a race is asked for in application/json", http.StatusUnsupportedMediaType)
		return
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, race.MaxBytes))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	request, err := race.Parse(data)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	select {
	case s.seats <- struct{}{}:
		defer func() { <-s.seats }()
	default:
		w.Header().Set("Retry-After", "2")
		http.Error(w, "other races are waiting: try again", http.StatusTooManyRequests)
		return
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-r.Context().Done():
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	control, out := http.NewResponseController(w), json.NewEncoder(w)
	begun := false
	tell := func(message any) error {
		begun = true
		deadline := control.SetWriteDeadline(time.Now().Add(patience))
		if errors.Is(deadline, http.ErrNotSupported) {
			deadline = nil
		}
		return errors.Join(deadline, out.Encode(message), control.Flush())
	}
	ctx, stop := context.WithTimeout(r.Context(), longest)
	defer stop()
	err = s.races.Run(ctx, request, tell)
	switch {
	case err == nil || r.Context().Err() != nil:
	case begun:
		tell(map[string]string{"kind": "error", "error": err.Error()})
	default: // it names what is not there
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}
