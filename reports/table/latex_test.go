package table

import (
	"fmt"
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

// TestWideLaTeX: what is wider than a column goes over both, what is wider than the page is
// divided between tasks, each part with the names of its rows.
func TestWideLaTeX(t *testing.T) {
	wide := func(tasks int) string {
		x := &Table{Columns: []Column{{Title: "decoder", Left: true}}}
		row := Row{Fields: []string{"ar"}, Best: make([]bool, 1+2*tasks)}
		for i := range tasks {
			for _, title := range []string{"exact %", "speed-up"} {
				x.Columns = append(x.Columns, Column{Title: title, Over: fmt.Sprint("task ", i)})
				row.Fields = append(row.Fields, "54.0 [35.1, 72.3]")
			}
		}
		x.Rows = []Row{row}
		return x.LaTeX("c", "l")
	}
	for tasks, want := range map[int][3]int{1: {0, 1, 1}, 2: {1, 1, 1}, 5: {1, 3, 3}} {
		text := wide(tasks)
		if got := [3]int{strings.Count(text, `\begin{table*}`), strings.Count(text, `\begin{tabular}`), strings.Count(text, "ar & 54")}; got != want || strings.Count(text, `\multicolumn{2}`) != tasks {
			t.Errorf("%d tasks: %v, want %v\n%s", tasks, got, want, text)
		}
	}
}
