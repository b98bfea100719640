package history

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	pretty "github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"dllmbench/reports/view"
)

// Table writes the history for a terminal: a line for each series, and what it
// shows in words.
func (h *History) Table(w io.Writer) error {
	var b strings.Builder
	if len(h.Series) > 0 {
		t := pretty.NewWriter()
		style := pretty.StyleLight
		style.Options = pretty.Options{SeparateHeader: true}
		style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
		style.Format.Header = text.FormatDefault
		t.SetStyle(style)
		head := pretty.Row{"metric", "decoder", "task", "runs", "first", "last", "changes"}
		if len(h.Machines) > 1 {
			head = append(head, "machine")
		}
		t.AppendHeader(head)
		for _, s := range h.Series {
			t.AppendRow(h.row(s))
		}
		var configs []pretty.ColumnConfig
		for _, n := range []int{4, 5, 6} {
			configs = append(configs, pretty.ColumnConfig{Number: n, Align: text.AlignRight, AlignHeader: text.AlignRight})
		}
		t.SetColumnConfigs(configs)
		for line := range strings.Lines(t.Render()) {
			fmt.Fprintln(&b, strings.TrimRight(line, " \n"))
		}
		fmt.Fprintln(&b)
	}
	if len(h.Machines) > 1 {
		for _, m := range h.Machines {
			fmt.Fprintf(&b, "machine %s: %s\n", m.Letter, view.Clean(m.Text))
		}
		fmt.Fprintln(&b)
	}
	for _, line := range h.Words() {
		fmt.Fprintln(&b, line)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (h *History) row(s Series) pretty.Row {
	used := s.Used()
	first, last, marks := view.Unknown, view.Unknown, ""
	if len(used) > 0 {
		first, last = view.Number(used[0].Value.Value), view.Number(used[len(used)-1].Value.Value)
	}
	if s.Short {
		marks = "too few runs"
	}
	for _, m := range s.Marks {
		if marks != "" {
			marks += "; "
		}
		marks += fmt.Sprintf("run %d: %s → %s", m.Run+1, view.Number(m.Before), view.Number(m.After))
		if c, ok := m.Change(); ok {
			marks += fmt.Sprintf(" (%+.1f%%)", 100*c)
		}
	}
	decoder := s.Decoder
	if s.Note != "" {
		decoder += ", " + s.Note
	}
	row := pretty.Row{s.Metric.Name, view.Clean(decoder), view.Clean(s.Task), len(used), first, last, marks}
	if len(h.Machines) > 1 {
		row = append(row, s.Machine)
	}
	return row
}

// CSV writes one line for each value. Unknown is an empty field.
func (h *History) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.Write([]string{"run", "name", "run id", "started", "commit", "commit date", "machine", "kernels", "metric", "unit", "decoder", "task", "cell",
		"value", "low", "high", "used", "why not", "mark", "before", "after", "p"})
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', 9, 64) }
	for _, s := range h.Series {
		for _, q := range s.Points {
			r := h.Runs[q.Run]
			low, high := "", ""
			if q.Value.CI != nil {
				low, high = number(q.Value.CI.Low), number(q.Value.CI.High)
			}
			line := []string{strconv.Itoa(q.Run + 1), view.Field(r.Name), view.Field(r.ID), view.Field(r.Started), view.Field(r.Commit), view.Field(r.CommitDate), s.Machine, view.Field(s.Kernel),
				s.Metric.Name, s.Metric.Unit, view.Field(s.Decoder), view.Field(s.Task), view.Field(s.CellID), number(q.Value.Value), low, high,
				strconv.FormatBool(q.Used), view.Field(q.Why)}
			mark := []string{"", "", "", ""}
			for _, m := range s.Marks {
				if m.Run == q.Run {
					mark = []string{"change", number(m.Before), number(m.After), ""}
					if m.P != nil {
						mark[3] = number(*m.P)
					}
				}
			}
			out.Write(append(line, mark...))
		}
	}
	out.Flush()
	return out.Error()
}
