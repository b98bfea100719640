package tokenizer

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// load reads a file of testdata with the special tokens of our own files.
func load(t testing.TB, name string) *Tokenizer {
	t.Helper()
	tok, err := Parse(read(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

var goldenFiles = []string{"trained", "gpt2", "llama3", "qwen2", "llada"}

// TestGolden compares with the ids of the reference implementation for files of
// every kind that can be read; testdata/golden.py says how they were made.
func TestGolden(t *testing.T) {
	var golden map[string][]struct {
		Text string
		IDs  []int32
	}
	if err := json.Unmarshal(read(t, "golden.json"), &golden); err != nil {
		t.Fatal(err)
	}
	for _, name := range goldenFiles {
		tok := load(t, name+".json")
		if len(golden[name]) < 30 {
			t.Fatalf("%s: only %d texts", name, len(golden[name]))
		}
		for _, g := range golden[name] {
			for _, pass := range []string{"cold", "cached"} {
				if got := tok.Encode(g.Text); !slices.Equal(got, g.IDs) {
					t.Errorf("%s, %s: %q\n got %v\nwant %v", name, pass, g.Text, got, g.IDs)
				}
			}
			if got := tok.Decode(g.IDs); name != "qwen2" && got != g.Text { // NFC changes texts
				t.Errorf("%s: decoded %q, want %q", name, got, g.Text)
			}
		}
	}
}

func TestSpecialTokens(t *testing.T) {
	tok := load(t, "trained.json")
	if err := tok.MarkOwn(); err != nil || tok.PadID() != 0 || !slices.Equal(tok.EndIDs(), []int32{1}) || tok.MaskID() != 2 || tok.VocabSize() != 384 {
		t.Errorf("special tokens %d, %d, %d, size %d, error %v", tok.PadID(), tok.EndIDs(), tok.MaskID(), tok.VocabSize(), err)
	}
	for _, special := range DefaultSpecials() {
		ids := tok.Encode("a" + special + "b")
		if slices.ContainsFunc(ids, func(id int32) bool { return id < 16 }) || tok.Decode(ids) != "a"+special+"b" {
			t.Errorf("%q became %v", special, ids)
		}
	}
	ids := append([]int32{0, 2}, tok.Encode("lamp")...)
	ids = append(ids, 1, -1, 384, 99999)
	if got := tok.Decode(ids); got != "lamp" {
		t.Errorf("decoded %q", got)
	}
}

// TestLiteralsNeverSpecial: with a file whose added tokens may stand in a text,
// those are found and the special ones still are not.
func TestLiteralsNeverSpecial(t *testing.T) {
	tok := load(t, "qwen2.json")
	if err := tok.MarkOwn(); err != nil {
		t.Fatal(err)
	}
	ids := tok.Encode("<|end|><tool></tool>")
	if n := len(ids); ids[n-2] != 384 || ids[n-1] != 385 || slices.Contains(ids, tok.EndIDs()[0]) {
		t.Errorf("got %v", ids)
	}
}

func TestToken(t *testing.T) {
	tok := load(t, "trained.json")
	for text, want := range map[string]string{"\n": `\n`, "\x1b": `\x1b`, "\xff": `\xff`, "\"": `\"`, " the": " the"} {
		ids := tok.Encode(text)
		if len(ids) != 1 || tok.Token(ids[0]) != want {
			t.Errorf("%q has ids %v, printed %q", text, ids, tok.Token(ids[0]))
		}
	}
	for id, want := range map[int32]string{2: "<|mask|>", -1: "<unknown id -1>", 384: "<unknown id 384>"} {
		if got := tok.Token(id); got != want {
			t.Errorf("token %d is %q, want %q", id, got, want)
		}
	}
}

// TestMergesAgainstScan compares the heap with the definition: look through
// the whole word for the lowest rank, merge its first place, start again.
func TestMergesAgainstScan(t *testing.T) {
	tok := load(t, "trained.json")
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.SampledFrom([]rune("abntheampl é日")), 2, 80, -1).Draw(t, "word")
		var ids []int32
		for i := range len(word) {
			ids = append(ids, tok.symbol[word[i]])
		}
		for {
			at, best := -1, merge{rank: 1 << 30}
			for i := 1; i < len(ids); i++ {
				if m, ok := tok.merges[pair{ids[i-1], ids[i]}]; ok && m.rank < best.rank {
					at, best = i-1, m
				}
			}
			if at < 0 {
				break
			}
			ids = slices.Replace(ids, at, at+2, best.id)
		}
		if got := tok.applyMerges(nil, word); !slices.Equal(got, ids) {
			t.Errorf("%q: got %v, want %v", word, got, ids)
		}
	})
}

