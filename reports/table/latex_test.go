package table

import (
	"strings"
	"testing"
)

// TestTeX: no text of a run acts in a document.
func TestTeX(t *testing.T) {
	for text, want := range map[string]string{
		`\input{x} 50% a_b $1 #2 & ~ ^`: `\textbackslash{}input\{x\} 50\% a\_b \$1 \#2 \& \textasciitilde{} \textasciicircum{}`,
		"1 [0, −2] ± 3× é 中\x00\u202e":  `1 [0, $-$2] $\pm$ 3$\times$ é [U+4E2D]\textbackslash{}x00\textbackslash{}u202e`,
		"<a|b> \"c\"\n%":                `\textless{}a\textbar{}b\textgreater{} ''c''\textbackslash{}n\%`,
	} {
		if got := TeX(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	table := New(1, "a", "b")
	table.Add("[x]", "1")
	got := table.LaTeX("", "tab:a}b")
	if !strings.Contains(got, "\n{}[x] & 1 \\\\\n") || !strings.Contains(got, `\label{tab:a-b}`) {
		t.Errorf("a row that begins with a bracket, or the label, in\n%s", got)
	}
}
