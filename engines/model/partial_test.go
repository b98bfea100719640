package model_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// partialWindow is a window over a whole sequence with full attention.
func partialWindow(m *model.Model, tokens []int32, cache network.Cache, share float64, mode func(int) network.Mode) network.Window {
	n := len(tokens)
	modes := make([]network.Mode, n)
	for i := range modes {
		modes[i] = mode(i)
	}
	return network.Window{Tokens: tokens, Visible: network.ConstVisible(nil, n, n), Cache: cache, Logits: all(n),
		Partial: &network.Partial{Modes: modes, Share: share}}
}

func worst(t *testing.T, a, b [][]float32) float64 {
	t.Helper()
	if len(a) != len(b) {
		t.Fatalf("%d rows against %d", len(a), len(b))
	}
	far := 0.0
	for i := range a {
		for j := range a[i] {
			far = math.Max(far, math.Abs(float64(a[i][j]-b[i][j])))
		}
	}
	return far
}

func cloneRows(rows [][]float32) [][]float32 {
	var out [][]float32
	for _, r := range rows {
		out = append(out, append([]float32(nil), r...))
	}
	return out
}

func passOf(t *testing.T, s *model.Session, batch ...network.Window) network.Pass {
	t.Helper()
	p, err := s.Forward(batch)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// With every row fresh, or with every adaptive row computed after all, a
// partial pass is the ordinary one; with nothing changed, taking everything over
// is too; and with a token changed, a small share repairs most of the error
// that keeping everything makes.
func TestPartialPasses(t *testing.T) {
	for _, v := range variants {
		_, m := randomModel(t, tiny(v), 7)
		s := model.NewSession(m, 2)
		defer s.Close()
		rng := rand.New(rand.NewPCG(1, 2))
		const n = 19
		tokens := randomTokens(rng, n, 37)
		plain := func(tokens []int32) [][]float32 {
			return cloneRows(passOf(t, s, network.Window{Tokens: tokens, Visible: network.ConstVisible(nil, n, n), Cache: s.NewCache(n), Logits: all(n)}).Logits)
		}
		cache := s.NewCache(n)
		run := func(tokens []int32, share float64, mode func(int) network.Mode) network.Pass {
			p := passOf(t, s, partialWindow(m, tokens, cache, share, mode))
			p.Logits = cloneRows(p.Logits)
			return p
		}
		fresh := func(int) network.Mode { return network.Fresh }
		adaptive := func(int) network.Mode { return network.Adaptive }
		kept := func(int) network.Mode { return network.Kept }

		want := plain(tokens)
		first := run(tokens, 0, fresh)
		if d := worst(t, first.Logits, want); d > 1e-5 {
			t.Errorf("%s: all fresh is off by %g", v, d)
		}
		ordinary := m.Cost(&network.Window{Tokens: tokens, Visible: network.ConstVisible(nil, n, n), Cache: cache, Logits: all(n)}, 0)
		whole := ordinary.Total()
		if c := first.Cost[0].Total(); c[usage.FLOPs] != whole[usage.FLOPs] || c[usage.QueryTokens] != whole[usage.QueryTokens] || c[usage.AttendedKeys] != whole[usage.AttendedKeys] || c[usage.LogitRows] != whole[usage.LogitRows] {
			t.Errorf("%s: all fresh costs %+v, the ordinary pass %+v", v, c, whole)
		}
		if d := worst(t, run(tokens, 0, kept).Logits, want); d > 1e-5 {
			t.Errorf("%s: nothing changed and all kept is off by %g", v, d)
		}
		changed := append([]int32(nil), tokens...)
		changed[7], changed[11] = (changed[7]+5)%37, (changed[11]+9)%37
		want = plain(changed)
		stale := worst(t, run(changed, 0, kept).Logits, want)
		if d := worst(t, run(changed, 1, adaptive).Logits, want); d > 1e-5 {
			t.Errorf("%s: all adaptive rows computed is off by %g", v, d)
		}
		run(tokens, 0, fresh)
		some := run(changed, 0.25, adaptive)
		if d := worst(t, some.Logits, want); d >= stale {
			t.Errorf("%s: a quarter computed is off by %g, nothing by %g", v, d, stale)
		}
		// Two layers: the first computes 19 rows, the second 5 and 19 rows of values.
		cfg := m.Config()
		d, q, kv := cfg.HiddenSize, cfg.Heads*cfg.HeadDim, cfg.KVHeads*cfg.HeadDim
		var layer [2]int
		for i := range layer {
			layer[i] = d*(q+2*kv) + q*d
			if cfg.Experts > 0 && i >= cfg.DenseLayers {
				layer[i] += d*cfg.Experts + 3*d*cfg.ExpertSize*(cfg.ExpertsPerRow+cfg.SharedExperts)
			} else {
				matrices := 3
				if cfg.LayerNormEps > 0 { // of the variants, those without a gate
					matrices = 2
				}
				layer[i] += matrices * d * cfg.IntermediateSize
			}
		}
		flops := 2*(layer[0]*19+layer[1]*5) + 2*d*kv*19 + 4*q*n*(19+5) + 2*d*cfg.VocabSize*n
		if c := some.Cost[0].Total(); c[usage.FLOPs] != int64(flops) || c[usage.QueryTokens] != n || c[usage.AttendedKeys] != n*(19+5)/2 {
			t.Errorf("%s: a quarter costs %+v, want %d FLOPs", v, c, flops)
		}
	}
}

// A batch of partial windows is its windows one by one, bit for bit.
func TestPartialBatch(t *testing.T) {
	_, m := randomModel(t, tiny("qwen3"), 8)
	s := model.NewSession(m, 2)
	defer s.Close()
	rng := rand.New(rand.NewPCG(3, 2))
	mixed := func(i int) network.Mode { return network.Mode(i % 3) }
	fresh := func(int) network.Mode { return network.Fresh }
	texts := [][]int32{randomTokens(rng, 19, 37), randomTokens(rng, 5, 37), randomTokens(rng, 33, 37)}
	next := [][]int32{randomTokens(rng, 19, 37), randomTokens(rng, 5, 37), randomTokens(rng, 33, 37)}
	single := [][]float32{}
	var batch [2][]network.Window
	for i := range texts {
		n := len(texts[i])
		cache := s.NewCache(n)
		passOf(t, s, partialWindow(m, texts[i], cache, 0.3, fresh))
		single = append(single, cloneRows(passOf(t, s, partialWindow(m, next[i], cache, 0.3, mixed)).Logits)...)
		cache = s.NewCache(n)
		batch[0] = append(batch[0], partialWindow(m, texts[i], cache, 0.3, fresh))
		batch[1] = append(batch[1], partialWindow(m, next[i], cache, 0.3, mixed))
	}
	passOf(t, s, batch[0]...)
	if d := worst(t, passOf(t, s, batch[1]...).Logits, single); d != 0 {
		t.Errorf("batched and single differ by %g", d)
	}
}

func TestPartialRefuses(t *testing.T) {
	_, m := randomModel(t, tiny("llama"), 9)
	s := model.NewSession(m, 1)
	defer s.Close()
	tokens := []int32{3, 4, 5}
	good := func() network.Window {
		return partialWindow(m, tokens, s.NewCache(3), 0.5, func(int) network.Mode { return network.Fresh })
	}
	for name, change := range map[string]func(*network.Window){
		"few modes":        func(w *network.Window) { w.Partial.Modes = w.Partial.Modes[:2] },
		"unknown mode":     func(w *network.Window) { w.Partial.Modes[1] = 3 },
		"share":            func(w *network.Window) { w.Partial.Share = math.NaN() },
		"nothing to keep":  func(w *network.Window) { w.Partial.Modes[1] = network.Kept },
		"nothing to adapt": func(w *network.Window) { w.Partial.Modes[2] = network.Adaptive },
	} {
		w := good()
		change(&w)
		if _, err := s.Forward([]network.Window{w}); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	w := good()
	w.Partial = nil
	if _, err := s.Forward([]network.Window{good(), w}); err == nil {
		t.Error("a mixed batch is accepted")
	}
}
