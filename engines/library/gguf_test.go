package library

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/weights"
)

// TestGGUF: ids and logits of GGUF files are those of the reference implementations
// (testdata/golden.py), whose reading of the format is their own.
func TestGGUF(t *testing.T) {
	text, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden map[string]struct {
		Texts []struct {
			Text string
			IDs  []int32
		}
		Tokens []int32
		Logits [][]float64 // every 16th of each position
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	for name, g := range golden {
		w, err := Open(weights.Parse(filepath.Join("testdata", name+".gguf#precision=f32")))
		if err != nil {
			t.Fatal(err)
		}
		if c := w.Model.Config(); c.ModelType != name || c.TieEmbeddings != (name == "llama") || c.HeadDim != 8 || c.MaxPositions != 128 {
			t.Errorf("%s: config %+v", name, c)
		}
		for _, x := range g.Texts {
			if got := w.Codec.Encode(x.Text); !slices.Equal(got, x.IDs) {
				t.Errorf("%s: %q has the ids %v, want %v", name, x.Text, got, x.IDs)
			}
		}
		s := model.NewSession(w.Model, 1)
		defer s.Close()
		n := len(g.Tokens)
		window := network.Window{Tokens: g.Tokens, Visible: network.CausalVisible(nil, 0, n), Cache: s.NewCache(n)}
		for i := range n {
			window.Logits = append(window.Logits, i)
		}
		pass, err := s.Forward([]network.Window{window})
		if err != nil {
			t.Fatal(err)
		}
		worst := 0.0
		for i, row := range g.Logits {
			for j, want := range row {
				worst = max(worst, math.Abs(float64(pass.Logits[i][16*j])-want))
			}
		}
		if worst > 1e-4 {
			t.Errorf("%s: a logit is off by %g", name, worst)
		}
	}
}

// TestMissingBytes: a vocabulary may lack bytes, and a text that needs one is refused.
func TestMissingBytes(t *testing.T) {
	w, err := Open(weights.Parse("testdata/llama.gguf"))
	if err != nil {
		t.Fatal(err)
	}
	if ids, err := engines.Encode(w.Codec, "the cat"); err != nil || w.Codec.Decode(ids) != "the cat" {
		t.Errorf("ids %v, error %v", ids, err)
	}
	for text, want := range map[string]string{"a\x06": "byte 0x06 (byte 1 of", "the \xff cat": "byte 0xff (byte 4 of"} {
		if ids, err := engines.Encode(w.Codec, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q has the ids %v, error %v", text, ids, err)
		}
	}
}

// put replaces a text of a file by one of the same length.
func put(t *testing.T, data []byte, old, new string) []byte {
	t.Helper()
	if !bytes.Contains(data, []byte(old)) || len(old) != len(new) {
		t.Fatalf("%q cannot become %q", old, new)
	}
	return bytes.Replace(data, []byte(old), []byte(new), 1)
}

// TestGGUFRefuses: what would be another network, or another tokenizer, is refused by
// its name.
func TestGGUFRefuses(t *testing.T) {
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join("testdata", name+".gguf"))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	llama := read("llama")
	number := func(key string, old, new byte) []byte { // a uint32
		return put(t, llama, key+"\x04\x00\x00\x00"+string([]byte{old}), key+"\x04\x00\x00\x00"+string([]byte{new}))
	}
	path := filepath.Join(t.TempDir(), "model.gguf")
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"no file of weights": {[]byte("weights"), `model.gguf: gguf: the file does not begin with "GGUF"`},
		"truncated":          {llama[:len(llama)-1], "truncated"},
		"architecture":       {put(t, llama, "general.architecture\x08\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00llama", "general.architecture\x08\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00falco"), `"falco" is not a known general.architecture (known: dream, gemma3, gpt2, llada, llada-moe, llama, qwen2, qwen3)`},
		"adapter":            {put(t, llama, "model", "lorax"), `general.type is "lorax"`},
		"unknown key":        {put(t, llama, "llama.context_length", "llama.sliding_window"), `the key "llama.sliding_window" is not known and may change the network`},
		"no epsilon":         {put(t, llama, "llama.attention.layer_norm_rms_epsilon", "xlama.attention.layer_norm_rms_epsilon"), "rms_norm_eps is 0"},
		"diffusion":          {put(t, llama, "llama.context_length", "diffusion.shift_logit"[:20]), `the key "diffusion.shift_logi" is not known`},
		"no heads":           {number("llama.attention.head_count", 4, 0), "num_attention_heads is 0"},
		"other width":        {number("llama.embedding_length", 32, 64), `tensor "token_embd.weight" has shape [253 32], wanted is [253 64]`},
		"fewer layers":       {number("llama.block_count", 2, 1), "is no part of the network"},
		"more layers":        {number("llama.block_count", 2, 3), `no tensor "blk.2.attn_norm.weight"`},
		"other values":       {number("llama.attention.value_length", 8, 16), "llama.attention.value_length is 16, allowed is the width of a head, 8"},
		"scaled positions":   {put(t, llama, "llama.feed_forward_length", "llama.rope.scaling.factor"), "llama.rope.scaling.factor is not 1, the only value that is allowed"},
		"other tokenizer":    {put(t, llama, "gpt2", "bert"), `tokenizer.ggml.model is "bert", allowed are gpt2`},
		"other split":        {put(t, llama, "smollm", "viking"), `"viking" is not a known rule for cutting text into words`},
		"no end":             {put(t, llama, "tokenizer.ggml.eos_token_id", "tokenizer.ggml.eoz_token_id"), "the metadata names no token that ends a text"},
		"end is a word":      {number("tokenizer.ggml.eos_token_id", 0, 240), "token 240 is used as a special one"},
		"end beyond":         {number("tokenizer.ggml.eos_token_id", 0, 254), "eos_token_id is 254"},
		"no such merge":      {put(t, llama, "th e", "tz e"), "not both in vocab"},
		"same merge":         {put(t, llama, "an d", "th e"), "listed twice"},
	} {
		if err := os.WriteFile(path, c.data, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(weights.Parse(path)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

// FuzzGGUF: whatever is done to a file, it is refused or gives weights and a
// tokenizer, with memory in proportion to its size.
func FuzzGGUF(f *testing.F) {
	var files [][]byte
	for i, name := range []string{"llama", "qwen3"} {
		data, err := os.ReadFile(filepath.Join("testdata", name+".gguf"))
		if err != nil {
			f.Fatal(err)
		}
		files = append(files, data)
		for _, at := range []int{4, 60, 300, 800, 3000, bytes.Index(data, []byte("th e")), bytes.Index(data, []byte("blk.1.ffn_up.weight")), len(data) - 40} {
			f.Add(byte(i), uint16(at), uint16(1), []byte{1})
			f.Add(byte(i), uint16(at), uint16(8), []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f})
		}
	}
	f.Fuzz(func(t *testing.T, base byte, at, size uint16, data []byte) {
		file := files[int(base)%len(files)]
		from := min(int(at), len(file))
		data = slices.Concat(file[:from], data, file[min(from+int(size), len(file)):])
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		w, err := decodeGGUF(bytes.NewReader(data), int64(len(data)), weights.Name{}, 1<<40)
		runtime.ReadMemStats(&after)
		if took, most := after.TotalAlloc-before.TotalAlloc, uint64(64*len(data)+1<<22); took > most {
			t.Errorf("%d bytes took %d of memory, more than %d", len(data), took, most)
		}
		if err == nil {
			w.Codec.Decode(w.Codec.Encode("In 1234 days, don't\n\n <tool>"))
		}
	})
}
