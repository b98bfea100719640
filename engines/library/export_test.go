package library

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/tokenizer"
	"dllmbench/engines/weights"
)

// TestExport: weights of every kind come back with the same logits, and a folder that
// was written once is the same model when it is written again.
func TestExport(t *testing.T) {
	for _, c := range []struct {
		name, dtype string
		notes       string
	}{
		{"builtin:v1", "float32", ""},
		{"builtin:v1", "bfloat16", ""}, // as which it is stored
		{"shape:2m", "float32", ""},
		{"testdata/llama.gguf#precision=f32", "float32", ""},
		{"testdata/qwen3.gguf#precision=f32", "float32", ""}, // whose texts begin with a token
	} {
		name, dir, again := weights.Parse(c.name), filepath.Join(t.TempDir(), "a", "b"), filepath.Join(t.TempDir(), "again")
		was, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if notes, err := Export(name, was, dir, c.dtype); err != nil || !strings.Contains(strings.Join(notes, "\n"), c.notes) || c.notes == "" && notes != nil {
			t.Fatalf("%s: notes %q, %v", c.name, notes, err)
		}
		got, err := Open(weights.Parse(dir))
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range logits(t, was.Model) {
			if !slices.Equal(row, logits(t, got.Model)[i]) {
				t.Errorf("%s: the logits of position %d differ", c.name, i)
			}
		}
		if was.Codec != nil {
			a, _ := engines.Prompt(was.Codec, "the cat, 12")
			if b, err := engines.Prompt(got.Codec, "the cat, 12"); err != nil || !slices.Equal(a, b) || len(a)-len(was.Codec.Encode("the cat, 12")) != strings.Count(c.name, "qwen3") {
				t.Errorf("%s: the ids are %v, want %v, %v", c.name, b, a, err)
			}
		}
		if a, _, err := Template(name); err != nil {
			t.Error(err)
		} else if b, _, err := Template(weights.Parse(dir)); err != nil || a != b {
			t.Errorf("%s: the chat template is %q, want %q (%v)", c.name, b, a, err)
		}
		if _, err := Export(weights.Parse(dir), got, again, c.dtype); err != nil {
			t.Fatal(err)
		}
		if same, err := Open(weights.Parse(again)); err != nil || same.Model.Digest() != got.Model.Digest() {
			t.Errorf("%s: %v, or another model when it is written again", c.name, err)
		}
		if _, err := Export(name, was, dir, c.dtype); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v where a folder is", c.name, err)
		}
		if _, err := os.Stat(filepath.Join(dir, model.WeightsFile)); err != nil {
			t.Error(err)
		}
	}
}

