package model_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// TestStorages: matrices that are kept as their file has them give the bits of the
// same numbers as float32, whatever the number of rows and threads, and are read
// without being expanded.
func TestStorages(t *testing.T) {
	large, err := model.Shape("5m")
	if err != nil {
		t.Fatal(err)
	}
	large.HiddenSize, large.Layers, large.VocabSize, large.Heads, large.KVHeads = 320, 2, 1500, 5, 1 // several pieces of odd numbers of rows
	for name, cfg := range map[string]model.Config{"llama": tiny("llama"), "qwen3": tiny("qwen3"), "bias": tiny("bias"), "large": large} {
		for dtype, bits := range map[string]float64{"F32": 32, "BF16": 16, "F16": 16} {
			w, _ := randomModel(t, cfg, 3)
			dir := t.TempDir()
			if err := model.Save(dir, w, dtype, nil); err != nil {
				t.Fatal(err)
			}
			c := open(t, dir)
			kept, err := c.Model(nil)
			if err != nil {
				t.Fatal(err)
			}
			c.Config.Precision = "f32"
			wide, err := c.Model(nil)
			if err != nil {
				t.Fatal(err)
			}
			hashed, err := model.New(c.Config, c, "", nil) // as from several files
			if err != nil {
				t.Fatal(err)
			}
			if got := kept.Spec().BitsPerWeight; got != bits || wide.Spec().BitsPerWeight != 32 || kept.Digest() != wide.Digest() {
				t.Errorf("%s, %s: %g bits per weight, digests %s and %s", name, dtype, got, kept.Digest(), wide.Digest())
			}
			for _, threads := range []int{1, 2} {
				for _, n := range []int{1, 3, 7, 40} {
					var out [][][]float32
					for _, m := range []*model.Model{wide, kept, hashed} {
						s := model.NewSession(m, threads)
						tokens := randomTokens(rand.New(rand.NewPCG(1, 2)), n, cfg.VocabSize)
						out = append(out, forward(t, s, network.Window{Tokens: tokens, Visible: network.ConstVisible(nil, n, n), Cache: s.NewCache(n), Logits: all(n)}))
						s.Close()
					}
					equalRows(t, name+", "+dtype, out[1], out[0])
					equalRows(t, name+", "+dtype+" with a hash of its values", out[2], out[0])
				}
			}
		}
	}
}

// TestNotFiniteAsStored: a number that is not finite is named where bytes are copied.
func TestNotFiniteAsStored(t *testing.T) {
	for _, dtype := range []string{"F32", "BF16", "F16"} {
		dir, _ := savedCheckpoint(t, dtype)
		path := filepath.Join(dir, model.WeightsFile)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		copy(data[len(data)-10:], bytes.Repeat([]byte{0xff}, 10))
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := load(dir); err == nil || !strings.Contains(err.Error(), "holds NaN at index") || !strings.Contains(err.Error(), model.WeightsFile) {
			t.Errorf("%s: error %v", dtype, err)
		}
	}
}

// TestDrawnFormats: random weights of a larger network are drawn in the formats of its
// precision, the same on every run, and compute.
func TestDrawnFormats(t *testing.T) {
	cfg, err := model.Shape("20m")
	if err != nil {
		t.Fatal(err)
	}
	for precision, want := range map[string]string{"q4_k_m": "Q5_0, Q8_0 by int8", "q8_0": "Q8_0 by int8"} {
		cfg.Precision = precision
		m, again := model.Random(cfg, 1), model.Random(cfg, 1)
		if m.Spec().Precision != want {
			t.Errorf("%s is kept as %s, want %s", precision, m.Spec().Precision, want)
		}
		w := network.Window{Tokens: []int32{5, 6, 7}, Visible: network.CausalVisible(nil, 0, 3), Logits: all(3)}
		var out [2][][]float32
		for i, m := range []*model.Model{m, again} {
			s := model.NewSession(m, 2)
			defer s.Close()
			w.Cache = s.NewCache(3)
			out[i] = passOf(t, s, w).Logits
		}
		equalRows(t, precision, out[0], out[1])
		for _, v := range out[0][2] {
			if v != v || v > 100 || v < -100 {
				t.Fatalf("%s: a logit of %g", precision, v)
			}
		}
	}
}

