package tokenizer

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The three splits that are known, as the regular expressions of their files.
// They need look-ahead, which Go's regexp does not have, so each is a scanner
// written by hand. A file with any other expression is refused: a near miss
// would give other ids without anybody noticing.
const (
	gpt2Pattern   = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
	llama3Pattern = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	qwen2Pattern  = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	// LLaDA's gives the words of Qwen2's: what its possessive parts take they never
	// have to give back.
	lladaPattern = `'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+`
)

// scanners holds, for each pattern, the function that returns the length in
// bytes of the first word of a text that is not empty.
var scanners = map[string]func(string) int{
	gpt2Pattern:   scanGPT2,
	llama3Pattern: func(s string) int { return scanLlama3(s, 3) },
	qwen2Pattern:  func(s string) int { return scanLlama3(s, 1) },
	lladaPattern:  func(s string) int { return scanLlama3(s, 1) },
}

// splitter cuts text into words.
type splitter struct {
	pattern string // a key of scanners
	digits  bool   // first every number character becomes a word of its own
}

// words yields the words of a text in order; joined they are the text.
func (s splitter) words(text string) iter.Seq[string] {
	scan := scanners[s.pattern]
	return func(yield func(string) bool) {
		for text != "" {
			n := len(text)
			if s.digits {
				n = digitPart(text)
			}
			for part := text[:n]; part != ""; {
				k := scan(part)
				if !yield(part[:k]) {
					return
				}
				part = part[k:]
			}
			text = text[n:]
		}
	}
}

// digitPart is the length of the number character that s starts with, or else
// of everything up to the next one.
func digitPart(s string) int {
	if c, w := classify(s); c == number {
		return w
	}
	n := 0
	for n < len(s) {
		c, w := classify(s[n:])
		if c == number {
			break
		}
		n += w
	}
	return n
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
