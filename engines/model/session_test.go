package model_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"dllmbench/engines/model"
	"dllmbench/engines/network"
)

// tiny returns a small config; variant switches between the shapes a Llama-type
// checkpoint can have.
func tiny(variant string) model.Config {
	c := model.Config{
		ModelType: "llama", HiddenSize: 24, IntermediateSize: 40, Layers: 2, Heads: 4, KVHeads: 4, HeadDim: 6,
		VocabSize: 37, MaxPositions: 128, RopeTheta: 10000, NormEps: 1e-6, TieEmbeddings: true,
		Pad: 0, EOS: model.TokenIDs{1}, MaskToken: 2,
	}
	switch variant {
	case "qwen3":
		c.ModelType, c.KVHeads, c.TieEmbeddings = "qwen3", 2, false
	case "bfloat16 cache":
		c.KV, c.HeadDim, c.KVHeads = "bf16", 20, 1
	case "bias":
		c.AttentionBias, c.HeadDim, c.KVHeads = true, 20, 1
	case "learned positions":
		c.ModelType, c.LayerNormEps, c.HiddenAct, c.AttentionBias, c.MLPBias = "gpt2", 1e-5, "gelu_new", true, true
	case "biased head":
		c.ModelType, c.LayerNormEps, c.HiddenAct, c.MLPBias, c.TieEmbeddings = "mdlm", 1e-5, "gelu_pytorch_tanh", true, false
	case "softmax experts":
		c.ModelType, c.Mixture = "lladamoe", model.Mixture{Experts: 7, ExpertsPerRow: 3, ExpertSize: 11}
	case "sliding":
		c.ModelType, c.KVHeads, c.HiddenAct = "gemma3_text", 2, "gelu_pytorch_tanh"
		c.Sliding = model.Sliding{Window: 7, Pattern: 2, LocalTheta: 100, QueryScalar: 5}
	case "grouped experts":
		c.ModelType, c.KVHeads, c.HeadDim = "llada2_moe", 2, 12
		c.Mixture = model.Mixture{Experts: 12, ExpertsPerRow: 4, ExpertSize: 9, SharedExperts: 2, DenseLayers: 1, Groups: 4, TopGroups: 2, Scale: 2.5, RotaryShare: 0.5}
	}
	return c
}

var variants = []string{"llama", "qwen3", "bias", "softmax experts", "grouped experts", "sliding", "learned positions", "biased head", "bfloat16 cache"}

func randomModel(t *testing.T, cfg model.Config, seed uint64) (*model.Weights, *model.Model) {
	t.Helper()
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	w := model.NewWeights(cfg)
	rng := rand.New(rand.NewPCG(seed, 1))
	w.Init(rng)
	for _, t := range w.Tensors { // make norms and biases count
		if len(t.Shape) == 1 {
			for i := range t.Data {
				t.Data[i] += float32(0.3 * rng.NormFloat64())
			}
		}
	}
	return w, fromWeights(t, w)
}

