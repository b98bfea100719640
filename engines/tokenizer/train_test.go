package tokenizer

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// TestTrainMatchesReference trains on the corpus of the reference trainer and
// wants its vocabulary and merges.
func TestTrainMatchesReference(t *testing.T) {
	corpus := string(read(t, "corpus.txt"))
	got, err := Train(strings.Lines(corpus), TrainOptions{VocabSize: 384, MinFrequency: 2})
	if err != nil {
		t.Fatal(err)
	}
	want := load(t, "trained.json")
	if !slices.Equal(got.tokens, want.tokens) {
		t.Errorf("tokens\n got %v\nwant %v", got.tokens, want.tokens)
	}
	if !slices.Equal(got.order, want.order) {
		t.Errorf("merges\n got %v\nwant %v", got.order, want.order)
	}
	if !bytes.Equal(got.JSON(), want.JSON()) {
		t.Error("the files differ")
	}
}

func TestTrainIgnoresOrder(t *testing.T) {
	lines := strings.SplitAfter(string(read(t, "corpus.txt")), "\n")
	opt := TrainOptions{VocabSize: 340}
	a, err := Train(slices.Values(lines), opt)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(lines)
	b, err := Train(slices.Values(lines), opt)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.JSON(), b.JSON()) {
		t.Error("the order of the texts changed the result")
	}
}

func TestTrainStops(t *testing.T) {
	// "ab" occurs three times, "cd" twice, and 1 and 2 never meet.
	texts := []string{"ab", "ab", "ab", "cd", "cd", "12", "12", "12", "12"}
	for _, c := range []struct{ minFrequency, size int }{{0, 274}, {2, 274}, {3, 273}, {4, 272}} {
		tok, err := Train(slices.Values(texts), TrainOptions{VocabSize: 1000, MinFrequency: c.minFrequency})
		if err != nil {
			t.Fatal(err)
		}
		if tok.VocabSize() != c.size {
			t.Errorf("at least %d times: %d tokens, want %d", c.minFrequency, tok.VocabSize(), c.size)
		}
		if got := len(tok.Encode("12")); got != 2 {
			t.Errorf("12 has %d tokens", got)
		}
	}
	empty, err := Train(slices.Values([]string(nil)), TrainOptions{VocabSize: 272})
	if err != nil || empty.Decode(empty.Encode("x\xff")) != "x\xff" {
		t.Errorf("without texts: %v", err)
	}
}

// TestTrainSpellsTwice makes one token reachable by two merges, and a merged
// pair come back through the second of them.
func TestTrainSpellsTwice(t *testing.T) {
	var texts []string
	for range 3 {
		texts = append(texts, "abcx", "abcx", "bcz", "bcz", "bcz", "ab", "ab", "aabca", "xabc", "zabab")
	}
	tok, err := Train(slices.Values(texts), TrainOptions{VocabSize: 300})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Parse(tok.JSON()); err != nil || !bytes.Equal(again.JSON(), tok.JSON()) {
		t.Errorf("the file does not come back: %v", err)
	}
	for _, text := range texts {
		if got := tok.Encode(text); len(got) != 1 {
			t.Errorf("%q has ids %v", text, got)
		}
	}
}

func TestTrainRefuses(t *testing.T) {
	need := []string{PadToken, EndToken, MaskToken}
	for _, c := range []struct {
		opt  TrainOptions
		want string
	}{
		{TrainOptions{VocabSize: 271}, "allowed is 272"},
		{TrainOptions{VocabSize: 1 << 17}, "to 65536"},
		{TrainOptions{VocabSize: 300, Specials: need[:2]}, `"<|mask|>" is missing`},
		{TrainOptions{VocabSize: 300, Specials: append(need, "PAD")}, "form <|name|>"},
		{TrainOptions{VocabSize: 300, Specials: append(need, "<|-|>")}, "form <|name|>"},
		{TrainOptions{VocabSize: 300, Specials: append(need, EndToken)}, "listed twice"},
	} {
		if _, err := Train(slices.Values([]string{"a"}), c.opt); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got error %v, wanted one with %q", err, c.want)
		}
	}
}
