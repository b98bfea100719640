//go:build !purego

// What is sent, bounded and kept does not depend on kernels.

package server

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/library"
	"dllmbench/engines/pool"
	"dllmbench/engines/weights"
)

// TestSoak sends requests of several decoders from 16 clients at once, many of which go away
// in the middle. Every answer that is read to its end is the right one, all requests are
// accounted for, and at the end goroutines and heap are what they were. It takes half a
// second; for ten minutes:
//
//	SOAK=10m go test ./server -run TestSoak -v -timeout 0
func TestSoak(t *testing.T) {
	length, _ := time.ParseDuration(os.Getenv("SOAK"))
	if length == 0 {
		length = 500 * time.Millisecond
	}
	r := start(t, setting{pool: pool.Config{Batch: 8}})
	w, err := library.Open(weights.Parse("builtin:v1"))
	if err != nil {
		t.Fatal(err)
	}
	type item struct{ body, want string }
	var items []item
	for i := range 16 {
		engine := []string{"autoregressive", "diffusion", "block", "hybrid"}[i%4]
		prompt, budget := fmt.Sprintf("reverse:%d=", 31427+i*1009), 20+i
		o, more := engines.Options(nil), ""
		if engine == "diffusion" {
			o, more = engines.Options{"steps": 8}, `,"num_denoising_steps":8`
		}
		if i%8 > 3 {
			more += `,"stream":true`
		}
		text, _ := alone(t, w, engine, "", o, prompt, budget, uint64(i))
		items = append(items, item{fmt.Sprintf(`{"model":"v1/%s","prompt":%q,"max_tokens":%d,"seed":%d%s}`, engine, prompt, budget, i, more), text})
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	client := &http.Client{Transport: transport}
	var sent, read, gave, wrong atomic.Int64
	// one sends an item, and goes away after a time unless that is 0.
	one := func(it item, leaves time.Duration) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		if leaves > 0 {
			time.AfterFunc(leaves, cancel)
		}
		req, _ := http.NewRequestWithContext(ctx, http.MethodPost, r.url+"/v1/completions", strings.NewReader(it.body))
		sent.Add(1)
		resp, err := client.Do(req)
		var data []byte
		if err == nil {
			data, err = io.ReadAll(resp.Body)
			resp.Body.Close()
		}
		if err != nil && ctx.Err() != nil {
			gave.Add(1)
			return
		}
		read.Add(1)
		if got := textOf(data); err != nil || got != it.want {
			if wrong.Add(1) < 10 {
				t.Errorf("%s: %v, %q, want %q", it.body, err, got, it.want)
			}
		}
	}
	type left struct {
		goroutines, files int
		heap              uint64
	}
	measure := func() (l left) {
		r.quiet(t)
		transport.CloseIdleConnections()
		for tries, same := 0, 0; tries < 100 && same < 4; tries++ { // connections end a little later
			runtime.GC()
			if n := runtime.NumGoroutine(); n == l.goroutines {
				same++
			} else {
				l.goroutines, same = n, 0
			}
			time.Sleep(10 * time.Millisecond)
		}
		files, _ := os.ReadDir("/proc/self/fd") // none on other systems
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		l.files, l.heap = len(files), m.HeapAlloc
		return l
	}
	together := func(until func(i int) bool, leaves func(*rand.Rand) time.Duration) {
		var wait sync.WaitGroup
		for k := range 16 {
			wait.Go(func() {
				dice := rand.New(rand.NewPCG(uint64(k), 1))
				for i := 0; !until(i); i++ {
					one(items[(k+i*7)%len(items)], leaves(dice))
				}
			})
		}
		wait.Wait()
	}
	run := func(length time.Duration) left {
		end := time.Now().Add(length)
		together(func(int) bool { return time.Now().After(end) }, func(dice *rand.Rand) time.Duration {
			if dice.IntN(3) > 0 {
				return 0
			}
			return time.Duration(1 + dice.IntN(int(40*time.Millisecond)))
		})
		return measure()
	}
	before := run(length / 4) // engines keep memory for as many requests as were at work together
	after := run(length - length/4)
	t.Logf("%v: %d requests, %d read to the end, %d left, %d wrong; goroutines %d, then %d; files %d, then %d; heap %d KiB, then %d KiB", length,
		sent.Load(), read.Load(), gave.Load(), wrong.Load(), before.goroutines, after.goroutines, before.files, after.files, before.heap>>10, after.heap>>10)
	if after.goroutines > before.goroutines || after.files > before.files || after.heap > before.heap+16<<20 || length > time.Minute && after.heap > before.heap+4<<20 {
		t.Error("goroutines, files or memory are left")
	}
	r.metrics.mu.Lock()
	defer r.metrics.mu.Unlock()
	counted, gone := int64(0), int64(0)
	for o, n := range r.metrics.outcomes {
		if counted += n; o.reason == "abort" {
			gone += n
		}
	}
	if counted > sent.Load() || counted-gone < read.Load() || gave.Load() == 0 {
		t.Errorf("%d requests sent, %d read, the server counts %d, of which %d were given up", sent.Load(), read.Load(), counted, gone)
	}
}

// textOf is the text of an answer, streamed or not.
func textOf(data []byte) string {
	var text strings.Builder
	for line := range bytes.Lines(data) {
		line = bytes.TrimPrefix(bytes.TrimSpace(line), []byte("data: "))
		if c := choiceOf(line); c.Text != nil {
			text.WriteString(*c.Text)
		}
	}
	return text.String()
}
