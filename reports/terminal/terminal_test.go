package terminal

import (
	"strings"
	"testing"
)

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain text\nsecond":    "plain text\nsecond",
		"\x1b[31mred\x1b[0m":    `\x1b[31mred\x1b[0m`,
		"back\rover\a":          `back\x0dover\x07`,
		"caf\u00e9 \u2260 \xff": `café ≠ \xff`,
		"\u202egnp.exe\u2066":   `\u202egnp.exe\u2066`,
		"a\tb":                  `a\x09b`,
		"":                      "",
		"zero\u200bwidth\ufeff": `zero\u200bwidth\ufeff`,
	} {
		if got := Visible(in); got != want {
			t.Errorf("visible(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestWriteFacts(t *testing.T) {
	var b strings.Builder
	if err := WriteFacts(&b, []Fact{{"a", "1"}, {"longer", "\x1b[2J\ntwo"}}); err != nil || b.String() != "a       1\nlonger  \\x1b[2J\n        two\n" {
		t.Errorf("%q, %v", b.String(), err)
	}
}
