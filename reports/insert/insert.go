// Package insert puts what was measured into Markdown files, between two lines that
// mark the place.
package insert

import (
	"bytes"
	"fmt"
	"os"
	"slices"

	"dllmbench/engines/atomicfile"
	"dllmbench/harness/exit"
)

// A Mark is the pair of lines in a Markdown file between which a command writes.
type Mark struct{ Begin, End string }

// MarkOf is the mark with a name.
func MarkOf(name string) Mark {
	return Mark{"<!-- dllmbench " + name + ": begin -->", "<!-- dllmbench " + name + ": end -->"}
}

// in reports whether a text has the mark.
func (m Mark) in(text []byte) bool { return bytes.Contains(text, []byte(m.Begin+"\n")) }

// Insert replaces what stands between the lines of the mark.
func (m Mark) Insert(text []byte, body string) ([]byte, error) {
	before, rest, begun := bytes.Cut(text, []byte(m.Begin+"\n"))
	_, after, ended := bytes.Cut(rest, []byte(m.End+"\n"))
	if !begun || !ended {
		return nil, fmt.Errorf("no lines %q and %q to put the table between", m.Begin, m.End)
	}
	return slices.Concat(before, []byte(m.Begin+"\n"+body+m.End+"\n"), after), nil
}

// Change replaces the text of a file.
func Change(path string, change func([]byte) ([]byte, error)) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	if text, err = change(text); err != nil {
		return exit.Errorf(exit.Usage, "%s: %w", path, err)
	}
	return exit.With(exit.Execution, atomicfile.Write(path, text))
}
