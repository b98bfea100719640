package reports

import (
	"fmt"
	"io"

	"dllmbench/reports/plot"
	"dllmbench/reports/table"
)

// captions are the files that stand beside figures for a paper: the text of each.
var captions = map[string]func(w io.Writer, figures []*plot.Figure, float string) error{
	"captions.md": func(w io.Writer, figures []*plot.Figure, _ string) error {
		for _, f := range figures {
			if _, err := fmt.Fprintf(w, "## %s\n\n%s\n\n", f.Name, table.Escape(f.Text())); err != nil {
				return err
			}
		}
		return nil
	},
	"captions.tex": func(w io.Writer, figures []*plot.Figure, float string) error {
		for _, f := range figures {
			if _, err := fmt.Fprintf(w, "\\begin{%s}[t]\n\\centering\n\\includegraphics{%s}\n\\caption{%s}\n\\label{fig:%s}\n\\end{%s}\n\n",
				float, f.Name, table.TeX(f.Text()), f.Name, float); err != nil {
				return err
			}
		}
		return nil
	},
}
