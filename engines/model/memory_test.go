package model_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"dllmbench/engines/model"
	"dllmbench/engines/network"
)

// liveHeap is the size of all reachable objects.
func liveHeap() uint64 {
	runtime.GC()
	runtime.GC() // the first one may have been under way
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// checkMemory compares what a loaded model keeps alive with its parameters as they are
// stored, and what was allocated on the way.
func checkMemory(t *testing.T, what string, load func() *model.Model) {
	t.Helper()
	before := liveHeap()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	total := stats.TotalAlloc
	m := load()
	runtime.ReadMemStats(&stats)
	total = stats.TotalAlloc - total
	live := float64(liveHeap()) - float64(before)
	matrices := float64(m.Bytes())
	t.Logf("%s: %.1f MB live, %.1f MB allocated, %.1f MB of parameters", what, live/1e6, float64(total)/1e6, matrices/1e6)
	if live > 1.1*matrices {
		t.Errorf("%s: %.1f MB are live, the parameters have %.1f MB", what, live/1e6, matrices/1e6)
	}
	if pieces := float64(4 << 20 * runtime.GOMAXPROCS(0)); m.Spec().BitsPerWeight == 16 && float64(total) > 1.1*matrices+pieces {
		t.Errorf("%s: %.1f MB allocated for parameters of %.1f MB", what, float64(total)/1e6, matrices/1e6)
	}
	runtime.KeepAlive(m)
}

// TestMemoryOnce: a loaded model holds every parameter once, with and without
// tied embeddings, from a shape and from a checkpoint.
func TestMemoryOnce(t *testing.T) {
	cfg, err := model.Shape("5m")
	if err != nil {
		t.Fatal(err)
	}
	checkMemory(t, "shape", func() *model.Model { return model.Random(cfg, 1) })
	drawn := cfg
	drawn.VocabSize, drawn.TorchDtype = 100_000, "bfloat16"
	checkMemory(t, "drawn", func() *model.Model { return model.Random(drawn, 1) })
	for _, tied := range []bool{true, false} {
		cfg.TieEmbeddings = tied
		dir := t.TempDir()
		w := model.NewWeights(cfg)
		w.Init(rand.New(rand.NewPCG(1, 1)))
		if err := model.Save(dir, w, "BF16", nil); err != nil {
			t.Fatal(err)
		}
		w = nil
		checkMemory(t, "checkpoint", func() *model.Model {
			m, err := load(dir)
			if err != nil {
				t.Fatal(err)
			}
			return m
		})
	}
}

// TestLoadingIsTensorByTensor: while weights are read, no more than the largest
// part of them exists beside the model.
func TestLoadingIsTensorByTensor(t *testing.T) {
	cfg := tiny("qwen3")
	w := model.NewWeights(cfg)
	src := &counting{Weights: w}
	if _, err := model.New(cfg, src, "", nil); err != nil {
		t.Fatal(err)
	}
	if src.reads != len(w.Tensors) || src.largest > cfg.IntermediateSize*cfg.HiddenSize {
		t.Errorf("%d reads of %d tensors, the largest of %d numbers", src.reads, len(w.Tensors), src.largest)
	}
}

type counting struct {
	*model.Weights
	reads, largest int
}

func (c *counting) Read(dst []float32, name string, shape ...int) error {
	c.reads, c.largest = c.reads+1, max(c.largest, len(dst))
	return c.Weights.Read(dst, name, shape...)
}

// TestPassesAllocateNothing once a session has seen its largest batch, ordinary
// and partial ones.
func TestPassesAllocateNothing(t *testing.T) {
	for _, threads := range []int{1, 2, 3} {
		config := tiny(map[int]string{1: "qwen3", 2: "grouped experts", 3: "softmax experts"}[threads])
		config.Precision, config.KV = map[int]string{2: "bf16", 3: "q8_0"}[threads], map[int]string{3: "bf16"}[threads]
		s := model.NewSession(model.Random(config, 1), threads)
		defer s.Close()
		const n = 40
		window := func() network.Window {
			return network.Window{Tokens: make([]int32, n), Visible: network.ConstVisible(nil, n, n), Cache: s.NewCache(n), Logits: all(n), PromptRows: 3}
		}
		modes := make([]network.Mode, n)
		ordinary, partial := []network.Window{window(), window()}, []network.Window{window(), window()}
		for i := range partial {
			partial[i].Partial = &network.Partial{Modes: modes, Share: 0.3}
		}
		for name, batch := range map[string][]network.Window{"ordinary": ordinary, "partial": partial} {
			pass := func() { passOf(t, s, batch...) }
			pass()
			for i := range modes {
				modes[i] = network.Mode(i % 3)
			}
			if allocs := testing.AllocsPerRun(20, pass); allocs > 0 {
				t.Errorf("%d threads: a pass of %s windows allocates %.0f times", threads, name, allocs)
			}
			clear(modes)
		}
	}
}

// TestRotationsGrow: only positions that were asked for take memory, and an
// angle is the same however the table came to it.
func TestRotationsGrow(t *testing.T) {
	cfg := tiny("llama")
	cfg.MaxPositions = 1 << 24
	grown, whole := cfg.Rotations(), cfg.Rotations()
	first := grown.Upto(10)
	grown.Upto(300)
	last := grown.Upto(5000)
	want := whole.Upto(5000)
	for _, pos := range []int{0, 9, 299, 4999} {
		c, s := last.At(pos)
		wc, ws := want.At(pos)
		for i := range wc {
			if c[i] != wc[i] || s[i] != ws[i] {
				t.Fatalf("position %d has other angles in a table that grew", pos)
			}
		}
	}
	if c, _ := first.At(9); c[0] != float32(math.Cos(9)) {
		t.Errorf("cos 9 is %v", c[0])
	}
	before := liveHeap()
	m := model.Random(cfg, 1)
	if live := liveHeap() - before; live > 1<<20 {
		t.Errorf("a tiny model whose context holds %d positions takes %d bytes", cfg.MaxPositions, live)
	}
	runtime.KeepAlive(m)
}
