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
	Line, Col int // from 1; 0 for a mistake in a flag, whose text is File
	Msg       string

	at pos
}

// Error is "file:line:col: what is wrong".
func (p Problem) Error() string {
	if p.Line == 0 {
		return p.File + ": " + p.Msg
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Col, p.Msg)
}

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

// pos is a place in the sources; the zero value stands for the beginning of the
// scenario file. See lineBits for what line holds.
type pos struct{ line, col int }

// maxProblems is how many mistakes are listed.
const maxProblems = 200

// collector gathers problems.
type collector struct {
	sources []origin // the first one is the scenario file
	bytes   int      // of all sources
	values  int      // in all sources, counted again for each alias
	list    Problems
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
	from := c.sources[at.source()]
	p := Problem{File: from.name, Msg: msg, at: at}
	if !from.flag {
		p.Line, p.Col = max(at.number(), 1), max(at.col, 1)
	}
	c.list = append(c.list, p)
}

// err is nil without problems.
func (c *collector) err() error {
	if len(c.list) == 0 {
		return nil
	}
	slices.SortStableFunc(c.list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.at.source(), b.at.source()), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	list := slices.Compact(c.list)
	if n := len(list) - maxProblems; n > 0 {
		last := list[maxProblems]
		last.Msg = fmt.Sprintf("%d more mistakes follow", n)
		list = append(list[:maxProblems], last)
	}
	return list
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
	return text + engines.Hint("; did you mean %q?", got, names)
}
