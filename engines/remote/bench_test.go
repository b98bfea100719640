package remote_test

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/remote"
	"dllmbench/engines/remote/stub"
)

// BenchmarkStreams reads 2,000 streams at once, 20,000 events a second in all, from a stub in a
// process of its own on this machine, and says how much later than their writing the client
// read them, and how much later than it should the stub wrote them.
//
//	go test ./engines/remote -run '^$' -bench Streams -benchtime 3x
func BenchmarkStreams(b *testing.B) {
	const (
		streams = 2000
		events  = 60
		gap     = 100 * time.Millisecond
	)
	pieces := slices.Repeat([]string{"token "}, events)
	server := start(b, stub.Plan{Pieces: pieces, First: 200 * time.Millisecond, Gap: gap, Jitter: 0.2, Usage: stub.LastUsage, Role: true, Seed: 1})
	e, err := remote.Open(remote.Config{Name: "stub", API: remote.Chat, URL: server.URL, Mode: engines.Append, LimitField: "max_tokens", InFlight: streams}, nil, time.Now)
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()

	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // as in a session under load
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(1 << 30))
	const from, to = 1500 * time.Millisecond, 5500 * time.Millisecond
	var late, written []time.Duration
	var peak uint64
	for b.Loop() {
		type reading struct {
			start time.Time
			at    []time.Duration // of each piece: when the delivery came that held it
		}
		read := make(map[string]reading, streams)
		var mu sync.Mutex
		var all sync.WaitGroup
		begin := time.Now()
		for i := range streams {
			time.Sleep(time.Until(begin.Add(time.Duration(i) * gap / (streams / 10)))) // over a second
			all.Go(func() {
				prompt := fmt.Sprint("stream ", i)
				var r reading
				res, err := e.Write(context.Background(), engines.TextRequest{Prompt: prompt, Budget: events}, func(d engines.Delivery) {
					r.at = append(r.at, slices.Repeat([]time.Duration{d.At}, len(d.Text)/len(pieces[0]))...)
				})
				if err != nil || len(res.Text) != events*len(pieces[0]) {
					b.Errorf("%d bytes, %v", len(res.Text), err)
				}
				r.start = time.Now().Add(-res.Elapsed)
				mu.Lock()
				read[prompt] = r
				mu.Unlock()
			})
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		peak = max(peak, m.HeapInuse+m.StackInuse)
		all.Wait()
		if set := time.Now().Round(0).Sub(begin.Round(0)) - time.Since(begin); set.Abs() > 50*time.Microsecond {
			b.Fatalf("the clock of the machine was set by %v", set)
		}
		for _, a := range server.Answers(b) {
			r := read[a.Prompt]
			if len(r.at) != len(a.Wrote) {
				b.Errorf("%s: %d deliveries of %d events", a.Prompt, len(r.at), len(a.Wrote))
				continue
			}
			for i, wrote := range a.Wrote {
				if since := wrote.Sub(begin); since > from && since < to { // all streams are at work
					late = append(late, r.start.Add(r.at[i]).Sub(wrote))
					written = append(written, wrote.Sub(a.Came.Add(a.Set[i])))
				}
			}
		}
	}
	if len(late) == 0 {
		b.Fatal("nothing was read")
	}
	for name, list := range map[string][]time.Duration{"": late, "server-": written} {
		slices.Sort(list)
		for _, p := range []int{500, 990, 999} {
			b.ReportMetric(float64(list[(len(list)-1)*p/1000].Microseconds()), fmt.Sprintf("%sp%g-µs", name, float64(p)/10))
		}
	}
	b.ReportMetric(float64(len(late))/float64(b.N)/(to-from).Seconds(), "events/s")
	b.ReportMetric(float64(peak)/(1<<20), "MB")
}
