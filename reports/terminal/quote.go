package terminal

import (
	"fmt"
	"strings"
)

// Command joins the words of a command line as a shell reads them.
func Command(words ...string) string {
	var list []string
	for _, word := range words {
		list = append(list, quoted(word))
	}
	return strings.Join(list, " ")
}

func quoted(word string) string {
	switch {
	case strings.ContainsFunc(word, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\uFFFD' }):
		var b strings.Builder
		b.WriteString("$'")
		for _, c := range []byte(word) {
			if c < ' ' || c >= 0x7f || c == '\'' || c == '\\' {
				fmt.Fprintf(&b, `\x%02x`, c)
			} else {
				b.WriteByte(c)
			}
		}
		return b.String() + "'"
	case word == "" || strings.ContainsAny(word, " \"'`$&|;<>()*?[]{}#~!\\"):
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}
