package model_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"dllmbench/engines/internal/gguf"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
	"dllmbench/engines/weights"
)

// exported is a model as a GGUF file.
func exported(t *testing.T, m *model.Model, dtype string) (*model.Checkpoint, *gguf.File) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "model.gguf")
	if err := m.ExportGGUF(path, dtype, nil); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c, f, err := model.OpenGGUF(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return c, f
}

// TestExportGGUF: what is written reads as the same network, with the logits of
// reference code, and with the tensors that converters write.
func TestExportGGUF(t *testing.T) {
	for _, name := range []string{"llama3", "mistral", "qwen2", "yarn", "llada", "Dream", "lladamoe", "gpt2"} {
		m, err := load(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		c, _ := exported(t, m, "float32")
		got, err := c.Model(nil)
		if err != nil {
			t.Fatal(err)
		}
		native(t, got, filepath.Join("testdata", name, "golden.safetensors"))
		a, b := got.Config(), m.Config()
		for _, c := range []*model.Config{&a, &b} {
			c.Architectures, c.TorchDtype, c.HiddenAct, c.ModelType = nil, "", "", strings.Replace(c.ModelType, "mistral", "llama", 1)
		}
		if a.NormEps, a.LayerNormEps = b.NormEps, b.LayerNormEps; !reflect.DeepEqual(a, b) { // in float32
			t.Errorf("%s: config %+v, want %+v", name, a, b)
		}
		arch := map[string]string{"llada": "llada", "Dream": "dream", "lladamoe": "llada-moe"}[name]
		if arch == "" {
			continue
		}
		theirs, err := converted(t, filepath.Join("testdata", name), arch).open()
		if err != nil {
			t.Fatal(err)
		}
		for _, tensor := range theirs.Names() {
			shape, _ := theirs.Shape(tensor)
			if have, ok := c.Shape(tensor); !ok || !reflect.DeepEqual(have, shape) {
				t.Errorf("%s: %s has the shape %v, want %v", name, tensor, have, shape)
			}
		}
	}
}

// TestExportGemma: sliding layers and shifted norms come back from a GGUF file with the
// same bits, and what the file cannot say is refused.
func TestExportGemma(t *testing.T) {
	cfg := tiny("sliding")
	cfg.Layers, cfg.Pattern, cfg.LocalTheta, cfg.QueryScalar, cfg.NormEps = 7, 6, 1e4, float64(cfg.HeadDim), 0x1p-20
	cfg.Scaling = &model.Scaling{Type: "linear", Factor: 8}
	_, m := randomModel(t, cfg, 3)
	c, _ := exported(t, m, "float32")
	got, err := c.Model(nil)
	if err != nil {
		t.Fatal(err)
	}
	tokens := randomTokens(rand.New(rand.NewPCG(2, 2)), 30, cfg.VocabSize)
	var rows [2][][]float32
	for i, m := range []*model.Model{m, got} {
		s := model.NewSession(m, 1)
		defer s.Close()
		rows[i] = forward(t, s, network.Window{Tokens: tokens, Visible: network.CausalVisible(nil, 0, 30), Cache: s.NewCache(30), Logits: all(30)})
	}
	equalRows(t, "from the file", rows[1], rows[0])
	for _, change := range []func(*model.Config){
		func(c *model.Config) { c.Pattern = 3 }, func(c *model.Config) { c.LocalTheta = 2e4 }, func(c *model.Config) { c.QueryScalar++ },
	} {
		c := cfg
		change(&c)
		if err := model.Random(c, 1).ExportGGUF(filepath.Join(t.TempDir(), "x.gguf"), "float32", nil); err == nil || !strings.Contains(err.Error(), "every sixth layer") {
			t.Errorf("%+v: error %v", c.Sliding, err)
		}
	}
}

// TestExportGGUFTwice: a network gives the same file every time.
func TestExportGGUFTwice(t *testing.T) {
	m, path := model.Random(tiny("llada"), 1), filepath.Join(t.TempDir(), "model.gguf")
	files := map[string]bool{}
	for range 20 {
		os.Remove(path)
		if err := m.ExportGGUF(path, "float32", nil); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[string(data)] = true
	}
	if len(files) != 1 {
		t.Errorf("%d different files", len(files))
	}
}

// TestExportGGUFTypes: matrices whose rows fill no blocks get smaller ones or bfloat16,
// vectors are float32. What is read from such a file is written again with the same bits.
func TestExportGGUFTypes(t *testing.T) {
	config := tiny("llama")
	config.HiddenSize, config.Heads, config.KVHeads, config.HeadDim, config.IntermediateSize, config.Layers = 32, 4, 4, 8, 48, 1
	for dtype, want := range map[string]string{"q8_0": "7 Q8_0, 3 F32, 1 BF16", "q4_k_m": "5 Q5_0, 3 F32, 2 Q8_0, 1 BF16", "bfloat16": "8 BF16, 3 F32", "float16": "8 F16, 3 F32"} {
		config.TieEmbeddings = true
		c, f := exported(t, model.Random(config, 1), dtype)
		if f.Types() != want {
			t.Errorf("%s: %s, want %s", dtype, f.Types(), want)
		}
		m, err := c.Model(nil)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := exported(t, m, dtype)
		if must(c.Digest()) != must(again.Digest()) {
			t.Errorf("%s: another file when what is read is written again", dtype)
		}
	}
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

// TestExportGGUFRefuses: networks that GGUF files cannot describe are refused.
func TestExportGGUFRefuses(t *testing.T) {
	scaled := func(kind string, s model.Scaling) *model.Model {
		c := tiny(kind)
		c.Scaling = &s
		return model.Random(c, 1)
	}
	sdar, err := load("testdata/sdar")
	if err != nil {
		t.Fatal(err)
	}
	block := tiny("llama")
	block.Context, block.BlockSize = "block", 4
	for want, m := range map[string]*model.Model{
		`context is "block", shift is false, but llama.cpp reads llama from left to right`:                                         model.Random(block, 1),
		`model_type is "sdar", for which GGUF files have no network; allowed are Dream, gemma3_text, gpt2, llada, lladamoe, llama`: sdar,
		"rope_scaling is llama3, which llama.cpp computes for llama alone":                                                         scaled("qwen3", model.Scaling{Type: "llama3", Factor: 8, Original: 64, Low: 1, High: 4}),
		"a GGUF file says only its factor and original length":                                                                     scaled("llama", model.Scaling{Type: "llama3", Factor: 8, Original: 64, Low: 2, High: 4}),
	} {
		path := filepath.Join(t.TempDir(), "model.gguf")
		if err := m.ExportGGUF(path, "float32", nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		if _, err := os.Stat(path); err == nil {
			t.Error("a file is there")
		}
	}
}

// TestBytesRead: a pass over one row reads what the matrices of the file hold, whatever
// their types are: blocks as the file has them, of Q4_K and Q5_K with a byte for each scale.
func TestBytesRead(t *testing.T) {
	block := map[string][2]int{ // numbers and bytes
		"F32": {1, 4}, "BF16": {1, 2}, "F16": {1, 2}, "Q8_0": {32, 34}, "Q4_0": {32, 18}, "Q4_1": {32, 20}, "Q5_0": {32, 22}, "Q5_1": {32, 24},
		"Q4_K": {256, 144 + 4}, "Q5_K": {256, 176 + 4}, "Q6_K": {256, 210},
	}
	cfg := tiny("llama")
	cfg.HiddenSize, cfg.IntermediateSize, cfg.Layers, cfg.TieEmbeddings = 256, 544, 3, false // 544 fills no block of 256
	m := model.Random(cfg, 1)
	for _, dtype := range append([]string{"float32", "bfloat16", "float16"}, weights.Precisions()[2:]...) {
		c, f := exported(t, m, dtype)
		kept, err := c.Model(nil)
		if err != nil {
			t.Fatal(err)
		}
		s := model.NewSession(kept, 1)
		want := 0
		for _, name := range f.Names() {
			shape, _ := f.Shape(name)
			if len(shape) == 1 {
				continue
			}
			b, rows := block[f.Type(name)], shape[0]
			if name == "token_embd.weight" {
				rows = 1
			}
			want += rows * shape[1] / b[0] * b[1]
		}
		cost := passOf(t, s, network.Window{Tokens: []int32{5}, Visible: []int{1}, Cache: s.NewCache(1), Logits: []int{0}}).Cost[0].Total()
		if got := cost[usage.WeightBytes]; got != int64(want) {
			t.Errorf("%s (%s): %d bytes, the file has %d", dtype, f.Types(), got, want)
		}
		s.Close()
	}
}
