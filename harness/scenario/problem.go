package scenario

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"dllmbench/engines"
)

// Problem is one mistake in a scenario file.
type Problem struct {
	File      string
	Line, Col int // from 1
	Msg       string
}

// Error is "file:line:col: what is wrong".
func (p Problem) Error() string { return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Col, p.Msg) }

// Problems are the mistakes of a file, in the order of their places.
type Problems []Problem

// Error has one line for each problem.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.Error()
	}
	return strings.Join(lines, "\n")
}

// pos is a place in the file; the zero value stands for its beginning.
type pos struct{ line, col int }

// collector gathers problems.
type collector struct {
	file string
	list Problems
}

// add reports a problem. Control characters from the file do not get through to
// a terminal.
func (c *collector) add(at pos, format string, args ...any) {
	msg := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, fmt.Sprintf(format, args...))
	c.list = append(c.list, Problem{c.file, max(at.line, 1), max(at.col, 1), msg})
}

// err is nil without problems.
func (c *collector) err() error {
	if len(c.list) == 0 {
		return nil
	}
	slices.SortStableFunc(c.list, func(a, b Problem) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col)) })
	return slices.Compact(c.list)
}

// allowed is the end of a message about a name that is not known.
func allowed(got string, names []string) string {
	if len(names) == 0 {
		return "; none is known"
	}
	text := "; allowed are " + strings.Join(names, ", ")
	if len(names) == 1 {
		text = "; allowed is " + names[0]
	}
	if near := engines.Nearest(got, names); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return text
}
