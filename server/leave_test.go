//go:build !purego

// What is sent, bounded and kept does not depend on kernels.

package server

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"dllmbench/engines/pool"
)

// long is a request that takes seconds: a pass over the whole canvas for each of its tokens.
const long = `{"model":"v1/diffusion","prompt":"sort:3142=","max_tokens":600,"seed":1,"stream":true,"dllmbench":{"mode":"replace"}}`

// begin sends a request and waits for its first event.
func (r *running) begin(t testing.TB, body string) (resp *http.Response, cancel context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url+"/v1/completions", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if resp, err = http.DefaultClient.Do(req); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReaderSize(resp.Body, 16).ReadByte(); err != nil {
		t.Fatal(err)
	}
	return resp, cancel
}

// quiet waits until nothing waits and nothing is at work.
func (r *running) quiet(t testing.TB) {
	t.Helper()
	for range 2000 {
		if waiting, active := r.pool.Load(); waiting+active == 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Error("requests that nobody waits for are still at work")
}

// TestDisconnect: who goes away ends the decoding of its request, at work and in the queue.
func TestDisconnect(t *testing.T) {
	t.Parallel()
	r := start(t, setting{pool: pool.Config{Batch: 1}})
	_, leave := r.begin(t, long)
	ctx, leaveToo := context.WithCancel(context.Background())
	go func() { // in the queue behind it
		req, _ := http.NewRequestWithContext(ctx, http.MethodPost, r.url+"/v1/completions", strings.NewReader(strings.Replace(long, `"stream":true,`, "", 1)))
		if resp, err := http.DefaultClient.Do(req); err == nil {
			resp.Body.Close()
			t.Error("a request that was given up was answered")
		}
	}()
	for waiting := 0; waiting == 0; waiting, _ = r.pool.Load() {
		time.Sleep(time.Millisecond)
	}
	leaveToo()
	for waiting := 1; waiting > 0; waiting, _ = r.pool.Load() {
		time.Sleep(time.Millisecond)
	}
	if n := r.metrics.lost.Load(); n != 0 {
		t.Errorf("%d passes are lost of a request that waited", n)
	}
	leave()
	r.quiet(t)
	for tries := 0; r.metrics.lost.Load() == 0 && tries < 1000; tries++ {
		time.Sleep(time.Millisecond)
	}
	if n := r.metrics.lost.Load(); n < 1 || n > 599 { // 600 would be all of them
		t.Errorf("%d passes were made for a request that was given up", n)
	}
}

// TestFullQueue: who finds the queue full is told when to come again, at once.
func TestFullQueue(t *testing.T) {
	t.Parallel()
	r := start(t, setting{pool: pool.Config{Batch: 1, Waiting: 2}})
	_, leave := r.begin(t, long)
	defer leave()
	resp, err := http.Post(r.url+"/v1/completions", "application/json", strings.NewReader(`{"prompt":["a","b","c"]}`))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") == "" || !strings.Contains(string(answer), "rate_limit_reached") {
		t.Errorf("%d %v %s", resp.StatusCode, resp.Header, answer)
	}
	if waiting, _ := r.pool.Load(); waiting != 0 {
		t.Errorf("%d requests of a refused one wait", waiting)
	}
}

// TestDrain: at the end requests at work are finished, others refused, and what takes too
// long ends with an error in its stream.
func TestDrain(t *testing.T) {
	t.Parallel()
	r := start(t, setting{drain: 300 * time.Millisecond, timeout: func(t *Timeouts) { t.Body = 50 * time.Millisecond }})
	resp, _ := r.begin(t, long)
	begun := time.Now()
	r.stop()
	for !r.draining.Load() {
		time.Sleep(time.Millisecond)
	}
	if health, err := http.Get(r.url + "/healthz"); err == nil {
		if health.Body.Close(); health.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("healthz says %d", health.StatusCode)
		}
	}
	if other, err := http.Post(r.url+"/v1/completions", "", strings.NewReader(`{"prompt":"a"}`)); err == nil {
		if other.Body.Close(); other.StatusCode != http.StatusServiceUnavailable || other.Header.Get("Retry-After") == "" {
			t.Errorf("a request at the end: %d", other.StatusCode)
		}
	}
	rest, err := io.ReadAll(resp.Body)
	if text := string(rest); err != nil || !strings.Contains(text, `data: {"error":`) || !strings.HasSuffix(text, "data: [DONE]\n\n") {
		t.Errorf("the stream ends with %v, %q", err, text[max(0, len(text)-200):])
	}
	if err := <-r.ended; err != nil || time.Since(begun) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
	r.ended <- nil

	r = start(t, setting{drain: time.Minute})
	body := `{"prompt":"sort:3142=","max_tokens":200,"ignore_eos":true,"stream":true}`
	resp, _ = r.begin(t, body)
	r.stop()
	rest, err = io.ReadAll(resp.Body)
	if text := string(rest); err != nil || !strings.Contains(text, `"finish_reason":"length"`) || strings.Contains(text, "error") {
		t.Errorf("a request that had time ended with %v, %q", err, text[max(0, len(text)-200):])
	}
}

// pipes is a listener whose connections hold nothing: what is written waits for its reader.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// TestSlowReader: a reader who stops is given up, and its request with it; others go on.
func TestSlowReader(t *testing.T) {
	t.Parallel()
	r := start(t, setting{timeout: func(t *Timeouts) { t.Write = 50 * time.Millisecond }})
	l := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- r.Server.Serve(ctx, l, 0) }()
	ours, theirs := net.Pipe()
	l.conns <- theirs
	if _, err := io.WriteString(ours, "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: "+itoa(len(long))+"\r\n\r\n"+long); err != nil {
		t.Fatal(err)
	}
	one := make([]byte, 1)
	if _, err := ours.Read(one); err != nil { // and no more
		t.Fatal(err)
	}
	r.quiet(t)
	r.metrics.mu.Lock()
	gone := r.metrics.outcomes[outcome{"v1", "abort"}]
	r.metrics.mu.Unlock()
	if gone != 1 {
		t.Errorf("%d requests were given up", gone)
	}
	ours, theirs = net.Pipe()
	l.conns <- theirs
	io.WriteString(ours, "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n")
	ours.SetWriteDeadline(time.Now().Add(5 * time.Second))
	if _, err := ours.Write(make([]byte, 9)); !errors.Is(err, io.ErrClosedPipe) { // nobody reads them
		t.Errorf("a connection whose answer nobody reads: %v", err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func itoa(n int) string {
	data, _ := json.Marshal(n)
	return string(data)
}
