package remote

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/remote/remotetest"
)

// said is what the error of each adversary has to say.
var said = map[string]string{
	"comments for ever":        "more than",
	"events for ever":          "more than",
	"empty events for ever":    "more than",
	"a line without end":       "line of more than",
	"a comment without end":    "line of more than",
	"an event without end":     "event of more than",
	"headers without end":      "header",
	"continues without end":    "header",
	"half a chunk":             "EOF",
	"a chunk of absurd length": "chunk",
	"closes at once":           "EOF",
	"no HTTP":                  "malformed HTTP",
	"redirect":                 "redirect",
	"redirect to itself":       "redirect",
	"a page":                   "text/html",
	"a bomb":                   "gzip",
	"an endless refusal":       "400",
	"no text at all":           "finish_reason",
	"an empty answer":          "finish_reason",
	"ends without an end":      "finish_reason",
	"an error in the stream":   "out of memory",
	"an error as an object":    "out of memory",
	"an error as an event":     "out of memory",
	"an error as a text":       "out of memory",
	"aborts":                   "abort",
	"no JSON":                  "JSON",
	"another JSON":             "JSON",
	"text that is no text":     "JSON",
	"nested without end":       "JSON",
}

// TestAdversaries: whatever a server does, a request ends with an error that says it, and
// takes little memory.
func TestAdversaries(t *testing.T) {
	for _, a := range remotetest.Adversaries() {
		t.Run(a.Name, func(t *testing.T) {
			s := remotetest.Serve(a.Handle)
			defer s.Close()
			e := against(t, s.URL, engines.Append)
			e.bounds = bounds{line: 100 << 10, event: 200 << 10, body: 1 << 20, events: 10_000}
			limit := 20 * time.Second
			if a.Stalls {
				limit = 50 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := e.Write(ctx, engines.TextRequest{Prompt: "x", Budget: 4}, func(engines.Delivery) {})
			runtime.ReadMemStats(&after)
			if a.Stalls {
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("error %v, want that the time is over", err)
				}
			} else if want := said[a.Name]; err == nil || errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), want) || len(err.Error()) > 1000 {
				t.Errorf("error %v, want %q", err, want)
			}
			if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 100<<20 {
				t.Errorf("the heap grew by %d MB", grown>>20)
			}
		})
	}
}
