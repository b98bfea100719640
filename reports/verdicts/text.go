package verdicts

import (
	"fmt"
	"io"

	"dllmbench/harness/claims"
	"dllmbench/reports/table"
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
		head := table.Wrap(view.Clean(v.Text), fmt.Sprintf("  %d. ", v.Claim), width)
		if _, err := io.WriteString(w, head+table.Wrap(fmt.Sprintf("%s. %s", v.Result, view.Clean(v.Paragraph)), "     ", width)); err != nil {
			return err
		}
	}
	return nil
}
