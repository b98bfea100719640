package library

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/decoders"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
	"dllmbench/engines/weights"
)

// BenchmarkLlamaCpp measures GGUF files in turns with llama.cpp: passes over some rows, and
// 64 tokens one after the other. It runs when LLAMA_BENCH names llama-bench and GGUF_FILES
// the files, separated by commas; ROUNDS, THREADS and ROWS are 5, 2 and 4,8,16,32,80,256,512.
// docs/performance.md has the numbers of a run.
//
//	LLAMA_BENCH=llama.cpp/build/bin/llama-bench GGUF_FILES=a.gguf,b.gguf go test ./engines/library -run '^$' -bench LlamaCpp -benchtime 1x -timeout 2h
func BenchmarkLlamaCpp(b *testing.B) {
	bench, files := os.Getenv("LLAMA_BENCH"), os.Getenv("GGUF_FILES")
	if bench == "" || files == "" {
		b.Skip("LLAMA_BENCH or GGUF_FILES is not set")
	}
	rounds, threads := setting("ROUNDS", 5), setting("THREADS", 2)
	rows := []int{4, 8, 16, 32, 80, 256, 512}
	if text := os.Getenv("ROWS"); text != "" {
		if err := json.Unmarshal([]byte("["+text+"]"), &rows); err != nil {
			b.Fatalf("ROWS: %v", err)
		}
	}
	for _, file := range strings.Split(files, ",") {
		b.Run(filepath.Base(file), func(b *testing.B) {
			w, err := Open(weights.Parse(file))
			if err != nil {
				b.Fatal(err)
			}
			b.Logf("%s: %s, %d threads", file, w.Model.Spec().Precision, threads)
			s := model.NewSession(w.Model, threads)
			defer s.Close()
			ours, theirs := map[string][]float64{}, map[string][]float64{}
			for range b.N {
				for range rounds {
					for name, rate := range llamaBench(b, bench, file, threads, rows) {
						theirs[name] = append(theirs[name], rate)
					}
					for name, rate := range ourRates(b, s, rows) {
						ours[name] = append(ours[name], rate)
					}
				}
			}
			for _, name := range append(testsOf(rows), "tg64") {
				a, t := ours[name], theirs[name]
				b.Logf("%-6s ours %s, llama.cpp %s rows/s: ratio of medians %.2f", name, list(a), list(t), median(a)/median(t))
				b.ReportMetric(median(a)/median(t), name+"-ratio")
			}
		})
	}
}

// setting is a number of the environment.
func setting(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return otherwise
}

func testsOf(rows []int) (names []string) {
	for _, n := range rows {
		names = append(names, fmt.Sprintf("pp%d", n))
	}
	return names
}

func list(x []float64) string {
	var text []string
	for _, v := range x {
		text = append(text, fmt.Sprintf("%.4g", v))
	}
	return strings.Join(text, " ")
}

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	return x[len(x)/2]
}

// llamaBench is one run of llama-bench: rows a second by the names of its tests.
func llamaBench(b *testing.B, bench, file string, threads int, rows []int) map[string]float64 {
	prompts := strings.Join(strings.Fields(strings.Trim(fmt.Sprint(rows), "[]")), ",")
	text, err := exec.Command(bench, "-m", file, "-t", strconv.Itoa(threads), "-p", prompts, "-n", "64", "-r", "1", "-o", "json").Output()
	if err != nil {
		b.Fatalf("llama-bench: %v", err)
	}
	var results []struct {
		Prompt int     `json:"n_prompt"`
		Gen    int     `json:"n_gen"`
		Rate   float64 `json:"avg_ts"`
	}
	if err := json.Unmarshal(text, &results); err != nil {
		b.Fatal(err)
	}
	rates := map[string]float64{}
	for _, r := range results {
		name := fmt.Sprintf("pp%d", r.Prompt)
		if r.Gen > 0 {
			name = fmt.Sprintf("tg%d", r.Gen)
		}
		rates[name] = r.Rate
	}
	return rates
}

