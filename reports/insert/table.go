package insert

import (
	"fmt"
	"strings"

	"dllmbench/reports/cells"
	"dllmbench/reports/terminal"
	"dllmbench/reports/view"
)

// reportMark is where report --insert writes a kind of table: the mark that names
// it, so that a text can hold several tables, or else the plain one.
func reportMark(text []byte, kind string) Mark {
	if named := MarkOf("report " + kind); named.in(text) {
		return named
	}
	return MarkOf("report")
}

// Table replaces what stands between the marks of a Markdown text by the
// table of a run and a line that says where it comes from.
func Table(text []byte, v *view.View, kind string) ([]byte, error) {
	var out strings.Builder
	env := v.Header.Env
	fmt.Fprintf(&out, "Scenario `%s`, started %s on %s (%d cores, kernels %s, %s).\n\n",
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
	return reportMark(text, kind).Insert(text, out.String())
}
