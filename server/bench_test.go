//go:build !purego

// What is sent, bounded and kept does not depend on kernels.

package server

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"dllmbench/engines/pool"
)

// The benchmarks compare within one run, in turns, and report ratios. They run on the
// weights of the variable SERVE_WEIGHTS, or the built-in ones, with all processors:
//
//	go test ./server -run '^$' -bench . -benchtime 20x

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

// BenchmarkOverhead: what a request at batch 1 takes beside the passes of its engine, as a
// share of their time, whole and streamed.
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
	r.post(b, "/v1/completions", text)
	var shares []float64
	for b.Loop() {
		begin := time.Now()
		status, answer := r.post(b, "/v1/completions", text)
		took := time.Since(begin).Seconds() * 1e3
		at := bytes.LastIndex(answer, []byte(`{"id"`))
		var last struct {
			Counters struct {
				EngineMs float64 `json:"engine_ms"`
			} `json:"dllmbench"`
		}
		if err := json.NewDecoder(bytes.NewReader(answer[max(0, at):])).Decode(&last); err != nil || status != http.StatusOK || last.Counters.EngineMs == 0 {
			b.Fatalf("%v %s", err, answer)
		}
		shares = append(shares, took/last.Counters.EngineMs-1)
	}
	slices.Sort(shares)
	b.ReportMetric(100*median(shares), "%overhead")
	b.ReportMetric(100*shares[0], "%least") // on a machine with other work
}
