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

// TestExport: the networks of classes that transformers has are written with every
// number and every key; others are refused by name.
func TestExport(t *testing.T) {
	var mistral string
	for _, name := range []string{"llama3", "mistral", "qwen2", "yarn"} {
		from, dir := filepath.Join("testdata", name), t.TempDir()
		if name == "mistral" {
			mistral = dir
		}
		m, err := load(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Export(dir, "float32"); err != nil {
			t.Fatal(err)
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
			err = first.Export(again, "float32")
		}
		if err != nil {
			t.Fatal(err)
		}
		if second, err := load(again); err != nil || second.Digest() != first.Digest() {
			t.Errorf("%s: %v, or another model when it is written again", name, err)
		}
	}
	text, err := os.ReadFile(filepath.Join(mistral, model.ConfigFile))
	if err != nil || !strings.Contains(string(text), `"sliding_window": null`) {
		t.Errorf("%v: the class of Mistral has a window without the key", err)
	}
	biased := model.Config{
		ModelType: "llama", HiddenSize: 8, IntermediateSize: 8, Layers: 1, Heads: 1, KVHeads: 1, HeadDim: 8, VocabSize: 8, MaxPositions: 8,
		RopeTheta: 10000, NormEps: 1e-6, AttentionBias: true, MaskToken: -1,
	}
	dream, err := load("testdata/Dream")
	if err != nil {
		t.Fatal(err)
	}
	for want, m := range map[string]*model.Model{"attention_bias is true": model.Random(biased, 1), `model_type is "Dream"`: dream} {
		if err := m.Export(t.TempDir(), "float32"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if err := model.Random(tiny("llama"), 1).Export(t.TempDir(), "int8"); err == nil || !strings.Contains(err.Error(), "allowed are bfloat16, float16, float32") {
		t.Error(err)
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
