package ci

import (
	"fmt"
	"io"
	"strings"

	"dllmbench/harness/gate"
)

// GitHub writes workflow commands, which GitHub shows as annotations: an error
// for what fails, a warning for a difference within the noise, a notice for what
// got better or was accepted. A threshold is shown at its line of the scenario.
func GitHub(w io.Writer, r *gate.Report) error {
	var b strings.Builder
	for _, f := range r.Findings {
		level := ""
		switch {
		case f.Fails():
			level = "error"
		case f.Verdict == gate.WithinNoise:
			level = "warning"
		case f.Verdict == gate.Changed || f.Verdict == gate.Improved:
			level = "notice"
		}
		if level != "" {
			fmt.Fprintf(&b, "::%s title=%s::%s\n", level, property("dllmbench: "+string(f.Verdict)), data(f.Sentence))
		}
	}
	for _, l := range r.Missed() {
		where := ""
		if l.File != "" {
			where = fmt.Sprintf("file=%s,line=%d,", property(l.File), l.Line)
		}
		fmt.Fprintf(&b, "::error %stitle=%s::%s\n", where, property("dllmbench: threshold missed"), data(l.Sentence))
	}
	fmt.Fprintf(&b, "%s: %s\n", plain(r.Title), plain(Outcome(r)))
	_, err := io.WriteString(w, b.String())
	return err
}

// data escapes the message of a workflow command.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// property escapes a property of a workflow command.
func property(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}

// plain keeps a line from being read as a workflow command.
func plain(s string) string {
	s = strings.NewReplacer("\r", " ", "\n", " ").Replace(s)
	if strings.HasPrefix(s, "::") || strings.HasPrefix(s, "##[") {
		return " " + s
	}
	return s
}