// TestExportCopies: what other programs read of a tokenizer stays as it was, and what
// is refused leaves nothing behind.
func TestExportCopies(t *testing.T) {
	name, dir := weights.Parse("builtin:v1"), filepath.Join(t.TempDir(), "v1")
	w, err := Open(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Export(name, w, dir, "int8"); err == nil {
		t.Error("no error")
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v: the folder is there", err)
	}
	if _, err := Export(name, w, dir, "float16"); err != nil {
		t.Fatal(err)
	}
	template := []byte("{{ messages }}")
	if err := os.WriteFile(filepath.Join(dir, "chat_template.jinja"), template, 0o644); err != nil {
		t.Fatal(err)
	}
	name = weights.Parse(dir)
	if w, err = Open(name); err == nil {
		_, err = Export(name, w, dir+"-again", "float32")
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range texts[:len(texts)-2] {
		a, errA := os.ReadFile(filepath.Join(dir, file))
		b, errB := os.ReadFile(filepath.Join(dir+"-again", file))
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s: %v, %v, or not a copy", file, errA, errB)
		}
	}
	if text, err := os.ReadFile(filepath.Join(dir+"-again", "chat_template.jinja")); err != nil || !bytes.Equal(text, template) {
		t.Errorf("%q, %v", text, err)
	}
}

// TestExportWide: random numbers may have a larger vocabulary than any that is learned here.
func TestExportWide(t *testing.T) {
	config, err := model.Shape("llama-3.2-1b")
	if err != nil {
		t.Fatal(err)
	}
	config.HiddenSize, config.IntermediateSize, config.Layers = 2, 2, 1
	dir := filepath.Join(t.TempDir(), "wide")
	if _, err := Export(weights.Parse("shape:llama-3.2-1b"), Weights{Model: model.Random(config, 1)}, dir, "float32"); err != nil {
		t.Fatal(err)
	}
	if got, err := Open(weights.Parse(dir)); err != nil || got.Codec.VocabSize() > 300 || got.Model.Config().VocabSize != config.VocabSize {
		t.Errorf("%v, or another vocabulary", err)
	}
}

// logits are those of a few tokens, read from left to right.
func logits(t *testing.T, m *model.Model) (rows [][]float32) {
	s := model.NewSession(m, 1)
	defer s.Close()
	w := network.Window{Tokens: []int32{7, 70, 30, 9}, Visible: network.CausalVisible(nil, 0, 4), Cache: s.NewCache(4), Logits: []int{0, 1, 2, 3}}
	pass, err := s.Forward([]network.Window{w})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range pass.Logits {
		rows = append(rows, slices.Clone(row))
	}
	return rows
}

// TestExportGGUF: weights of every kind come back from a GGUF file with the same logits
// and ids.
func TestExportGGUF(t *testing.T) {
	for _, c := range []struct{ name, dtype, notes string }{
		{"builtin:v1", "bfloat16", "a GGUF file has no place for delimiter_token_ids, fim_token_ids"}, // as which it is stored
		{"shape:2m", "float32", ""},
		{"testdata/llama.gguf#precision=f32", "float32", ""},
		{"testdata/qwen3.gguf#precision=f32", "float32", ""},
	} {
		name, path := weights.Parse(c.name), filepath.Join(t.TempDir(), "a", "model.gguf")
		was, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if notes, err := Export(name, was, path, c.dtype); err != nil || strings.Join(notes, "\n") != c.notes {
			t.Fatalf("%s: notes %q, %v", c.name, notes, err)
		}
		got, err := Open(weights.Parse(path))
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range logits(t, was.Model) {
			if !slices.Equal(row, logits(t, got.Model)[i]) {
				t.Errorf("%s: the logits of position %d differ", c.name, i)
			}
		}
		if got.Codec.(*tokenizer.Tokenizer).VocabSize() != got.Model.Config().VocabSize {
			t.Errorf("%s: %d tokens, but the embedding has %d rows", c.name, got.Codec.VocabSize(), got.Model.Config().VocabSize)
		}
		if was.Codec != nil {
			text := "In 1969, don't  go:\n\n café <|end|>"
			if a, b := was.Codec.Encode(text), got.Codec.Encode(text); !slices.Equal(a, b) {
				t.Errorf("%s: the ids are %v, want %v", c.name, b, a)
			}
			if a, b := was.Codec.(*tokenizer.Tokenizer), got.Codec.(*tokenizer.Tokenizer); !slices.Equal(a.Begin(), b.Begin()) || !slices.Equal(a.Behind(), b.Behind()) {
				t.Errorf("%s: around a text stand %v and %q, want %v and %q", c.name, b.Begin(), b.Behind(), a.Begin(), a.Behind())
			}
		}
		if a, _, err := Template(name); err != nil {
			t.Error(err)
		} else if b, _, err := Template(weights.Parse(path)); err != nil || a != b {
			t.Errorf("%s: the chat template is %q, want %q (%v)", c.name, b, a, err)
		}
		if _, err := Export(name, was, path, c.dtype); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v where a file is", c.name, err)
		}
	}
}

// TestExportCharacters: a vocabulary of characters with byte fallback comes back from a
// GGUF file, beside rows of the embedding that have no token.
func TestExportCharacters(t *testing.T) {
	list := tokenizer.Listing{Tokens: []string{"<pad>", "</s>", "<mask>", "<s>"}, Kinds: slices.Repeat([]tokenizer.Kind{tokenizer.Control}, 4), Begin: []int32{3}}
	for b := range 256 {
		list.Tokens, list.Kinds = append(list.Tokens, fmt.Sprintf("<0x%02X>", b)), append(list.Kinds, tokenizer.Ordinary)
	}
	for _, name := range []string{"▁", "a", "t", "h", "e", "▁t", "at", "he", "▁the", "▁th", "th"} {
		list.Tokens, list.Kinds = append(list.Tokens, name), append(list.Kinds, tokenizer.Ordinary)
	}
	for id := range list.Tokens {
		list.Scores = append(list.Scores, -float32(max(0, id-259)))
	}
	codec, err := list.Tokenizer()
	if err != nil {
		t.Fatal(err)
	}
	config, err := model.Shape("2m")
	if err != nil {
		t.Fatal(err)
	}
	config.VocabSize = len(list.Tokens) + 5
	path := filepath.Join(t.TempDir(), "model.gguf")
	if _, err := Export(weights.Parse("shape:2m"), Weights{Model: model.Random(config, 1), Codec: codec}, path, "float32"); err != nil {
		t.Fatal(err)
	}
	got, err := Open(weights.Parse(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"the that", "  é\nathe<s>", ""} {
		a, _ := engines.Prompt(codec, text)
		if b, err := engines.Prompt(got.Codec, text); err != nil || !slices.Equal(a, b) || a[0] != 3 {
			t.Errorf("%q has the ids %v, want %v, %v", text, b, a, err)
		}
	}
}
