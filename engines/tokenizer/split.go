package tokenizer

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The expressions of the most common files. They need look-ahead, which Go's regexp
// does not have, so each is a scanner written by hand. What [compile] makes of another
// expression is slower.
const (
	gpt2Pattern   = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
	llama3Pattern = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	qwen2Pattern  = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	// LLaDA's gives the words of Qwen2's: what its possessive parts take they never
	// have to give back.
	lladaPattern = `'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+`
)

// punctuation is a character of the reference's Punctuation: Unicode's and ASCII's.
const punctuation = "[\\p{P}$+<=>^~|`]"

// scanners holds, for each pattern, the function that finds the first word of a text
// that is not empty, which is at its beginning.
var scanners = map[string]func(string) (from, to int){
	gpt2Pattern:   func(s string) (int, int) { return 0, scanGPT2(s) },
	llama3Pattern: func(s string) (int, int) { return 0, scanLlama3(s, 3) },
	qwen2Pattern:  func(s string) (int, int) { return 0, scanLlama3(s, 1) },
	lladaPattern:  func(s string) (int, int) { return 0, scanLlama3(s, 1) },
}

// stage cuts a text into what it finds and what lies between.
type stage struct {
	step step                          // of the file
	find func(s string) (from, to int) // the first piece of a text; twice its length for none
}

// splitter cuts text into words, stage by stage. Without a stage a text is one word.
type splitter []stage

// digitsGPT2 is the split of our own files.
func digitsGPT2() splitter {
	yes := true
	return splitter{{step{Type: "Digits", IndividualDigits: &yes}, findDigit}, split(gpt2Pattern)}
}

// words yields the words of a text in order; joined they are the text.
func (s splitter) words(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if text != "" {
			s.cut(text, yield)
		}
	}
}

func (s splitter) cut(text string, yield func(string) bool) bool {
	if len(s) == 0 {
		return yield(text)
	}
	for text != "" {
		from, to := s[0].find(text)
		if from > 0 && !s[1:].cut(text[:from], yield) || to > from && !s[1:].cut(text[from:to], yield) {
			return false
		}
		text = text[to:]
	}
	return true
}

// findDigit finds the first number character.
func findDigit(s string) (from, to int) {
	for from < len(s) {
		c, w := classify(s[from:])
		if c == number {
			return from, from + w
		}
		from += w
	}
	return from, from
}

// class sorts characters as the patterns do.
type class uint8

const (
	letter class = iota // \p{L}
	number              // \p{N}
	space               // \s
	other               // [^\s\p{L}\p{N}], broken UTF-8 included
)

// classify returns the class and the width in bytes of the first character.
func classify(s string) (class, int) {
	r, w := utf8.DecodeRuneInString(s)
	switch {
	case unicode.IsLetter(r):
		return letter, w
	case unicode.IsNumber(r):
		return number, w
	case unicode.IsSpace(r):
		return space, w
	}
	return other, w
}

// run returns the end of the longest run of class c in s that begins at byte i.
func run(s string, i int, c class) int {
	for i < len(s) {
		found, w := classify(s[i:])
		if found != c {
			break
		}
		i += w
	}
	return i
}

// scanGPT2 follows gpt2Pattern.
func scanGPT2(s string) int {
	if n := contraction(s, false); n > 0 {
		return n
	}
	i := 0
	if s[0] == ' ' && len(s) > 1 {
		i = 1
	}
	if c, _ := classify(s[i:]); c != space {
		return run(s, i, c)
	}
	return spaces(s)
}

// scanLlama3 follows llama3Pattern, or qwen2Pattern when only one number
// character may stand in a word.
func scanLlama3(s string, maxNumbers int) int {
	if n := contraction(s, true); n > 0 {
		return n
	}
	c, w := classify(s)
	switch c {
	case letter:
		return run(s, 0, letter)
	case number:
		end := w
		for range maxNumbers - 1 {
			c, w := classify(s[end:])
			if end == len(s) || c != number {
				break
			}
			end += w
		}
		return end
	}
	if s[0] != '\r' && s[0] != '\n' && w < len(s) {
		if c, _ := classify(s[w:]); c == letter {
			return run(s, w, letter)
		}
	}
	start := 0
	if s[0] == ' ' {
		start = 1
	}
	if end := run(s, start, other); end > start {
		for end < len(s) && (s[end] == '\r' || s[end] == '\n') {
			end++
		}
		return end
	}
	if i := strings.LastIndexAny(s[:run(s, 0, space)], "\r\n"); i >= 0 {
		return i + 1
	}
	return spaces(s)
}

// contraction is the length of 's, 't, 're, 've, 'm, 'll or 'd at the start of
// s, and 0 if there is none. With fold, case does not matter; the long s
// (U+017F) then is an s as well.
func contraction(s string, fold bool) int {
	if len(s) < 2 || s[0] != '\'' {
		return 0
	}
	lower := func(b byte) byte {
		if fold && 'A' <= b && b <= 'Z' {
			return b + 'a' - 'A'
		}
		return b
	}
	switch a := lower(s[1]); a {
	case 's', 't', 'm', 'd':
		return 2
	case 'r', 'v', 'l':
		if len(s) > 2 && (a == 'l' && lower(s[2]) == 'l' || a != 'l' && lower(s[2]) == 'e') {
			return 3
		}
	}
	if fold && strings.HasPrefix(s[1:], "ſ") {
		return 1 + len("ſ")
	}
	return 0
}

// spaces follows \s+(?!\S)|\s+ on s, which starts with white space: the last
// space before a visible character is left to the next word, unless it is the
// only one.
func spaces(s string) int {
	end := run(s, 0, space)
	if end == len(s) {
		return end
	}
	if _, w := utf8.DecodeLastRuneInString(s[:end]); w < end {
		return end - w
	}
	return end
}
