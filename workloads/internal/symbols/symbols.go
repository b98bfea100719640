// Package symbols reads and writes answers whose symbols stand apart: each
// symbol is one word with a space before it, as in " a b c".
//
// The space is there for tokenizers. Byte-level vocabularies never merge across
// a space, so " a" is one token wherever it stands, and a text of n symbols has
// n tokens; "abc" would be cut into whatever pieces happen to be frequent.
package symbols

import (
	"strings"

	"dllmbench/workloads"
)

// Word is a maximal run of characters that are not white space.
type Word struct {
	Text string
	At   int // byte offset in the text it was read from
}

// Split returns the first words of a text, at most most of them. Asking for one
// word more than an answer has reports whether anything follows it.
func Split(text string, most int) []Word {
	var words []Word
	at := 0
	for word := range strings.FieldsSeq(text) {
		if len(words) == most {
			break
		}
		at += strings.Index(text[at:], word)
		words = append(words, Word{word, at})
		at += len(word)
	}
	return words
}

// Join writes symbols of one byte each, with a space before every one of them.
// Symbol i is at byte 2i+1 of the result.
func Join(symbols []byte) string {
	text := make([]byte, 0, 2*len(symbols))
	for _, s := range symbols {
		text = append(text, ' ', s)
	}
	return string(text)
}

// Fail records that a word of the output breaks a constraint.
func Fail(v *workloads.Verdict, constraint int, w Word, format string, args ...any) {
	v.Mark(constraint, w.At, len(w.Text), format, args...)
}

// CheckLength breaks the last constraint unless there are so many words.
func CheckLength(v *workloads.Verdict, words []Word, want int, noun string) {
	switch {
	case len(words) < want:
		v.Fail(v.Total-1, -1, "%d of %d %ss are missing", want-len(words), want, noun)
	case len(words) > want:
		Fail(v, v.Total-1, words[want], "%q follows the last %s", workloads.Clip(words[want].Text), noun)
	}
}
