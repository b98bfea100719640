package server

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/engines/pool"
	"dllmbench/engines/weights"
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

// BenchmarkOverhead: the time of a request at batch 1 over that of the engine alone, whole
// and streamed.
func BenchmarkOverhead(b *testing.B) {
	w, err := library.Open(weights.Parse(benched()))
	if err != nil {
		b.Fatal(err)
	}
	for _, engine := range []string{"autoregressive", "diffusion", "block"} {
		for _, more := range []string{"", `,"stream":true`} {
			name := engine + map[string]string{"": "/whole", `,"stream":true`: "/stream"}[more]
			b.Run(name, func(b *testing.B) { overhead(b, w, engine, more) })
		}
	}
}

func overhead(b *testing.B, w library.Weights, engine, more string) {
	const budget = 128
	r := start(b, setting{models: []string{"m=" + benched()}, pool: pool.Config{Threads: runtime.NumCPU(), Memory: 1 << 33}})
	e, err := decoders.Open(w.Model, runtime.NumCPU(), engine, "", nil)
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	ids, err := engines.Prompt(w.Codec, fmt.Sprintf("sort:%d=", 10000))
	if err != nil {
		b.Fatal(err)
	}
	req := engines.Request{Prompt: ids, Budget: budget, Seed: 1, Never: slices.Clone(w.Codec.EndIDs())}
	if pad := w.Codec.PadID(); pad >= 0 {
		req.Never = append(req.Never, pad)
	}
	own := func() time.Duration {
		begin := time.Now()
		if _, err := e.Generate(context.Background(), []engines.Request{req}, nil); err != nil {
			b.Fatal(err)
		}
		return time.Since(begin)
	}
	served := func() time.Duration {
		begin := time.Now()
		text := body(0, budget, more+`,"dllmbench":{"engine":"`+engine+`"}`)
		if status, answer := r.post(b, "/v1/completions", text); status != 200 {
			b.Fatalf("%s", answer)
		}
		return time.Since(begin)
	}
	own()
	served()
	var ratios []float64
	leastOwn, leastServed := time.Hour, time.Hour
	for b.Loop() { // in the order A B B A
		first, second := own(), served()
		third, fourth := served(), own()
		ratios = append(ratios, (second+third).Seconds()/(first+fourth).Seconds())
		leastOwn, leastServed = min(leastOwn, first, fourth), min(leastServed, second, third)
	}
	b.ReportMetric(100*(median(ratios)-1), "%overhead")
	b.ReportMetric(100*(leastServed.Seconds()/leastOwn.Seconds()-1), "%overhead-of-least") // on a machine with other work
	b.ReportMetric(0, "ns/op")
}
