package main

import (
	"bytes"
	"fmt"
	"strings"

	"dllmbench/reports/cells"
	"dllmbench/reports/view"
	"dllmbench/terminal"
)

// The lines between which report --insert writes.
const (
	insertBegin = "<!-- dllmbench report: begin -->"
	insertEnd   = "<!-- dllmbench report: end -->"
)

// insertMarks are those lines for a kind of table: the ones that name it, so that a
// text can hold several tables, or else the plain ones.
func insertMarks(text []byte, kind string) (begin, end string) {
	named := "<!-- dllmbench report " + kind + ": "
	if bytes.Contains(text, []byte(named+"begin -->\n")) {
		return named + "begin -->", named + "end -->"
	}
	return insertBegin, insertEnd
}

// insertTable replaces what stands between the marks of a Markdown text by the
// table of a run and a line that says where it comes from.
func insertTable(text []byte, v *view.View, kind string) ([]byte, error) {
	begin, end := insertMarks(text, kind)
	before, rest, begun := bytes.Cut(text, []byte(begin+"\n"))
	_, after, ended := bytes.Cut(rest, []byte(end+"\n"))
	if !begun || !ended {
		return nil, fmt.Errorf("no lines %q and %q to put the table between", begin, end)
	}
	var out bytes.Buffer
	out.Write(before)
	env := v.Header.Env
	fmt.Fprintf(&out, "%s\nScenario `%s`, started %s on %s (%d cores, kernels %s, %s).\n\n", begin,
		terminal.Visible(v.Header.Scenario), terminal.Visible(v.Header.Started), terminal.Visible(env.CPU), env.Cores, terminal.Visible(env.Kernels()), terminal.Visible(env.Go))
	var body strings.Builder
	write := func() error { return cells.Write(&body, v, terminal.DefaultWidth) }
	fence := "```"
	switch kind {
	case "ladder":
		write, fence = func() error { return cells.Ladder(&body, v) }, ""
	case "sharing":
		write, fence = func() error { return cells.Sharing(&body, v) }, ""
	case "coherence":
		write, fence = func() error { return cells.Texts(&body, v) }, ""
	case "decoders":
		write, fence = func() error { return cells.Decoders(&body, v) }, ""
	}
	if err := write(); err != nil {
		return nil, err
	}
	if fence != "" {
		out.WriteString(fence + "text\n")
	}
	for line := range strings.Lines(body.String()) {
		out.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	if fence != "" {
		out.WriteString(fence + "\n")
	}
	out.WriteString(end + "\n")
	out.Write(after)
	return out.Bytes(), nil
}