// ourRates is the same of a session: each test once before it is timed, as llama-bench does.
func ourRates(b *testing.B, s *model.Session, rows []int) map[string]float64 {
	pass := func(n, from int, cache network.Cache) {
		w := network.Window{Tokens: make([]int32, n), Pos: from, Visible: network.CausalVisible(nil, from, n), Cache: cache, Logits: []int{n - 1}}
		if _, err := s.Forward([]network.Window{w}); err != nil {
			b.Fatal(err)
		}
	}
	rates := map[string]float64{}
	for _, n := range rows {
		pass(n, 0, s.NewCache(n))
		start := time.Now()
		pass(n, 0, s.NewCache(n))
		rates[fmt.Sprintf("pp%d", n)] = float64(n) / time.Since(start).Seconds()
	}
	cache := s.NewCache(64)
	pass(1, 0, cache)
	start := time.Now()
	for i := range 64 {
		pass(1, i, cache)
	}
	rates["tg64"] = 64 / time.Since(start).Seconds()
	return rates
}

// BenchmarkLlamaDiffusion measures full diffusion on GGUF files in turns with llama.cpp: 96
// positions of which 80 are written in 8 steps by confidence, every step on the whole text.
// It runs when LLAMA_DIFFUSION names llama-diffusion-cli and GGUF_FILES the files; ROUNDS and
// THREADS are 5 and 2. Both report the time of the decoding without loading.
func BenchmarkLlamaDiffusion(b *testing.B) {
	cli, files := os.Getenv("LLAMA_DIFFUSION"), os.Getenv("GGUF_FILES")
	if cli == "" || files == "" {
		b.Skip("LLAMA_DIFFUSION or GGUF_FILES is not set")
	}
	const positions, steps, prompt = 96, 8, "0123456789abcdef"
	rounds, threads := setting("ROUNDS", 5), setting("THREADS", 2)
	reported := regexp.MustCompile(`total time: ([0-9.]+)ms`)
	for _, file := range strings.Split(files, ",") {
		b.Run(filepath.Base(file), func(b *testing.B) {
			w, err := Open(weights.Parse(file))
			if err != nil {
				b.Fatal(err)
			}
			e, err := decoders.Open(w.Model, threads, "diffusion", "llada", engines.Options{"steps": steps})
			if err != nil {
				b.Fatal(err)
			}
			defer e.Close()
			ids := w.Codec.Encode(prompt)
			request := []engines.Request{{Prompt: ids, Budget: positions - len(ids)}}
			var ours, theirs []float64
			for range rounds {
				text, err := exec.Command(cli, "-m", file, "-t", strconv.Itoa(threads), "-p", prompt, "--temp", "0",
					"-ub", strconv.Itoa(positions), "-b", strconv.Itoa(positions), "-c", strconv.Itoa(positions),
					"--diffusion-steps", strconv.Itoa(steps), "--diffusion-block-length", strconv.Itoa(positions)).CombinedOutput()
				m := reported.FindSubmatch(text)
				if err != nil || m == nil {
					b.Fatalf("llama-diffusion-cli: %v\n%s", err, text)
				}
				ms, err := strconv.ParseFloat(string(m[1]), 64)
				if err != nil {
					b.Fatal(err)
				}
				theirs = append(theirs, ms/1000)
				start := time.Now()
				result, err := e.Generate(context.Background(), request, nil)
				if err != nil || result[0].Usage[usage.NFE] != usage.Known(steps) {
					b.Fatalf("%v, %+v", err, result)
				}
				ours = append(ours, time.Since(start).Seconds())
			}
			b.Logf("%d steps: ours %s s, llama.cpp %s s: %.2f times as fast", steps, list(ours), list(theirs), median(theirs)/median(ours))
			b.ReportMetric(median(theirs)/median(ours), "times-as-fast")
		})
	}
}
