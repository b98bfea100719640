package verdicts

import (
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/text"

	"dllmbench/harness/claims"
	"dllmbench/reports/view"
)

// Text writes one paragraph for each verdict, wrapped at width.
func Text(w io.Writer, list []claims.Verdict, width int) error {
	if len(list) == 0 {
		return nil
	}
	if _, err := fmt.Fprintln(w, "Claims about diffusion language models"); err != nil {
		return err
	}
	for i := range list {
		v := &list[i]
		head := fmt.Sprintf("%d. %s", v.Claim, view.Clean(v.Text))
		body := fmt.Sprintf("%s. %s", v.Result, view.Clean(v.Paragraph))
		if _, err := fmt.Fprintf(w, "  %s\n     %s\n", indent(head, width, "     "), indent(body, width, "     ")); err != nil {
			return err
		}
	}
	return nil
}

// indent wraps a text whose following lines begin with a prefix.
func indent(s string, width int, prefix string) string {
	lines := text.WrapSoft(s, max(width-len(prefix), 20))
	out := ""
	for i, r := range lines {
		out += string(r)
		if r == '\n' && i < len(lines)-1 {
			out += prefix
		}
	}
	return out
}
