package table

import (
	"strings"

	"dllmbench/reports/view"
)

// noteWidth is the most characters of a line of notes.
const noteWidth = 80

// Fold breaks a note into lines of a terminal; an empty one has none.
func Fold(note string, width int) string {
	if note == "" {
		return ""
	}
	return Wrap(note, "", min(width, noteWidth))
}

// Wrap breaks a text into lines of at most width characters; the lines after
// the first are indented as far as the lead.
func Wrap(text, lead string, width int) string {
	var b strings.Builder
	indent := strings.Repeat(" ", len([]rune(lead)))
	b.WriteString(lead)
	column := len(indent)
	for i, word := range strings.Fields(text) {
		n := len([]rune(word))
		if i > 0 && column+1+n > width {
			b.WriteString("\n" + indent)
			column = len(indent)
		} else if i > 0 {
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	b.WriteByte('\n')
	return b.String()
}

// Escape keeps untrusted text from being read as Markdown, a link, a mention or HTML. Bars
// are escaped by [Table.Markdown].
func Escape(text string) string {
	var b strings.Builder
	for _, c := range view.Clean(text) {
		if strings.ContainsRune("\\`*_[]<>#~@&", c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// Shorten is a name of at most limit characters: what is cut out is the
// middle, because decoders of one label differ at the end.
func Shorten(name string, limit int) string {
	all := []rune(view.Clean(name))
	if len(all) <= limit {
		return string(all)
	}
	head := limit / 3
	return string(all[:head]) + "…" + string(all[len(all)-(limit-head-1):])
}
