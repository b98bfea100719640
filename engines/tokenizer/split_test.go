package tokenizer

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dlclark/regexp2"
)

func TestSplit(t *testing.T) {
	gpt2, llama3, qwen2, digits := splitter{split(gpt2Pattern)}, splitter{split(llama3Pattern)}, splitter{split(qwen2Pattern)}, digitsGPT2()
	for _, c := range []struct {
		name  string
		split splitter
		words []string
	}{
		{"spaces go with the next word", gpt2, []string{"a", " ", " b", " ", " ", "\n"}[:3]},
		{"the last space is not left over at the end", gpt2, []string{"ab", "   "}},
		{"a tab stays alone", gpt2, []string{"a", "\t", "b"}},
		{"contractions in lower case only", gpt2, []string{"don", "'t", " '", "RE", "'", "REVE", " it", "'s"}},
		{"numbers together", gpt2, []string{"x", " 123", "½", "²"}[:2]},
		{"number after letter", gpt2, []string{"x", "12", "y"}},
		{"digits one by one", digits, []string{"a", " ", "1", "2", "+", "3"}},
		{"spaces before a digit stay together", digits, []string{"  ", "1", "  ", "²"}},
		{"three digits", llama3, []string{"123", "45", " ", "678", "9"}},
		{"one digit", qwen2, []string{"1", "2", " ", "3"}},
		{"any case", llama3, []string{"don", "'T", " we", "'LL", " ", "'ſ", "x"}[:4]},
		{"long s", llama3, []string{"it", "'ſ", "x"}},
		{"one sign goes with the letters", llama3, []string{"(a", ").", "\tb", "!", "c"}[:3]},
		{"line feeds go with the signs", llama3, []string{"a", "!\n\n", " b"}},
		{"line feeds end the white space", llama3, []string{"a", " \n \n", " ", " b"}},
		{"broken UTF-8 is a sign", qwen2, []string{"a", "\xff\xfe", "1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Join(c.words, "")
			if got := slices.Collect(c.split.words(text)); !slices.Equal(got, c.words) {
				t.Errorf("%q: got %q, want %q", text, got, c.words)
			}
		})
	}
	for range gpt2.words("a b c") {
		break // a consumer may stop early
	}
}

// FuzzSplit compares the scanners with a regular expression engine that has
// look-ahead. That engine folds case by single characters only, so the long s
// is added to its pattern; the reference implementation takes it for an s. It has
// no possessive repetition, which LLaDA's pattern does not need.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{"don't  'REVE it's", "x \n\r\n y\t z", "123456 7", "'ſx 'S", "a!\n\n b ?\r", "日本 ½²٣", "\u0085\u00a0\u180e\u2028 \x1c"} {
		f.Add(s)
	}
	oracles := map[string]*regexp2.Regexp{}
	known := strings.NewReplacer("'d)|", "'d)|'ſ|", "|ve|re)|", "|ve|re)|'ſ|", "?+", "?", "++", "+")
	for pattern := range scanners {
		oracles[pattern] = regexp2.MustCompile(known.Replace(pattern), regexp2.None)
	}
	for _, pattern := range []string{tekken, seedCoder, deepSeek3} {
		oracles[pattern] = regexp2.MustCompile(known.Replace(pattern), regexp2.None)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		for pattern, oracle := range oracles {
			var want []string
			m, err := oracle.FindStringMatch(text)
			runes, done := []rune(text), 0
			for ; m != nil && err == nil; m, err = oracle.FindNextMatch(m) {
				if m.Index > done { // what lies between is a word of its own
					want = append(want, string(runes[done:m.Index]))
				}
				want, done = append(want, m.String()), m.Index+m.Length
			}
			if done < len(runes) {
				want = append(want, string(runes[done:]))
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := slices.Collect(splitter{split(pattern)}.words(text)); !slices.Equal(got, want) {
				t.Errorf("%q by %s:\n got %q\nwant %q", text, pattern, got, want)
			}
		}
	})
}