// TestDrawn: random weights in bfloat16 are the same on every run and have the
// deviation that they should have, also in rows whose length is odd.
func TestDrawn(t *testing.T) {
	cfg := tiny("qwen3")
	cfg.HiddenSize, cfg.IntermediateSize, cfg.TorchDtype = 70, 161, "bfloat16"
	m, again, other := model.Random(cfg, 1), model.Random(cfg, 1), model.Random(cfg, 2)
	if m.Digest() != again.Digest() || m.Digest() == other.Digest() || m.Spec().Precision != "bfloat16" {
		t.Errorf("digests %s, %s and %s, kept as %s", m.Digest(), again.Digest(), other.Digest(), m.Spec().Precision)
	}
	read := func(m *model.Model) *model.Weights {
		dir := t.TempDir()
		cfg.ModelType = "qwen3"
		if err := m.Export(dir, "bfloat16", nil); err != nil {
			t.Fatal(err)
		}
		w, c := model.NewWeights(cfg), open(t, dir)
		for _, tensor := range w.Tensors {
			if err := c.Read(tensor.Data, tensor.Name, tensor.Shape...); err != nil {
				t.Fatal(err)
			}
		}
		return w
	}
	a, b, c := read(m), read(again), read(other)
	if !slices.Equal(a.Flat, b.Flat) || slices.Equal(a.Flat, c.Flat) {
		t.Error("the seed, and nothing else, makes the numbers")
	}
	for _, tensor := range a.Tensors {
		var sum, squares float64
		for _, v := range tensor.Data {
			sum, squares = sum+float64(v), squares+float64(v)*float64(v)
		}
		n := float64(len(tensor.Data))
		want := map[bool]float64{true: 1 / math.Sqrt(float64(tensor.Shape[len(tensor.Shape)-1])), false: 0.02}[tensor.Matrix()]
		if tensor.Matrix() && (strings.HasSuffix(tensor.Name, "o_proj.weight") || strings.HasSuffix(tensor.Name, "down_proj.weight")) {
			want /= math.Sqrt(2 * float64(cfg.Layers))
		}
		if got := math.Sqrt(squares / n); len(tensor.Shape) == 2 && (math.Abs(got/want-1) > 0.1 || math.Abs(sum/n) > 5*want/math.Sqrt(n)) {
			t.Errorf("%s: deviation %g, wanted is %g, mean %g", tensor.Name, got, want, sum/n)
		}
	}
}

// TestKeysAndValuesInBF16: they take half the bytes, are the nearest numbers, change
// logits a little, and make another model of the same weights.
func TestKeysAndValuesInBF16(t *testing.T) {
	const n = 30
	cfg := tiny("qwen3")
	w, wide := randomModel(t, cfg, 3)
	w.Config.KV = "bf16"
	half := fromWeights(t, w)
	if spec := half.Spec(); spec.Precision != "float32, keys and values in bfloat16" || spec.Digest == wide.Digest() || spec.Weights != wide.Spec().Weights {
		t.Errorf("kept as %s, digests %s and %s", spec.Precision, spec.Digest, wide.Digest())
	}
	var pass [2]network.Pass
	var caches [2]network.Cache
	for i, m := range []*model.Model{wide, half} {
		s := model.NewSession(m, 1)
		defer s.Close()
		caches[i] = s.NewCache(n)
		pass[i] = passOf(t, s, network.Window{Tokens: randomTokens(rand.New(rand.NewPCG(1, 2)), n, cfg.VocabSize), Visible: network.CausalVisible(nil, 0, n), Cache: caches[i], Logits: all(n)})
	}
	a, b := pass[0].Cost[0].Total(), pass[1].Cost[0].Total()
	if a[usage.CacheReadBytes] != 2*b[usage.CacheReadBytes] || a[usage.CacheWriteBytes] != 2*b[usage.CacheWriteBytes] || a[usage.CacheReadBytes] == 0 || caches[0].Bytes() != 2*caches[1].Bytes() || wide.Memory(n, 2).Cache != 2*half.Memory(n, 2).Cache {
		t.Errorf("bytes %v and %v", a, b)
	}
	if k, v := caches[1].Drift(caches[0], 0, 5); k == 0 || v == 0 || k > 1./512 || v > 1./512 {
		t.Errorf("keys and values are off by %g and %g", k, v)
	}
	worst := 0.0
	for i, row := range pass[0].Logits {
		for j := range row {
			worst = max(worst, math.Abs(float64(row[j]-pass[1].Logits[i][j])))
		}
	}
	if worst == 0 || worst > 0.02 {
		t.Errorf("logits differ by %g", worst)
	}
}
