package library

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines/model"
	"dllmbench/engines/tokenizer"
	"dllmbench/engines/weights"
)

func TestOpen(t *testing.T) {
	trained, err := Open(weights.Name{Kind: weights.Builtin, Name: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	if trained.Codec == nil || trained.Codec.VocabSize() > trained.Model.Config().VocabSize {
		t.Errorf("the tokenizer does not fit the network: %v", trained.Codec)
	}
	// Equal in every version: results and baselines are told apart by it.
	if want := "sha256:d194abf0bc194e1dc7b75e20e80c0017b65f88aab47cebdc7347f8c1beec5aca"; trained.Model.Digest() != want {
		t.Errorf("builtin:v1 has the digest %s, it was %s", trained.Model.Digest(), want)
	}
	random, err := Open(weights.Name{Kind: weights.Shape, Name: "2m"})
	if err != nil || random.Codec != nil {
		t.Errorf("random weights: tokenizer %v, error %v", random.Codec, err)
	}
	for name, want := range map[string]string{"builtin:v2": "did you mean v1?", "shape:huge": "shape", "nowhere": "path:nowhere"} {
		if _, err := Open(weights.Parse(name)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, which should name %s", name, err, want)
		}
	}
}

// TestSlowTokenizer: a folder without tokenizer.json opens by the files that Dream has
// in its place, and says what is missing without them.
func TestSlowTokenizer(t *testing.T) {
	codec, err := tokenizer.Train(slices.Values([]string{"one two", "three"}), tokenizer.TrainOptions{VocabSize: 300, MinFrequency: 2})
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Model struct {
			Vocab json.RawMessage `json:"vocab"`
		} `json:"model"`
	}
	if err := json.Unmarshal(codec.JSON(), &file); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../model/testdata/Dream")); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ name, text, want string }{
		{"README.md", "", "tokenizer.json"},
		{"vocab.json", string(file.Model.Vocab), "merges.txt"},
		{"merges.txt", "", "tokenizer_config.json"},
		{"tokenizer_config.json", `{"tokenizer_class": "DreamTokenizer", "added_tokens_decoder": {
			"0": {"content": "<|pad|>", "special": true}, "1": {"content": "<|end|>", "special": true}, "2": {"content": "<|mask|>", "special": true}}}`, ""},
	} {
		if err := os.WriteFile(filepath.Join(dir, step.name), []byte(step.text), 0o644); err != nil {
			t.Fatal(err)
		}
		w, err := Open(weights.Name{Kind: weights.Path, Name: dir})
		if step.want != "" && (err == nil || !strings.Contains(err.Error(), step.want)) {
			t.Errorf("with %s: error %v, which should say %q", step.name, err, step.want)
		}
		if step.want == "" && (err != nil || len(w.Codec.Encode("one")) == 0) {
			t.Errorf("with all files: error %v", err)
		}
	}
}

// TestNoTokenizer: what is to be put beside weights that come without a tokenizer.
func TestNoTokenizer(t *testing.T) {
	if _, err := Open(weights.Name{Kind: weights.Path, Name: "../model/testdata/mdlm"}); err == nil || !strings.Contains(err.Error(), "put the tokenizer.json of GPT-2 beside them") {
		t.Error(err)
	}
}

// TestShelf: trained weights stay, random ones give way to each other.
func TestShelf(t *testing.T) {
	var shelf Shelf
	open := func(name string) *model.Model {
		t.Helper()
		w, err := shelf.Open(weights.Parse(name))
		if err != nil {
			t.Fatal(err)
		}
		return w.Model
	}
	trained, small := open("builtin:v1"), open("shape:2m")
	if open("builtin:v1") != trained || open("shape:2m") != small {
		t.Error("weights were loaded twice")
	}
	open("shape:5m")
	if open("builtin:v1") != trained || open("shape:2m") == small {
		t.Error("random weights push out random weights and no others")
	}
	if config, err := shelf.Config(weights.Parse("shape:5m")); err != nil || config.Layers != open("shape:5m").Config().Layers {
		t.Errorf("config %+v, error %v", config, err)
	}
}

