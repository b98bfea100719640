package model_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"dllmbench/engines/internal/safetensors"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// TestReference: checkpoints as public ones are written give the logits of reference
// code (testdata/reference.py) at every position, in one pass and in parts.
func TestReference(t *testing.T) {
	files, err := filepath.Glob("testdata/*/golden.safetensors")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden logits:", err)
	}
	for _, file := range files {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			m, err := load(dir)
			if err != nil {
				t.Fatal(err)
			}
			native(t, m, file)
		})
	}
}

// native compares the logits of a network with golden ones, used as it was trained.
func native(t *testing.T, m *model.Model, file string) {
	t.Helper()
	tokens, want := golden(t, file, m.Spec().Vocab)
	s := model.NewSession(m, 2)
	defer s.Close()
	n, spec := len(tokens), m.Spec()
	visible := network.CausalVisible(nil, 0, n)
	step := 1
	switch {
	case spec.FullContext:
		visible, step = network.ConstVisible(nil, n, n), n
	case spec.ContextBlock > 0:
		for i := range visible {
			visible[i] = min((i/spec.ContextBlock+1)*spec.ContextBlock, n)
		}
		step = spec.ContextBlock
	}
	window := func(from, to int, c network.Cache) network.Window {
		return network.Window{Tokens: tokens[from:to], Pos: from, Visible: visible[from:to], Cache: c, Logits: all(to - from)}
	}
	near(t, "one pass", forward(t, s, window(0, n, s.NewCache(n))), want)
	cache := s.NewCache(n)
	if spec.FullContext { // the end again, on the keys of the rest
		forward(t, s, window(0, n, cache))
		near(t, "its end", forward(t, s, window(n/2, n, cache)), want[n/2:])
	}
	for from := 0; from < n; from += step {
		to := min(from+step, n)
		near(t, "in parts", forward(t, s, window(from, to, cache)), want[from:to])
	}
}

// TestUngatedCost: a pass of a network without a gate costs what its shapes give: a
// row of the position table is read like one of the embedding.
func TestUngatedCost(t *testing.T) {
	for dir, rowsOfTables := range map[string]int64{"gpt2": 2, "bd3lm": 1, "mdlm": 1} {
		file, err := model.OpenCheckpoint(os.DirFS("testdata/" + dir))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		file.Config.Precision = "f32"
		m, err := file.Model(nil)
		if err != nil {
			t.Fatal(err)
		}
		s := model.NewSession(m, 1)
		defer s.Close()
		const n, logits = 5, 3
		w := network.Window{Tokens: []int32{3, 4, 5, 6, 7}, Visible: network.CausalVisible(nil, 0, n), Cache: s.NewCache(n), Logits: all(logits)}
		c := passOf(t, s, w).Cost[0].Total()
		cfg := m.Config()
		d, f := int64(cfg.HiddenSize), int64(cfg.IntermediateSize)
		matrices, head := int64(cfg.Layers)*(3*d*d+d*d+2*d*f), d*int64(cfg.VocabSize)
		if want := 2*matrices*n + 4*int64(cfg.Layers)*d*(1+2+3+4+5) + 2*head*logits; c[usage.FLOPs] != want {
			t.Errorf("%s: %d FLOPs, wanted are %d", dir, c[usage.FLOPs], want)
		}
		if want := 4 * (matrices + n*rowsOfTables*d + head); c[usage.WeightBytes] != want {
			t.Errorf("%s: %d bytes of weights, wanted are %d", dir, c[usage.WeightBytes], want)
		}
	}
}

func golden(t *testing.T, path string, vocab int) (tokens []int32, logits [][]float32) {
	t.Helper()
	data, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	info, err := data.Stat()
	if err != nil {
		t.Fatal(err)
	}
	file, err := safetensors.Open(data, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	shape, _ := file.Shape("tokens")
	ids, flat := make([]float32, shape[0]), make([]float32, shape[0]*vocab)
	if err := file.Read(ids, "tokens", shape[0]); err != nil {
		t.Fatal(err)
	}
	if err := file.Read(flat, "logits", shape[0], vocab); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		tokens = append(tokens, int32(id))
	}
	return tokens, slices.Collect(slices.Chunk(flat, vocab))
}

// near compares logits with those of reference code in float32.
func near(t *testing.T, what string, got, want [][]float32) {
	t.Helper()
	worst := 0.0
	for i := range want {
		for j := range want[i] {
			worst = max(worst, math.Abs(float64(got[i][j]-want[i][j])))
		}
	}
	if !(worst <= 1e-4) || len(got) != len(want) {
		t.Errorf("%s: logits of %d rows differ by up to %g, wanted are %d", what, len(got), worst, len(want))
	}
}
