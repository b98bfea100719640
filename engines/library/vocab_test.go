package library

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dllmbench/engines/internal/gguf"
	"dllmbench/engines/tokenizer"
)

// TestVocabularies compares with the ids of llama.cpp. Its vocabularies are too large to
// be kept here: GGML_VOCABS names the folder "models" of its source, in which
// ggml-vocab-NAME.gguf stands beside texts (.inp) and their ids (.out).
func TestVocabularies(t *testing.T) {
	dir := os.Getenv("GGML_VOCABS")
	if dir == "" {
		t.Skip("GGML_VOCABS is not set")
	}
	inputs, err := filepath.Glob(filepath.Join(dir, "ggml-vocab-*.gguf.inp"))
	if err != nil || len(inputs) == 0 {
		t.Fatalf("no vocabularies in %s: %v", dir, err)
	}
	// What is refused, by the name that the error has to say.
	refused := map[string]string{"ggml-vocab-bert-bge": "bert", "ggml-vocab-command-r": "command-r", "ggml-vocab-gemma-4": "gemma4", "ggml-vocab-mpt": "mpt", "ggml-vocab-qwen35": "qwen35"}
	for _, input := range inputs {
		name := strings.TrimSuffix(filepath.Base(input), ".gguf.inp")
		t.Run(name, func(t *testing.T) {
			file, err := os.Open(strings.TrimSuffix(input, ".inp"))
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			info, err := file.Stat()
			if err != nil {
				t.Fatal(err)
			}
			f, err := gguf.Open(file, info.Size())
			if err != nil {
				t.Fatal(err)
			}
			var codec *tokenizer.Tokenizer
			list, err := listing(f)
			if err == nil {
				codec, err = list.Tokenizer()
			}
			if want, no := refused[name]; no && err != nil && strings.Contains(err.Error(), strconv.Quote(want)) {
				return
			} else if err != nil || no {
				t.Fatalf("error %v, want one that names %q", err, want)
			}
			texts, err1 := os.ReadFile(input)
			wanted, err2 := os.ReadFile(strings.TrimSuffix(input, ".inp") + ".out")
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			lines := strings.Split(strings.TrimSuffix(string(wanted), "\n"), "\n")
			cases := strings.Split(string(texts), "\n__ggml_vocab_test__\n")
			for i, text := range cases[:min(len(cases), len(lines))] {
				var want []int32
				for _, word := range strings.Fields(lines[i]) {
					id, err := strconv.Atoi(word)
					if err != nil {
						t.Fatal(err)
					}
					want = append(want, int32(id))
				}
				if got := codec.Encode(text); !slices.Equal(got, want) {
					t.Errorf("%q has the ids %v, want %v", text, got, want)
				}
			}
			t.Logf("%d texts", len(cases))
		})
	}
}
