package train

import (
	"context"
	"encoding/json"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"dllmbench/engines/internal/kernel"
)

var update = flag.Bool("update", false, "rewrite golden files")

// reverseSource is a task that a tiny network learns in a few steps: the answer
// is the prompt backwards.
type reverseSource struct{ vocab int }

func (s reverseSource) Next(rng *rand.Rand, _ int) Sample {
	p := randomIDs(rng, 2+rng.IntN(3), s.vocab)
	a := slices.Clone(p)
	slices.Reverse(a)
	return Sample{Prompt: p, Answer: a}
}

func tinyOptions(variant string, threads int) Options {
	opt := DefaultOptions(tinyConfig(variant))
	opt.Positions, opt.Warmup, opt.Threads = 600, 5, threads
	return opt
}

func runSteps(t *testing.T, tr *Trainer, n int) []StepStats {
	t.Helper()
	var all []StepStats
	if err := tr.Run(context.Background(), n, func(s StepStats) error { all = append(all, s); return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

func mustNew(t *testing.T, opt Options) *Trainer {
	t.Helper()
	tr, err := New(opt, reverseSource{opt.Config.VocabSize})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	return tr
}

// TestGoldenLosses freezes the first 20 losses of a seed. The file holds the
// values of one kernel variant; others must agree to float32 accuracy, which
// 20 steps of training amplify.
func TestGoldenLosses(t *testing.T) {
	tr := mustNew(t, tinyOptions("qwen3", 2))
	var got [][parts]float64
	for _, s := range runSteps(t, tr, 20) {
		got = append(got, s.Loss)
	}
	path := filepath.Join("testdata", "losses.json")
	if *update {
		text, _ := json.MarshalIndent(got, "", " ")
		if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var want [][parts]float64
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("%d losses, want %d", len(got), len(want))
	}
	for i := range want {
		for p := range want[i] {
			if math.Abs(got[i][p]-want[i][p]) > 2e-3*want[i][p] {
				t.Errorf("step %d, %s loss %.6f, want %.6f", i, PartNames[p], got[i][p], want[i][p])
			}
		}
	}
}

func TestThreadsDoNotMatter(t *testing.T) {
	one, two := mustNew(t, tinyOptions("llama", 1)), mustNew(t, tinyOptions("llama", 2))
	runSteps(t, one, 3)
	runSteps(t, two, 3)
	if !slices.Equal(one.Weights.Flat, two.Weights.Flat) || !slices.Equal(one.EMA.Flat, two.EMA.Flat) {
		t.Error("one and two threads lead to different weights")
	}
}

func TestResumeContinuesExactly(t *testing.T) {
	whole := mustNew(t, tinyOptions("qwen3", 1))
	runSteps(t, whole, 6)

	half := mustNew(t, tinyOptions("qwen3", 1))
	runSteps(t, half, 3)
	path := filepath.Join(t.TempDir(), "state.safetensors")
	if err := half.SaveState(path); err != nil {
		t.Fatal(err)
	}
	rest, err := LoadState(path, 2, half.source)
	if err != nil {
		t.Fatal(err)
	}
	defer rest.Close()
	runSteps(t, rest, 3)
	if !slices.Equal(whole.Weights.Flat, rest.Weights.Flat) || !slices.Equal(whole.EMA.Flat, rest.EMA.Flat) {
		t.Error("a resumed run differs from an uninterrupted one")
	}
	if rest.Samples != whole.Samples || rest.Positions != whole.Positions || rest.Step != 6 {
		t.Errorf("counters after resume: step %d, %d samples, %d positions; want 6, %d, %d", rest.Step, rest.Samples, rest.Positions, whole.Samples, whole.Positions)
	}

	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data[:len(data)-100], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadState(path, 1, half.source); err == nil {
		t.Error("a truncated state was accepted")
	}
}

func TestCooldownEndsTheRun(t *testing.T) {
	tr := mustNew(t, tinyOptions("llama", 1))
	runSteps(t, tr, 2)
	tr.Options.CooldownFrom, tr.Options.CooldownSteps = tr.Step, 4
	stats := runSteps(t, tr, 100)
	if len(stats) != 4 || !tr.Finished() {
		t.Fatalf("cool-down took %d steps, want 4", len(stats))
	}
	for i := 1; i < len(stats); i++ {
		if tr.Options.Warmup < 2 && stats[i].LearningRate >= stats[i-1].LearningRate {
			t.Errorf("learning rate does not fall: %g then %g", stats[i-1].LearningRate, stats[i].LearningRate)
		}
	}
	if lr := tr.Options.LearningRate(tr.Step); lr != 0 {
		t.Errorf("learning rate after the cool-down is %g, want 0", lr)
	}
}

// TestLearns checks that every part of the loss falls well below that of a
// uniform guess, with both optimisers.
func TestLearns(t *testing.T) {
	for _, muon := range []bool{true, false} {
		opt := tinyOptions("qwen3", 2)
		opt.Optimizer.Muon, opt.Optimizer.LearningRate = muon, 1e-2
		tr := mustNew(t, opt)
		stats := runSteps(t, tr, 150)
		uniform := math.Log(float64(opt.Config.VocabSize))
		last := stats[len(stats)-1]
		if last.Loss[PartAR] > 0.8*uniform {
			t.Errorf("muon=%v: ar loss is %.3f after 150 steps, a uniform guess has %.3f", muon, last.Loss[PartAR], uniform)
		}
	}
}

func TestOrthogonalize(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, shape := range [][2]int{{8, 20}, {20, 8}, {9, 9}} {
		rows, cols := shape[0], shape[1]
		g := make([]float32, rows*cols)
		for i := range g {
			g[i] = float32(rng.NormFloat64())
		}
		x := (&muonScratch{}).orthogonalize(g, rows, cols)
		// The Gram matrix of the short side has a diagonal of squared singular
		// value averages near 1 and small off-diagonal entries.
		short := min(rows, cols)
		for a := range short {
			for b := range short {
				dot := 0.0
				for k := range max(rows, cols) {
					if rows <= cols {
						dot += float64(x[a*cols+k]) * float64(x[b*cols+k])
					} else {
						dot += float64(x[k*cols+a]) * float64(x[k*cols+b])
					}
				}
				if a == b && (dot < 0.4 || dot > 1.6) || a != b && math.Abs(dot) > 0.45 {
					t.Errorf("%d×%d: entry (%d, %d) of the Gram matrix is %.3f", rows, cols, a, b, dot)
				}
			}
		}
	}
}

// BenchmarkStep measures a training step at the shipped size, in positions per
// second and as a share of the rate that the matrix kernel alone reaches on a
// square product of 512 on all threads in the same run.
func BenchmarkStep(b *testing.B) { benchmarkStep(b, Float32) }

// BenchmarkStepSplit is BenchmarkStep with products of split bfloat16.
func BenchmarkStepSplit(b *testing.B) {
	if !kernel.CanSplit() {
		b.Skip("no tile registers for bfloat16 on this machine")
	}
	benchmarkStep(b, BFloat16x3)
}

func benchmarkStep(b *testing.B, products Products) {
	cfg := tinyConfig("qwen3")
	cfg.HiddenSize, cfg.IntermediateSize, cfg.Layers, cfg.Heads, cfg.KVHeads, cfg.HeadDim = 128, 256, 6, 4, 4, 32
	cfg.VocabSize, cfg.TieEmbeddings, cfg.MaxPositions = 384, true, 512
	opt := DefaultOptions(cfg)
	opt.Threads, opt.Positions, opt.Products = 2, 8192, products
	tr, err := New(opt, longSource{cfg.VocabSize})
	if err != nil {
		b.Fatal(err)
	}
	defer tr.Close()
	var positions, seconds float64
	for b.Loop() {
		s, err := tr.Advance()
		if err != nil {
			b.Fatal(err)
		}
		positions += float64(s.Positions)
		seconds += s.Duration.Seconds()
	}
	perLayer := cfg.HiddenSize*(3*cfg.Heads*cfg.HeadDim) + cfg.Heads*cfg.HeadDim*cfg.HiddenSize + 3*cfg.HiddenSize*cfg.IntermediateSize
	flops := positions * 6 * float64(perLayer*cfg.Layers) // hidden matrices only: a lower bound
	peak := gemmRate(2)
	b.ReportMetric(positions/seconds, "positions/s")
	b.ReportMetric(flops/seconds/1e9, "GFLOP/s")
	b.ReportMetric(100*flops/seconds/peak, "%gemm")
}

type longSource struct{ vocab int }

func (s longSource) Next(rng *rand.Rand, _ int) Sample {
	return Sample{Prompt: randomIDs(rng, 10+rng.IntN(20), s.vocab), Answer: randomIDs(rng, 10+rng.IntN(40), s.vocab)}
}

// gemmRate is the FLOP/s of 512³ products on n threads: the mean over about as
// long as a few steps take, as the step's own rate is a mean.
func gemmRate(n int) float64 {
	const size, rounds = 512, 20
	pool := kernel.NewPool(n)
	defer pool.Close()
	p := kernel.NewPanels(size, size)
	a, c := make([]float32, size*size), make([]float32, size*size)
	for i := range a {
		a[i], p.Data[i] = float32(i%7), float32(i%5)
	}
	pool.MatMul(c, size, a, size, size, p, false) // touch the memory
	start, products := time.Now(), 0
	for time.Since(start) < 2*time.Second {
		for range rounds {
			pool.MatMul(c, size, a, size, size, p, false)
		}
		products += rounds
	}
	return 2 * size * size * size * float64(products) / time.Since(start).Seconds()
}
