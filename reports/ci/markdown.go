package ci

import (
	"fmt"
	"io"
	"strings"

	"dllmbench/harness/gate"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// Markdown writes a report as a comment for a merge request or as the summary
// of a step: the outcome first, then what fails, the table folded away when it
// is long.
func Markdown(w io.Writer, r *gate.Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n**%s**\n\n", table.Escape(r.Title), table.Escape(Outcome(r)))
	for _, m := range items(r) {
		if m.told {
			fmt.Fprintf(&b, "- **%s** %s\n", table.Escape(m.word), table.Escape(m.sentence))
		}
	}
	if t := findings(r); len(t.Rows) > 0 {
		text := t.Markdown()
		if len(t.Rows) > longTable {
			text = fmt.Sprintf("<details><summary>%s</summary>\n\n%s\n</details>\n", view.Count(len(t.Rows), "comparison"), text)
		}
		fmt.Fprintf(&b, "\n%s\n%s\n", text, table.Escape(strings.ReplaceAll(note(r), "\n", " ")))
	}
	if t := tallies(r); len(t.Rows) > 0 {
		fmt.Fprintf(&b, "\n<details><summary>%s</summary>\n\n%s\n%s\n\n</details>\n", view.Count(len(t.Rows), "exact counter"), t.Markdown(), tallyNote)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "\n%s\n", table.Escape(n))
	}
	fmt.Fprintf(&b, "\nOld: %s. New: %s.\n", sides(r.Old), sides(r.New...))
	_, err := io.WriteString(w, b.String())
	return err
}

// longTable is the number of rows from which a table is folded away.
const longTable = 12

// sides name the sides of a comparison.
func sides(list ...gate.Side) string {
	var names []string
	for _, s := range list {
		name := table.Escape(s.Name)
		if s.Git != "" {
			name += fmt.Sprintf(", commit %.12s", table.Escape(s.Git))
		}
		if s.Kernel != "" {
			name += ", " + table.Escape(s.Kernel) + " kernels"
		}
		names = append(names, name)
	}
	return strings.Join(names, "; ")
}