func fromWeights(t *testing.T, w *model.Weights) *model.Model {
	t.Helper()
	m, err := model.New(w.Config, w, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func randomTokens(rng *rand.Rand, n, vocab int) []int32 {
	ids := make([]int32, n)
	for i := range ids {
		ids[i] = int32(rng.IntN(vocab))
	}
	return ids
}

func all(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// masks builds the visible counts of the three masks for a sequence of n
// tokens, the last gen of which are generated in blocks.
func masks(n, prompt, block int) map[string][]int {
	blocks := network.CausalVisible(nil, 0, prompt)
	for i := prompt; i < n; i++ {
		blocks = append(blocks, min(n, prompt+((i-prompt)/block+1)*block))
	}
	return map[string][]int{
		"causal": network.CausalVisible(nil, 0, n),
		"full":   network.ConstVisible(nil, n, n),
		"block":  blocks,
	}
}

func forward(t *testing.T, s *model.Session, batch ...network.Window) [][]float32 {
	t.Helper()
	p, err := s.Forward(batch)
	if err != nil {
		t.Fatal(err)
	}
	out := make([][]float32, len(p.Logits))
	for i, row := range p.Logits {
		out[i] = append([]float32(nil), row...)
	}
	return out
}

func equalRows(t *testing.T, what string, got, want [][]float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d rows, want %d", what, len(got), len(want))
	}
	for i := range want {
		for j := range want[i] {
			if math.Float32bits(got[i][j]) != math.Float32bits(want[i][j]) {
				t.Fatalf("%s: row %d, logit %d is %g, want the same bits as %g", what, i, j, got[i][j], want[i][j])
			}
		}
	}
}

// The forward pass itself is held to a float64 network by TestForwardAgainstFloat64
// of engines/train.

// TestCachedEqualsUncached runs every mask in pieces through the cache and
// compares with one pass over the whole sequence, bit for bit.
func TestCachedEqualsUncached(t *testing.T) {
	const n, prompt, block = 61, 23, 5
	for _, variant := range variants {
		_, m := randomModel(t, tiny(variant), 4)
		for _, threads := range []int{1, 2} {
			s := model.NewSession(m, threads)
			defer s.Close()
			tokens := randomTokens(rand.New(rand.NewPCG(6, 6)), n, m.Config().VocabSize)
			for name, visible := range masks(n, prompt, block) {
				t.Run(fmt.Sprintf("%s/%s/threads=%d", variant, name, threads), func(t *testing.T) {
					whole := forward(t, s, network.Window{Tokens: tokens, Visible: visible, Cache: s.NewCache(n), Logits: all(n)})
					// Cut points at which no row sees keys beyond its piece.
					cuts := map[string][]int{"causal": {0, 1, 17, 18, 40, n}, "block": {0, prompt, prompt + block, prompt + 4*block, n}, "full": {0, n}}[name]
					cache := s.NewCache(n)
					var got [][]float32
					for i := range cuts[1:] {
						a, b := cuts[i], cuts[i+1]
						got = append(got, forward(t, s, network.Window{Tokens: tokens[a:b], Pos: a, Visible: visible[a:b], Cache: cache, Logits: all(b - a)})...)
					}
					equalRows(t, "pieces", got, whole)
					// Overwrite a window with other tokens, then with the right ones again.
					if name == "full" {
						a, b := 30, 44
						forward(t, s, network.Window{Tokens: make([]int32, b-a), Pos: a, Visible: visible[a:b], Cache: cache})
					}
					last := cuts[len(cuts)-2]
					again := forward(t, s, network.Window{Tokens: tokens[last:], Pos: last, Visible: visible[last:], Cache: cache, Logits: all(n - last)})
					equalRows(t, "overwritten window", again, whole[last:])
					cache.Truncate(last)
					again = forward(t, s, network.Window{Tokens: tokens[last:], Pos: last, Visible: visible[last:], Cache: cache, Logits: all(n - last)})
					equalRows(t, "after roll-back", again, whole[last:])
				})
			}
		}
	}
}

func TestBatchEqualsSingle(t *testing.T) {
	for _, variant := range []string{"qwen3", "softmax experts", "grouped experts"} {
		_, m := randomModel(t, tiny(variant), 7)
		s := model.NewSession(m, 2)
		defer s.Close()
		rng := rand.New(rand.NewPCG(8, 8))
		var batch []network.Window
		var single [][]float32
		for _, n := range []int{1, 70, 13, 32} {
			tokens := randomTokens(rng, n, m.Config().VocabSize)
			rows := []int{0, n - 1}
			w := network.Window{Tokens: tokens, Visible: network.CausalVisible(nil, 0, n), Cache: s.NewCache(n), Logits: rows}
			single = append(single, forward(t, s, w)...)
			w.Cache = s.NewCache(n)
			batch = append(batch, w)
		}
		equalRows(t, variant, forward(t, s, batch...), single)
	}
}

// TestHandComputed follows one layer by hand: with all projections zero but the
// MLP, identity-like weights and one token, every step is a pocket calculation.
func TestHandComputed(t *testing.T) {
	cfg := model.Config{ModelType: "llama", HiddenSize: 2, IntermediateSize: 1, Layers: 1, Heads: 1, KVHeads: 1, HeadDim: 2,
		VocabSize: 3, MaxPositions: 4, RopeTheta: 10000, NormEps: 1e-9, TieEmbeddings: true, EOS: model.TokenIDs{1}, MaskToken: 2}
	w := model.NewWeights(cfg)
	copy(w.Embed, []float32{3, 4, 1, 0, 0, 1})
	l := &w.Layers[0]
	copy(l.AttnNorm, []float32{1, 1})
	copy(l.MLPNorm, []float32{1, 1})
	copy(w.Norm, []float32{1, 2})
	copy(l.QKV[8:], []float32{1, 0, 0, 1}) // v = normalised x
	copy(l.O, []float32{5, 0, 0, 5})
	copy(l.GateUp, []float32{1, 0, 0, 1}) // gate = first entry, up = second
	copy(l.Down, []float32{0, 1})
	s := model.NewSession(fromWeights(t, w), 1)
	defer s.Close()
	got := forward(t, s, network.Window{Tokens: []int32{0}, Visible: []int{1}, Cache: s.NewCache(1), Logits: []int{0}})[0]

	// x = (3,4), rms = 5/√2, normalised (3,4)·√2/5 = (0.848528, 1.131371).
	// One key: attention returns v, times 5: x = (7.242641, 9.656854).
	// Same direction, so the MLP sees (0.848528, 1.131371) again:
	// silu(0.848528) = 0.848528/(1+e^-0.848528) = 0.594291; times up = 0.672364.
	// x = (7.242641, 10.329218), rms = 8.920433, normalised (0.811916, 1.157928),
	// weighted by (1, 2): (0.811916, 2.315856). Logits = embeddings · that.
	x, y := 0.811916, 2.315856
	for i, want := range []float64{3*x + 4*y, x, y} {
		if math.Abs(float64(got[i])-want) > 2e-4 {
			t.Errorf("logit %d is %.6f, want %.6f", i, got[i], want)
		}
	}
}

func TestForwardRefusesBadWindows(t *testing.T) {
	_, m := randomModel(t, tiny("llama"), 9)
	s := model.NewSession(m, 1)
	defer s.Close()
	good := func() network.Window {
		return network.Window{Tokens: []int32{1, 2}, Visible: []int{1, 2}, Cache: s.NewCache(4)}
	}
	for name, change := range map[string]func(*network.Window){
		"no tokens":           func(w *network.Window) { w.Tokens, w.Visible = nil, nil },
		"short mask":          func(w *network.Window) { w.Visible = []int{1} },
		"no cache":            func(w *network.Window) { w.Cache = nil },
		"gap before window":   func(w *network.Window) { w.Pos = 1 },
		"beyond the capacity": func(w *network.Window) { w.Tokens, w.Visible = make([]int32, 17), network.CausalVisible(nil, 0, 17) },
		"beyond the context": func(w *network.Window) {
			w.Cache = s.NewCache(200)
			w.Tokens, w.Visible = make([]int32, 129), network.CausalVisible(nil, 0, 129)
		},
		"token out of range": func(w *network.Window) { w.Tokens[1] = 37 },
		"negative token":     func(w *network.Window) { w.Tokens[1] = -1 },
		"sees nothing":       func(w *network.Window) { w.Visible[0] = 0 },
		"sees the future":    func(w *network.Window) { w.Visible[1] = 3 },
		"logits of no row":   func(w *network.Window) { w.Logits = []int{2} },
	} {
		w := good()
		change(&w)
		if _, err := s.Forward([]network.Window{w}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := s.Forward([]network.Window{good()}); err != nil {
		t.Errorf("good window refused: %v", err)
	}
}
