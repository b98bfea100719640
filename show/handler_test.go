//go:build !purego

// None of it depends on assembly.

package show

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dllmbench/show/race"
)

// TestHandlerRefuses: what is no race, comes from elsewhere or has to wait too long is
// refused before anything is decoded.
func TestHandlerRefuses(t *testing.T) {
	s := &server{seats: make(chan struct{}, 1), turn: make(chan struct{}, 1)}
	s.seats <- struct{}{}
	full := http.HandlerFunc(s.race)
	page := Local(Handler([]byte("page"), &race.Races{Now: time.Now}))
	const good = `{"prompt":"a","lanes":[{"engine":"block"}]}`
	for _, c := range []struct {
		name, method, host, path, kind, origin, body string
		handler                                      http.Handler
		want                                         int
	}{
		{name: "page", method: "GET", host: "localhost:1", path: "/", want: http.StatusOK},
		{name: "page by number", method: "GET", host: "[::1]:1", path: "/", want: http.StatusOK},
		{name: "another name", method: "GET", host: "evil.example:1", path: "/", want: http.StatusForbidden},
		{name: "another file", method: "GET", host: "localhost", path: "/race.go", want: http.StatusNotFound},
		{name: "a form", method: "POST", host: "localhost", path: "/race", kind: "text/plain", body: good, want: http.StatusUnsupportedMediaType},
		{name: "another page", method: "POST", host: "localhost", path: "/race", kind: "application/json", origin: "https://evil.example", body: good, want: http.StatusForbidden},
		{name: "no race", method: "POST", host: "localhost", path: "/race", kind: "application/json", body: "{}", want: http.StatusBadRequest},
		{name: "unknown task", method: "POST", host: "localhost", path: "/race", kind: "application/json", body: `{"workload":"lsts","lanes":[{"engine":"block"}]}`, want: http.StatusBadRequest},
		{name: "too long", method: "POST", host: "localhost", path: "/race", kind: "application/json", body: strings.Repeat(" ", race.MaxBytes+1), want: http.StatusRequestEntityTooLarge},
		{name: "no seat", method: "POST", host: "localhost", path: "/race", kind: "application/json", body: good, handler: full, want: http.StatusTooManyRequests},
	} {
		r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		r.Host = c.host
		r.Header.Set("Content-Type", c.kind)
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if c.handler == nil {
			c.handler = page
		}
		w := httptest.NewRecorder()
		if c.handler.ServeHTTP(w, r); w.Code != c.want {
			t.Errorf("%s: %d %s, want %d", c.name, w.Code, w.Body, c.want)
		}
		if c.want == http.StatusTooManyRequests && w.Header().Get("Retry-After") == "" {
			t.Error("it does not say when to come back")
		}
	}
}
