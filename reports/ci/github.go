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
	for _, m := range items(r) {
		if m.level == passed {
			continue
		}
		where := ""
		if m.file != "" {
			where = fmt.Sprintf("file=%s,line=%d,", property(m.file), m.line)
		}
		command := map[level]string{noticed: "notice", warned: "warning", failed: "error", broken: "error"}[m.level]
		fmt.Fprintf(&b, "::%s %stitle=%s::%s\n", command, where, property("dllmbench: "+m.word), data(m.sentence))
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
