package corpus

import (
	"bytes"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/model"
	"dllmbench/engines/model/builtin"
	"dllmbench/engines/network"
	"dllmbench/engines/tokenizer"
	"dllmbench/workloads"
	"dllmbench/workloads/all"
	"dllmbench/workloads/gaps"
)

// tasks are all workloads; what they prepare once is shared by all tests.
var tasks = sync.OnceValue(all.Workloads)

// vocabularyV1 is the vocabulary of recipe v1, learned once for all tests.
var vocabularyV1 = sync.OnceValues(func() (*tokenizer.Tokenizer, error) {
	r, err := Find("v1")
	if err != nil {
		return nil, err
	}
	return r.Vocabulary(tasks(), r.Vocab)
})

func mustVocabulary(t *testing.T) *tokenizer.Tokenizer {
	t.Helper()
	tok, err := vocabularyV1()
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

// TestOneTokenPerSymbol checks what the workloads rely on: where text is made of
// symbols, every symbol is one token, so that places follow from the prompt.
func TestOneTokenPerSymbol(t *testing.T) {
	tok := mustVocabulary(t)
	words := func(s string) int { return len(strings.Fields(s)) }
	size := map[string]func(string) int{
		"paths": words, "brackets": words, "reversal": words, "markov": words,
		"lists": bytesOf, "arithmetic": bytesOf, "sudoku": bytesOf, "latin": bytesOf, "infill": bytesOf, "long": bytesOf, "masks": bytesOf, "forced": bytesOf,
	}
	varies := map[string]bool{"reversal": true, "brackets": true, "markov": true} // lengths of prompts
	for _, w := range tasks() {
		want, ok := size[w.Name()]
		if !ok {
			continue
		}
		delete(size, w.Name())
		for r, rung := range w.Rungs() {
			prompt := -1
			for i := range 12 {
				inst := w.Generate(workloads.Test, r, i)
				if got, want := len(tok.Encode(inst.Answer)), want(inst.Answer); got != want {
					t.Fatalf("%s: %d tokens for the %d symbols of %q", inst.ID, got, want, inst.Answer)
				}
				n := len(tok.Encode(inst.Prompt))
				if !varies[w.Name()] && prompt >= 0 && n != prompt {
					t.Errorf("%s/%s: prompts of %d and %d tokens", w.Name(), rung.Name, prompt, n)
				}
				prompt = n
			}
		}
	}
	for name := range size {
		t.Errorf("workload %s was not tested", name)
	}
}

func bytesOf(s string) int { return len(s) }

// TestGapsInTokens: the gaps of workload gaps have 4 to 64 tokens, and no token
// reaches over their borders.
func TestGapsInTokens(t *testing.T) {
	tok := mustVocabulary(t)
	w := gaps.New()
	for r, rung := range w.Rungs() {
		for i := range 150 {
			inst := w.Generate(workloads.Train, r, i)
			template, err := workloads.TemplateTokens(tok, inst)
			if err != nil {
				t.Fatal(err)
			}
			open := 0
			for _, id := range template {
				if id == engines.Gap {
					open++
				}
			}
			span := inst.Spans[0]
			if own := len(tok.Encode(inst.Answer[span.Start:span.End])); open != own || open < 4 || open > 64 {
				t.Errorf("%s: a gap of %d tokens in rung %s, its text alone has %d", inst.ID, open, rung.Name, own)
			}
		}
	}
}

// TestWordsAreTokens: nearly every word of the texts is one token, with the
// space in front of it.
func TestWordsAreTokens(t *testing.T) {
	tok := mustVocabulary(t)
	for _, w := range tasks() {
		if w.Name() != "stories" && w.Name() != "world" {
			continue
		}
		whole, all := 0, 0
		for r := range w.Rungs() {
			for i := range 20 {
				inst := w.Generate(workloads.Validation, r, i)
				for _, word := range strings.FieldsFunc(inst.Prompt+inst.Answer, func(c rune) bool { return strings.ContainsRune(` .,:;!?"'`, c) }) {
					all++
					if len(tok.Encode(" "+word)) == 1 {
						whole++
					}
				}
			}
		}
		if share := float64(whole) / float64(all); share < 0.9 {
			t.Errorf("%s: %.1f%% of %d words are one token, want 90", w.Name(), 100*share, all)
		}
	}
}

func TestSpecialTokens(t *testing.T) {
	tok := mustVocabulary(t)
	if n := len(specialsV1()); n != 3+3+1+16+32 {
		t.Errorf("%d special tokens", n)
	}
	for id, name := range specialsV1() {
		if got := tok.Token(int32(id)); got != name {
			t.Errorf("token %d is %q, want %q", id, got, name)
		}
	}
	r, _ := Find("v1")
	fim := r.FIMTokens()
	if fim == nil || *fim != (network.FIM{Prefix: 3, Gap: 4, Middle: 5}) {
		t.Errorf("fill-in-the-middle tokens %+v", fim)
	}
	gaps, _ := Find("v1-gaps")
	if fim := gaps.FIMTokens(); fim == nil || *fim != (network.FIM{Prefix: 3, Gap: 4, Middle: 5, Counted: true}) {
		t.Errorf("fill-in-the-middle tokens of v1-gaps %+v", fim)
	}
	if v0, _ := Find("v0"); v0.FIMTokens() != nil {
		t.Error("recipe v0 knows fill-in-the-middle")
	}
	single := func(text string) int32 {
		ids := tok.Encode(text)
		if len(ids) != 1 {
			t.Fatalf("%q has %d tokens", text, len(ids))
		}
		return ids[0]
	}
	list := Delimiters(tok)
	for _, text := range []string{".", ";", "/", "!", "\n"} {
		if !slices.Contains(list, single(text)) {
			t.Errorf("%q is no delimiter", text)
		}
	}
	for _, text := range []string{",", " a", "7", "=", "(", " ", " !=", " /", ")"} {
		if slices.Contains(list, single(text)) {
			t.Errorf("%q is a delimiter", text)
		}
	}
}

// TestVocabularyV1: the recipe of weights v1 still gives their tokenizer, which
// is frozen.
func TestVocabularyV1(t *testing.T) {
	r, err := Find("v1")
	if err != nil {
		t.Fatal(err)
	}
	tok, err := r.Vocabulary(tasks(), r.Vocab)
	if err != nil {
		t.Fatal(err)
	}
	files, err := builtin.Open("v1")
	if err != nil {
		t.Fatal(err)
	}
	want, err := fs.ReadFile(files, model.TokenizerFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(tok.JSON(), want) {
		t.Error("the vocabulary of recipe v1 is not that of weights v1")
	}
}
