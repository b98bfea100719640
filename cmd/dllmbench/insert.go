package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"

	"dllmbench/internal/atomicfile"
	"dllmbench/internal/exit"
)

// A mark is the pair of lines in a Markdown file between which a command writes.
type mark struct{ begin, end string }

// markOf is the mark with a name.
func markOf(name string) mark {
	return mark{"<!-- dllmbench " + name + ": begin -->", "<!-- dllmbench " + name + ": end -->"}
}

// in reports whether a text has the mark.
func (m mark) in(text []byte) bool { return bytes.Contains(text, []byte(m.begin+"\n")) }

// insert replaces what stands between the lines of the mark.
func (m mark) insert(text []byte, body string) ([]byte, error) {
	before, rest, begun := bytes.Cut(text, []byte(m.begin+"\n"))
	_, after, ended := bytes.Cut(rest, []byte(m.end+"\n"))
	if !begun || !ended {
		return nil, fmt.Errorf("no lines %q and %q to put the table between", m.begin, m.end)
	}
	return slices.Concat(before, []byte(m.begin+"\n"+body+m.end+"\n"), after), nil
}

// changeFile replaces the text of a file.
func changeFile(path string, change func([]byte) ([]byte, error)) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	if text, err = change(text); err != nil {
		return exit.Errorf(exit.Usage, "%s: %w", path, err)
	}
	return exit.With(exit.Execution, atomicfile.Write(path, text))
}
