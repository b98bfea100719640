// Package insert puts what was measured into Markdown files, between two lines that
// mark the place.
package insert

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"dllmbench/engines/atomicfile"
	"dllmbench/engines/userfile"
	"dllmbench/harness/exit"
	"dllmbench/reports/cells"
	"dllmbench/reports/choice"
	"dllmbench/reports/terminal"
	"dllmbench/reports/view"
)

// A Mark is the pair of lines in a Markdown or LaTeX file between which a command writes.
type Mark struct{ Begin, End string }

// MarkOf is the mark with a name.
func MarkOf(name string) Mark {
	return Mark{"<!-- dllmbench " + name + ": begin -->", "<!-- dllmbench " + name + ": end -->"}
}

// TeXMarkOf is the mark with a name in a LaTeX file.
func TeXMarkOf(name string) Mark {
	return Mark{"% dllmbench " + name + ": begin", "% dllmbench " + name + ": end"}
}

// Chosen replaces what stands between the marks of a text by a table of one's own choice:
// LaTeX where the text has marks of LaTeX, else Markdown.
func Chosen(text []byte, run choice.Run) ([]byte, error) {
	mark, format := MarkOf, "md"
	if bytes.Contains(text, []byte("% dllmbench report")) {
		mark, format = TeXMarkOf, "latex"
	}
	f, err := choice.Find(format)
	if err != nil {
		return nil, err
	}
	var body strings.Builder
	if err := f.Write(&body, run); err != nil {
		return nil, err
	}
	return named(text, mark, run.Text).Insert(text, body.String())
}

// named is the mark of a table by its name, so that a text can hold several, or that of
// any table.
func named(text []byte, mark func(string) Mark, name string) Mark {
	if m := mark("report " + name); bytes.Contains(text, []byte(m.Begin)) {
		return m
	}
	return mark("report")
}

// Insert replaces what stands between the lines of the mark.
func (m Mark) Insert(text []byte, body string) ([]byte, error) {
	begun, rest, _ := bytes.Cut(text, []byte(m.Begin))
	end, rest, found := bytes.Cut(rest, []byte("\n")) // a line may end as on Windows
	_, after, ended := bytes.Cut(rest, []byte(m.End))
	if !found || !ended || strings.TrimSpace(string(end)) != "" {
		return nil, fmt.Errorf("no lines %q and %q to put the table between", m.Begin, m.End)
	}
	line := string(end) + "\n"
	return slices.Concat(begun, []byte(m.Begin+line+strings.ReplaceAll(body, "\n", line)+m.End), after), nil
}

// maxPage bounds a Markdown file, in bytes.
const maxPage = 64 << 20

// Change replaces the text of a file.
func Change(path string, change func([]byte) ([]byte, error)) error {
	text, err := userfile.Read(path, maxPage)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	if text, err = change(text); err != nil {
		return exit.Errorf(exit.Usage, "%s: %w", path, err)
	}
	return exit.With(exit.Execution, atomicfile.Write(path, text))
}

// Full is the table of all columns.
const Full = "full"

// kinds are the ready tables in Markdown, by name.
var kinds = map[string]func(io.Writer, *view.View) error{
	"ladder": cells.Ladder, "sharing": cells.Sharing, "coherence": cells.Texts, "decoders": cells.Decoders, "crossing": cells.Crossing, "parallelism": cells.Parallelism,
}

// Kinds lists the ready tables.
func Kinds() []string { return append([]string{Full}, slices.Sorted(maps.Keys(kinds))...) }

// Write writes a ready table that is one of [Kinds], but not [Full], as Markdown.
func Write(w io.Writer, v *view.View, kind string) error { return kinds[kind](w, v) }

// Table replaces what stands between the marks of a Markdown text by the
// table of a run and a line that says where it comes from; kind is one of [Kinds].
func Table(text []byte, v *view.View, kind string) ([]byte, error) {
	var out strings.Builder
	env := v.Header.Env
	fmt.Fprintf(&out, "Scenario `%s`, started %s on %s (%d cores, kernels %s, %s).\n\n",
		terminal.Visible(v.Header.Scenario), terminal.Visible(v.Header.Started), terminal.Visible(env.CPU), env.Cores, terminal.Visible(env.Kernels()), terminal.Visible(env.Go))
	var body strings.Builder
	write, markdown := kinds[kind]
	if !markdown {
		write = func(w io.Writer, v *view.View) error { return cells.Write(w, v, terminal.DefaultWidth) }
	}
	if err := write(&body, v); err != nil {
		return nil, err
	}
	if !markdown {
		out.WriteString("```text\n")
	}
	for line := range strings.Lines(body.String()) {
		out.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	if !markdown {
		out.WriteString("```\n")
	}
	return named(text, MarkOf, kind).Insert(text, out.String())
}
