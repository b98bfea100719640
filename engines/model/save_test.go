package model_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines/model"
)

// TestExport: networks of every architecture are written with every number and every
// key of theirs.
func TestExport(t *testing.T) {
	folders, err := filepath.Glob("testdata/*/config.json")
	if err != nil || len(folders) == 0 {
		t.Fatal(err)
	}
	for _, file := range folders {
		from, dir := filepath.Dir(file), t.TempDir()
		name := filepath.Base(from)
		m, err := load(from)
		if err != nil {
			t.Fatal(err)
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Export(dir, "float32", source); err != nil {
			t.Fatal(name, err)
		}
		want, got := open(t, from), open(t, dir)
		got.Config.Architectures, got.Config.TorchDtype = want.Config.Architectures, want.Config.TorchDtype
		if !reflect.DeepEqual(got.Config, want.Config) {
			t.Errorf("%s: config %+v, want %+v", name, got.Config, want.Config)
		}
		a, b := model.NewWeights(want.Config), model.NewWeights(got.Config)
		for i, tensor := range a.Tensors {
			if err := want.Read(tensor.Data, tensor.Name, tensor.Shape...); err != nil {
				t.Fatal(err)
			}
			if err := got.Read(b.Tensors[i].Data, tensor.Name, tensor.Shape...); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(tensor.Data, b.Tensors[i].Data) {
				t.Errorf("%s: the numbers of %s differ", name, tensor.Name)
			}
		}
		again := t.TempDir()
		first, err := load(dir)
		if err == nil {
			err = first.Export(again, "float32", nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		if second, err := load(again); err != nil || second.Digest() != first.Digest() {
			t.Errorf("%s: %v, or another model when it is written again", name, err)
		}
	}
	biased := model.Config{
		ModelType: "llama", HiddenSize: 8, IntermediateSize: 8, Layers: 1, Heads: 1, KVHeads: 1, HeadDim: 8, VocabSize: 8, MaxPositions: 8,
		RopeTheta: 10000, NormEps: 1e-6, AttentionBias: true, MaskToken: -1,
	}
	if err := model.Random(biased, 1).Export(t.TempDir(), "float32", nil); err == nil || !strings.Contains(err.Error(), "attention_bias is true") {
		t.Error(err)
	}
	if err := model.Random(tiny("llama"), 1).Export(t.TempDir(), "int8", nil); err == nil || !strings.Contains(err.Error(), "allowed are bfloat16, float16, float32") {
		t.Error(err)
	}
}

// TestExportKeys: what the reference has another default for is written, and what a
// file says beyond its network is kept.
func TestExportKeys(t *testing.T) {
	for name, want := range map[string]string{
		"mistral": `"sliding_window": null`, "llada": `"activation_type": "silu"`, "Fast_dLLM_Qwen": `"bd_size": 8`, "a2d-qwen3": `"auto_map": "x"`, "diffugpt": `"model_type": "gpt2"`,
	} {
		m, err := load(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if err := m.Export(dir, "bfloat16", []byte(`{"auto_map": "x", "dtype": "float64"}`)); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, model.ConfigFile))
		if err != nil || !strings.Contains(string(text), want) || strings.Contains(string(text), "float64") {
			t.Errorf("%s: no %s in %s", name, want, text)
		}
	}
}

func open(t *testing.T, dir string) *model.Checkpoint {
	c, err := model.OpenCheckpoint(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}
