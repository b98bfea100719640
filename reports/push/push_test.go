package push

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestSlow: what is taken slowly arrives whole, and a server that takes nothing is left.
func TestSlow(t *testing.T) {
	t.Parallel()
	const patience = 400 * time.Millisecond
	done := make(chan struct{})
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/never" {
			<-done
			return
		}
		part := make([]byte, 1<<20)
		for {
			if _, err := io.ReadFull(q.Body, part); err != nil {
				return
			}
			time.Sleep(30 * time.Millisecond)
		}
	}))
	defer web.Close()
	defer close(done)
	s, err := Open(Target{URL: web.URL})
	if err != nil {
		t.Fatal(err)
	}
	s.patience = patience
	began := time.Now()
	if _, err := s.Send(t.Context(), http.MethodPut, "/slow", "text/plain", strings.NewReader(strings.Repeat("x", 20<<20))); err != nil || time.Since(began) < patience {
		t.Errorf("after %v: %v", time.Since(began), err)
	}
	if _, err := s.Send(t.Context(), http.MethodPost, "/never", "text/plain", strings.NewReader("x")); err == nil || !strings.Contains(err.Error(), "not answered within 400ms") {
		t.Error(err)
	}
}