// TestHeads: of large weights everything but the numbers is known without reading these.
func TestHeads(t *testing.T) {
	for limit, read := range map[int64]bool{1 << 40: true, 1000: false} {
		shelf := Shelf{Heads: limit}
		name := weights.Parse("builtin:v1")
		w, err := shelf.Open(name)
		if err != nil || (w.Model != nil) != read || w.Codec == nil {
			t.Errorf("%d: %+v, %v", limit, w, err)
		}
		if config, err := shelf.Config(name); err != nil || config.Layers != 6 || w.Config.Params() != config.Params() {
			t.Errorf("%d: %+v, %v", limit, config, err)
		}
	}
}

// TestHeadsBytes: what the numbers of a file take up is known without reading these.
func TestHeadsBytes(t *testing.T) {
	for _, name := range []string{"builtin:v1", "builtin:v1#precision=bf16", "testdata/qwen3.gguf", "testdata/llama.gguf#precision=q8_0"} {
		heads, err := (&Shelf{Heads: 1}).Open(weights.Parse(name))
		if err != nil {
			t.Fatal(err)
		}
		w, err := Open(weights.Parse(name))
		if err != nil {
			t.Fatal(err)
		}
		if n := w.Model.Bytes(); heads.Bytes < n*99/100 || heads.Bytes > n {
			t.Errorf("%s takes up %d bytes, and %d were expected", name, n, heads.Bytes)
		}
	}
}

// TestTiny: a tiny config is valid, and ordinary tokens are none of its special ones.
func TestTiny(t *testing.T) {
	var shelf Shelf
	for _, name := range []string{"builtin:v1", "builtin:v1-gaps", "shape:20m"} {
		config, err := shelf.Config(weights.Parse(name))
		if err != nil {
			t.Fatal(err)
		}
		tiny := Tiny(config)
		if err := tiny.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		spec := tiny.Spec()
		for _, id := range spec.Special() {
			if id == spec.Ordinary() || int(id) >= tiny.VocabSize {
				t.Errorf("%s: special token %d, ordinary %d of %d", name, id, spec.Ordinary(), tiny.VocabSize)
			}
		}
	}
}

// TestShelfFollowsThePlan: weights are kept until their last turn is over, also
// when the plan is gone through again.
func TestShelfFollowsThePlan(t *testing.T) {
	names := map[string]weights.Name{"a": weights.Parse("builtin:v1"), "b": weights.Parse("builtin:v1-ar"), "c": weights.Parse("builtin:v1-gaps")}
	var shelf Shelf
	order := []weights.Name{names["a"], names["b"], names["a"], names["b"], names["c"]}
	for _, n := range order {
		if _, err := shelf.Open(n); err != nil {
			t.Fatal(err)
		}
	}
	shelf.Plan(order)
	for range 2 {
		for i, want := range []int{3, 3, 3, 2, 1} {
			if _, err := shelf.Open(order[i]); err != nil {
				t.Fatal(err)
			}
			if i > 0 && len(shelf.loaded) > want {
				t.Errorf("turn %d: %d models are in memory, %d are needed", i, len(shelf.loaded), want)
			}
		}
	}
	if _, held := shelf.loaded[names["c"]]; !held || len(shelf.loaded) != 1 {
		t.Errorf("in the end %d models are in memory", len(shelf.loaded))
	}
}

// TestShelfOfCheckpointsOnDisk: before a plan only the last one is in memory, at its
// beginning only the first one, and of all that were seen the configuration is known.
func TestShelfOfCheckpointsOnDisk(t *testing.T) {
	a, b := weights.Parse("testdata/llama.gguf"), weights.Parse("testdata/qwen3.gguf")
	var shelf Shelf
	held := func(want weights.Name) {
		t.Helper()
		if _, ok := shelf.loaded[want]; !ok || len(shelf.loaded) != 1 {
			t.Errorf("%d models are in memory, want %s alone", len(shelf.loaded), want)
		}
	}
	for _, w := range []weights.Name{a, b} {
		if _, err := shelf.Open(w); err != nil {
			t.Fatal(err)
		}
		held(w)
	}
	if config, err := shelf.Config(a); err != nil || config.ModelType != "llama" {
		t.Errorf("config %+v, %v", config, err)
	}
	held(b)
	shelf.Plan([]weights.Name{a, b})
	for _, w := range []weights.Name{a, b} {
		if _, err := shelf.Open(w); err != nil {
			t.Fatal(err)
		}
		held(w)
	}
}
