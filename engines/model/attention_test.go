package model_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/weights"
)

// TestLongContexts: attention over several tiles of keys has the same bits however a
// text is cut into passes, and however many threads share it.
func TestLongContexts(t *testing.T) {
	const n = 2*1024 + 60
	for _, variant := range []string{"llama", "qwen3", "sliding", "bfloat16 cache"} {
		t.Run(variant, func(t *testing.T) {
			t.Parallel()
			c := tiny(variant)
			c.Layers, c.MaxPositions, c.Heads, c.KVHeads = 1, n, 2, map[bool]int{true: 2, false: 1}[variant == "llama"]
			if variant == "sliding" { // some rows see one tile, some two, and none the first of three
				c.Layers, c.Sliding.Window = 2, 900
			}
			_, m := randomModel(t, c, 4)
			tokens := randomTokens(rand.New(rand.NewPCG(6, 6)), n, c.VocabSize)
			pass := func(s *model.Session, visible []int, cache network.Cache, from, to int) [][]float32 {
				return forward(t, s, network.Window{Tokens: tokens[from:to], Pos: from, Visible: visible[from:to], Cache: cache, Logits: all(to - from)})
			}
			one := model.NewSession(m, 1)
			defer one.Close()
			causal, full := network.CausalVisible(nil, 0, n), network.ConstVisible(nil, n, n)
			cache := one.NewCache(n)
			whole := pass(one, causal, cache, 0, n)
			for _, threads := range []int{1, 2, 7} {
				s, from := model.NewSession(m, threads), n-3
				defer s.Close()
				if threads == 2 {
					from, cache = 0, s.NewCache(n)
				}
				for _, to := range []int{1000, n - 2, n - 1, n} {
					if from < to {
						equalRows(t, fmt.Sprintf("%d threads, causal", threads), pass(s, causal, cache, from, to), whole[from:to])
						from = to
					}
				}
				if c.Layers == 1 { // keys do not depend on what other rows see
					equalRows(t, fmt.Sprintf("%d threads, full", threads), pass(s, full, cache, n-3, n), pass(one, full, cache, n-100, n)[97:])
				}
			}
		})
	}
}

// BenchmarkAttention times passes of one layer that has little but attention, over the
// last rows of a text. The heads are those of Qwen3-0.6B.
func BenchmarkAttention(b *testing.B) {
	c := tiny("qwen3")
	c.HiddenSize, c.IntermediateSize, c.Layers, c.Heads, c.KVHeads, c.HeadDim, c.MaxPositions = 64, 64, 1, 16, 8, 128, 1<<14
	for _, kv := range weights.KVs() {
		name := weights.Name{}
		name.SetKV(kv)
		c.KV = name.KV
		b.Run("kv="+kv, func(b *testing.B) { benchmarkAttention(b, c) })
	}
}

func benchmarkAttention(b *testing.B, c model.Config) {
	s := model.NewSession(model.Random(c, 1), runtime.GOMAXPROCS(0))
	defer s.Close()
	for _, keys := range []int{512, 4096, 1 << 14} {
		cache := s.NewCache(keys)
		pass := func(rows, visible int) {
			from := keys - rows
			if _, err := s.Forward([]network.Window{{Tokens: make([]int32, rows), Pos: from, Visible: network.ConstVisible(nil, rows, visible), Cache: cache}}); err != nil {
				b.Fatal(err)
			}
		}
		pass(keys, 1)
		for _, rows := range []int{1, 4, 32, 512} {
			b.Run(fmt.Sprintf("keys=%d/rows=%d", keys, rows), func(b *testing.B) {
				for b.Loop() {
					pass(rows, keys)
				}
				b.ReportMetric(4*float64(rows*keys*c.Heads*c.HeadDim*b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}