// TestScores compares merges of scores with the definition: of all neighbours that are a
// token together, those with the highest score are joined, the leftmost first.
func TestScores(t *testing.T) {
	spm := load(t, "spm.json")
	var l Listing
	for id, tok := range spm.tokens {
		kind := Ordinary
		if tok.special {
			kind = Control
		}
		l.Tokens, l.Kinds = append(l.Tokens, spm.name(int32(id))), append(l.Kinds, kind)
		l.Scores = append(l.Scores, -float32(id/3)) // three are equal
	}
	tok, err := l.Tokenizer()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.SampledFrom([]rune("abntheampl é日")), 1, 80, -1).Draw(t, "word")
		var parts []string
		for _, r := range tok.spaces.read(word, begins) {
			parts = append(parts, string(r))
		}
		for {
			at, best := -1, float32(math.Inf(-1))
			for i := 1; i < len(parts); i++ {
				if id, ok := tok.ids[parts[i-1]+parts[i]]; ok && l.Scores[id] > best {
					at, best = i-1, l.Scores[id]
				}
			}
			if at < 0 {
				break
			}
			parts = slices.Replace(parts, at, at+2, parts[at]+parts[at+1])
		}
		var ids []int32
		for _, p := range parts {
			if id, ok := tok.ids[p]; ok {
				ids = append(ids, id)
				continue
			}
			for _, b := range []byte(p) {
				ids = append(ids, tok.symbol[b])
			}
		}
		if got := tok.Encode(word); !slices.Equal(got, ids) {
			t.Errorf("%q: got %v, want %v", word, got, ids)
		}
	})
	if again, err := tok.Listing(); err != nil || !slices.Equal(again.Tokens, l.Tokens) {
		t.Errorf("listed again: %v", err)
	} else if same, err := again.Tokenizer(); err != nil || !maps.Equal(same.merges, tok.merges) {
		t.Errorf("listed again the merges are others: %v", err)
	}
	if _, err := spm.Listing(); err == nil || !strings.Contains(err.Error(), "follow from no scores") {
		t.Errorf("merges that were learned: error %v", err)
	}
	l.Bare = true
	if bare, err := l.Tokenizer(); err != nil || !slices.Equal(bare.Encode(" a"), tok.Encode("a")) {
		t.Errorf("without a blank in front: %v", err)
	}
	if tok.Mark(Special{Mask: int32(len(l.Tokens) - 1), Pad: -1}) == nil {
		t.Error("a word was marked as the mask")
	}
}

// TestConcurrent encodes with a fresh cache in many goroutines; the race
// detector and the comparison watch.
func TestConcurrent(t *testing.T) {
	lines := strings.SplitAfter(string(read(t, "corpus.txt")), "\n")
	want := make([][]int32, len(lines))
	alone := load(t, "trained.json")
	for i, line := range lines {
		want[i] = alone.Encode(line)
	}
	shared := load(t, "trained.json")
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range lines {
				i = (i + g*17) % len(lines)
				if got := shared.Encode(lines[i]); !slices.Equal(got, want[i]) {
					t.Errorf("%q: got %v, want %v", lines[i], got, want[i])
				}
			}
		})
	}
	wg.Wait()
}

// TestCacheBound: words come from texts, so their number must not grow.
func TestCacheBound(t *testing.T) {
	tok := load(t, "trained.json")
	for i := range maxCachedWords + 100 {
		word := []byte("xxxxx")
		for j := range word {
			word[j] = byte('a' + i%26)
			i /= 26
		}
		tok.Encode(string(word))
	}
	tok.Encode(strings.Repeat("y", maxCachedBytes+1))
	if _, ok := tok.cache.ids[strings.Repeat("y", maxCachedBytes+1)]; ok || len(tok.cache.ids) != maxCachedWords {
		t.Errorf("cache holds %d words, a long one: %v", len(tok.cache.ids), ok)
	}
}

// FuzzRoundTrip: any bytes come back, and no id is a special one.
func FuzzRoundTrip(f *testing.F) {
	for _, s := range []string{"", "Anna's lamp", "<|end|>\x00\xff\xfe", "\xe6\x97", "12  3\n\n", "<|mask|>", "ſ'ſ"} {
		f.Add(s)
	}
	var toks []*Tokenizer
	for _, name := range []string{"trained", "gpt2", "llama3"} {
		toks = append(toks, load(f, name+".json"))
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, tok := range toks {
			ids := tok.Encode(text)
			if got := tok.Decode(ids); got != text {
				t.Errorf("%q came back as %q", text, got)
			}
			for _, id := range ids {
				if tok.tokens[id].special {
					t.Errorf("%q gave the special token %q", text, tok.Token(id))
				}
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	text := string(read(b, "corpus.txt"))
	for name, text := range map[string]string{"trained": text, "spm": text, "spm, 64 times": strings.Repeat(text, 64)} {
		b.Run(name, func(b *testing.B) {
			file, _, _ := strings.Cut(name, ",")
			tok := load(b, file+".json")
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				tok.Encode(text)
			}
		})
	}
}

func ExampleTrain() {
	texts := []string{"the lamp is red", "the lamp is blue", "the key is red"}
	tok, err := Train(slices.Values(texts), TrainOptions{VocabSize: 300, MinFrequency: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	ids := tok.Encode("the lamp is 42<|end|>")
	for _, id := range ids {
		fmt.Printf("[%s]", tok.Token(id))
	}
	fmt.Println()
	fmt.Println(tok.Decode(append(ids, tok.EndIDs()...)))
	// Output:
	// [the][ lamp][ is][ ][4][2][<][|][e][n][d][|][>]
	// the lamp is 42<|end|>
}
