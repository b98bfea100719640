//go:build !purego && unix

// What is sent, bounded and kept does not depend on kernels.

package server

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/engines/pool"
	"dllmbench/harness/stats"
)

// The benchmarks compare within one run, in turns, and report ratios. They run on the
// weights of the variable SERVE_WEIGHTS, or the built-in ones, with all processors:
//
//	go test ./server -run '^$' -bench . -benchtime 20x -count 12
//
// Each count is a server of its own: engines on the same weights differ by some per cent,
// because their memory lies elsewhere.

// benched are the weights of benchmarks.
func benched() string { return cmp.Or(os.Getenv("SERVE_WEIGHTS"), "builtin:v1") }

// body is a request for an answer of full length.
func body(prompt, budget int, more string) string {
	return fmt.Sprintf(`{"model":"m","prompt":"sort:%d=","max_tokens":%d,"ignore_eos":true,"seed":1%s}`, 10000+prompt*7919, budget, more)
}

// median is that of ratios.
func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// BenchmarkThroughput: tokens per second of eight requests at once over those of the same
// requests one after another, for the autoregressive decoder.
func BenchmarkThroughput(b *testing.B) {
	const together, budget = 8, 128
	r := start(b, setting{models: []string{"m=" + benched()}, pool: pool.Config{Threads: runtime.NumCPU(), Memory: 1 << 33}})
	r.ask(b, "/v1/completions", body(0, 4, ""))
	var ratios []float64
	for b.Loop() {
		begin := time.Now()
		for i := range together {
			r.ask(b, "/v1/completions", body(i, budget, ""))
		}
		apart := time.Since(begin)
		begin = time.Now()
		var wait sync.WaitGroup
		for i := range together {
			wait.Go(func() { r.ask(b, "/v1/completions", body(i, budget, "")) })
		}
		wait.Wait()
		ratios = append(ratios, apart.Seconds()/time.Since(begin).Seconds())
	}
	b.ReportMetric(median(ratios), "batched/sequential")
}

// rest is longer than a thread of kernels looks for work before it sleeps.
const rest = time.Millisecond

// BenchmarkOverhead: what a request at batch 1 takes, from its first byte sent to its last
// byte read, over what the engine alone takes for it, on the same weights in memory and with
// as many threads, in turns A B B A; and the same of the processor's time. The client is in
// this process too, and reads plainly, so that little of what it takes is counted. Both begin
// from rest, as a server at batch 1 always does: an engine that is called again at once finds
// its other threads awake, and the difference would count as overhead of the server.
func BenchmarkOverhead(b *testing.B) {
	for _, engine := range []string{"autoregressive", "diffusion", "block"} {
		for _, way := range []string{"whole", "stream"} {
			b.Run(engine+"/"+way, func(b *testing.B) { overhead(b, engine, way == "stream") })
		}
	}
}

func overhead(b *testing.B, engine string, streams bool) {
	r := start(b, setting{models: []string{"m=" + benched()}, pool: pool.Config{Threads: runtime.NumCPU(), Memory: 1 << 33}})
	text := body(0, 128, fmt.Sprintf(`,"stream":%v,"dllmbench":{"engine":%q}`, streams, engine))
	asked := &asked{}
	if f := asked.decode([]byte(text)); f != nil {
		b.Fatal(f)
	}
	plan, f := r.plan(asked)
	if f != nil {
		b.Fatal(f)
	}
	w, release, err := r.pool.Hold(plan.host.Model)
	if err != nil {
		b.Fatal(err)
	}
	defer release()
	info := plan.decoder.Info
	e, err := decoders.Open(w, runtime.NumCPU(), info.Engine, info.Preset, info.Options)
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	sent := fmt.Appendf(nil, "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s", len(text), text)
	end := map[bool]string{true: "data: [DONE]\n\n\r\n0\r\n\r\n", false: "}}"}[streams]
	buffer := make([]byte, 1<<20)
	ways := [2]func(){
		func() {
			if _, err := e.Generate(b.Context(), []engines.Request{plan.answers[0].request}, nil); err != nil {
				b.Fatal(err)
			}
		},
		func() {
			conn.Write(sent)
			for n := 0; !bytes.HasSuffix(buffer[:n], []byte(end)); {
				more, err := conn.Read(buffer[n:])
				if n += more; err != nil || !bytes.HasPrefix(buffer[:n], []byte("HTTP/1.1 200 OK")) {
					b.Fatalf("%v %s", err, buffer[:n])
				}
			}
		},
	}
	ways[0]()
	ways[1]()
	var times, works []float64 // logarithms of the served over the lone
	least := [2]time.Duration{math.MaxInt64, math.MaxInt64}
	for b.Loop() {
		var took, work [2]time.Duration
		for _, way := range []int{0, 1, 1, 0} {
			time.Sleep(rest)
			begin, busy := time.Now(), processor(b)
			ways[way]()
			one := time.Since(begin)
			least[way] = min(least[way], one)
			took[way] += one
			work[way] += processor(b) - busy
		}
		times = append(times, math.Log(took[1].Seconds()/took[0].Seconds()))
		works = append(works, math.Log(work[1].Seconds()/work[0].Seconds()))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(100*(least[1].Seconds()/least[0].Seconds()-1), "%least") // on a machine with other work
	for _, of := range []struct {
		unit string
		list []float64
	}{{"", times}, {"cpu-", works}} {
		ratio, err := stats.PairedRatio(of.list)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(100*(ratio.Value-1), of.unit+"%over")
		if ratio.CI != nil {
			b.ReportMetric(100*(ratio.CI.Low-1), of.unit+"%low")
			b.ReportMetric(100*(ratio.CI.High-1), of.unit+"%high")
		}
	}
}

// processor is what this process has worked so far.
func processor(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
