package world

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dllmbench/workloads"
)

// marks may stand before or after a word; enders close a sentence.
const (
	marks  = `.,!?"'`
	enders = ".!?"
)

// A field is a word of a text with the marks around it.
type field struct {
	lead, core, tail string
	offset           int // of its first byte in the text
}

// length is the number of bytes of a field.
func (f field) length() int { return len(f.lead) + len(f.core) + len(f.tail) }

// A line is one sentence of a text: the words up to the first one that is
// followed by an ender. At most lineWords words are kept.
type line struct {
	words  []field
	offset int // of its first byte
	end    int // of the byte after it
}

// lineWords is more than any sentence has.
const lineWords = 64

// quote gives the start of a line for a message; it still needs quoting.
func (l line) quote(text string) string { return workloads.Clip(text[l.offset:l.end]) }

// splitLines splits a text into at most limit sentences. The last one need not be closed.
func splitLines(text string, limit int) []line {
	var lines []line
	open := false
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		if unicode.IsSpace(r) {
			at += size
			continue
		}
		start := at
		for at < len(text) && !unicode.IsSpace(r) {
			at += size
			r, size = utf8.DecodeRuneInString(text[at:])
		}
		if !open {
			if len(lines) == limit {
				break
			}
			lines, open = append(lines, line{offset: start, words: make([]field, 0, maxWords)}), true
		}
		l := &lines[len(lines)-1]
		f := cutField(text[start:at], start)
		if len(l.words) < lineWords {
			l.words = append(l.words, f)
		}
		l.end = at
		open = !strings.ContainsAny(f.tail, enders)
	}
	return lines
}

// cutField separates a word from its marks.
func cutField(word string, offset int) field {
	core := strings.TrimLeft(word, marks)
	f := field{lead: word[:len(word)-len(core)], offset: offset}
	f.core = strings.TrimRight(core, marks)
	f.tail = core[len(f.core):]
	if f.core == "" { // marks only: they close what went before
		f.lead, f.tail = "", word
	}
	return f
}

// A writer writes sentences, with a space before each word, and counts words.
type writer struct {
	text  []byte
	words int
}

func (w *writer) word(lead, core, tail string) {
	w.text = append(w.text, ' ')
	w.text = append(w.text, lead...)
	w.text = append(w.text, core...)
	w.text = append(w.text, tail...)
	w.words++
}

// plain writes words with their marks.
func (w *writer) plain(words string) {
	w.text = append(append(w.text, ' '), words...)
	w.words += strings.Count(words, " ") + 1
}

// sentence writes s and returns the number of its first word.
func (w *writer) sentence(s *sentence) (first int) {
	first = w.words
	if s.speech != nil {
		for _, f := range s.speech.fields() {
			w.word(f.lead, f.core, f.tail)
		}
		return first
	}
	for i := range s.shape.words {
		w.word("", s.word(i), s.shape.words[i].tail)
	}
	return first
}
