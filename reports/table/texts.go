package table

import (
	"fmt"
	"io"
	"strings"

	pretty "github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"dllmbench/reports/view"
)

// textMetrics are the columns of [Texts], as far as a task has them.
var textMetrics = []view.Metric{
	view.Exact, view.Violations, view.CoherenceBackward, view.CoherenceAhead, "parses", "type_checks", "pass_at_1",
	"adjacent_repetition", view.EntropyValid, view.CrossEntropy, view.Entropy, view.JudgeBits,
}

// Texts writes as Markdown what texts keep and how they vary: a table for each
// task, with a line for each setting of a decoder. Where temperatures were swept
// and the cost in likelihood is known, the last column compares it with that of
// autoregressive decoding at the same entropy.
func Texts(w io.Writer, v *view.View) error {
	minus := map[*view.Row]*float64{}
	for _, f := range v.Frontiers() {
		for _, q := range f.Points {
			minus[q.Row] = q.MinusAR
		}
	}
	for _, p := range v.Points {
		if p.CostOnly {
			continue
		}
		var metrics []view.Metric
		head := pretty.Row{"decoder", "n"}
		for _, m := range textMetrics {
			if has(p, m) {
				metrics = append(metrics, m)
				title := m.Definition().Title
				if !strings.Contains(title, "/") { // which says its unit
					title += " (" + m.Definition().Unit + ")"
				}
				head = append(head, title)
			}
		}
		if len(metrics) == 0 {
			continue
		}
		compared := false
		for _, r := range p.Rows {
			compared = compared || minus[r] != nil
		}
		if compared {
			head = append(head, "minus AR at equal entropy")
		}
		t := pretty.NewWriter()
		t.AppendHeader(head)
		columns := make([]pretty.ColumnConfig, 0, len(head))
		for i := 2; i <= len(head); i++ {
			columns = append(columns, pretty.ColumnConfig{Number: i, Align: text.AlignRight})
		}
		t.SetColumnConfigs(columns)
		for _, r := range p.Rows {
			if r.Usable() {
				t.AppendRow(textLine(r, metrics, compared, minus[r]))
			}
		}
		if _, err := fmt.Fprintf(w, "### %s\n\n%s\n\n", view.Clean(p.Task()), t.RenderMarkdown()); err != nil {
			return err
		}
	}
	return nil
}

// textLine is one line of [Texts].
func textLine(r *view.Row, metrics []view.Metric, compared bool, minus *float64) pretty.Row {
	line := pretty.Row{view.Clean(r.Name), r.Instances}
	for _, m := range metrics {
		line = append(line, m.Text(r.Values[m]))
	}
	switch {
	case compared && minus != nil:
		line = append(line, fmt.Sprintf("%+.3f", *minus))
	case compared:
		line = append(line, view.Unknown)
	}
	return line
}

// has tells whether a usable row of the point has the metric.
func has(p *view.Point, m view.Metric) bool {
	for _, r := range p.Rows {
		if r.Usable() && r.Values[m] != nil {
			return true
		}
	}
	return false
}
