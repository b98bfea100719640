// Package table writes the cells of a run as text: aligned tables for a
// terminal and for Markdown, and CSV and JSON for other programs.
package table

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	pretty "github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// MinWidth is the narrowest terminal that [Write] fits.
const MinWidth = 80

// nameWidth is the most characters of a decoder's name that a table shows.
const nameWidth = 28

// column is one column of the printed table.
type column struct {
	title string
	cell  func(*view.Point, *view.Row) string
}

// columns lists all columns in the order of their importance: a table takes as
// many as fit.
func columns() []column {
	list := []column{
		{"decoder", func(_ *view.Point, r *view.Row) string { return text.Snip(view.Clean(r.Name), nameWidth, "…") }},
		{"n", func(_ *view.Point, r *view.Row) string { return sample(r) }},
	}
	for _, d := range result.Metrics() {
		m, write := view.Metric(d.Name), func(_ view.Metric, e *stats.Estimate) string { return view.Value(e) }
		if m == view.Exact || m == view.E2E {
			write = view.Metric.Text // with its interval
		}
		list = append(list, column{view.Heading(d), func(_ *view.Point, r *view.Row) string { return write(m, shown(r, m)) }})
		if m == view.E2E {
			list = append(list, column{"vs AR", versus})
		}
	}
	return list
}

// versus compares the speed of a row with the reference of its point.
func versus(p *view.Point, r *view.Row) string {
	if r == p.Reference {
		return "1"
	}
	return view.Ratio(p.Against[r].Speed)
}

// shown is the value of a row for people: an invalid row shows none.
func shown(r *view.Row, m view.Metric) *stats.Estimate {
	if !r.Usable() {
		return nil
	}
	return r.Values[m]
}

func sample(r *view.Row) string {
	switch r.State {
	case view.NotRun, view.Invalid:
		return string(r.State)
	}
	if r.Instances == 1 && r.Repetitions > 1 {
		return fmt.Sprintf("1×%d", r.Repetitions)
	}
	return fmt.Sprint(r.Instances)
}

// Note explains the marks of a printed table.
const Note = `[low, high] is a 95% interval; – is not measured. n counts instances; 1×8 is one
instance run 8 times. vs AR: times as fast as the autoregressive decoder on the
same instances; ~ no difference above 2% shown, ? too few pairs to tell.`

// Write prints tables for a terminal of that many columns (80 when it is less):
// one for trained weights, one for cost-only cells, which have no quality.
func Write(w io.Writer, v *view.View, width int) error {
	var b strings.Builder
	for _, part := range parts(v) {
		fmt.Fprintln(&b, part.title)
		for line := range strings.Lines(build(part.points, fit(part.points, max(width, MinWidth))).Render()) {
			fmt.Fprintln(&b, strings.TrimRight(line, " \n"))
		}
		fmt.Fprintln(&b)
	}
	if b.Len() == 0 {
		b.WriteString("The run has no cells.\n")
	} else {
		fmt.Fprintln(&b, Note)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Markdown writes the same tables, with all columns that have a value, as
// GitHub Markdown.
func Markdown(w io.Writer, v *view.View) error {
	var b strings.Builder
	for _, part := range parts(v) {
		fmt.Fprintf(&b, "### %s\n\n", part.title)
		chosen := fit(part.points, 1<<30)
		task := column{"task", func(p *view.Point, _ *view.Row) string { return view.Clean(p.Task()) }}
		t := pretty.NewWriter()
		t.AppendHeader(header(append([]column{task}, chosen...)))
		for _, p := range part.points {
			for _, r := range p.Rows {
				t.AppendRow(cells(append([]column{task}, chosen...), p, r))
			}
		}
		align(t, len(chosen)+1, 2)
		b.WriteString(t.RenderMarkdown())
		b.WriteString("\n\n")
	}
	if b.Len() == 0 {
		b.WriteString("The run has no cells.\n")
	} else {
		fmt.Fprintln(&b, strings.ReplaceAll(Note, "~", `\~`))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

type part struct {
	title  string
	points []*view.Point
}

func parts(v *view.View) []part {
	all := []part{{title: "Trained weights"}, {title: "Cost only (random weights: time and work, no quality)"}}
	for _, p := range v.Points {
		i := 0
		if p.CostOnly {
			i = 1
		}
		all[i].points = append(all[i].points, p)
	}
	var out []part
	for _, p := range all {
		if len(p.points) > 0 {
			out = append(out, p)
		}
	}
	return out
}

const gap = 2 // spaces between columns

// fit chooses the columns that have a value and fit the width.
func fit(points []*view.Point, width int) []column {
	var chosen []column
	left := width - 1 // the first column is indented
	for _, c := range columns() {
		need, known := utf8.RuneCountInString(c.title), false
		for _, p := range points {
			for _, r := range p.Rows {
				s := c.cell(p, r)
				need = max(need, text.StringWidthWithoutEscSequences(s))
				known = known || s != view.Unknown
			}
		}
		if !known {
			continue
		}
		if need+gap > left {
			break
		}
		left -= need + gap
		chosen = append(chosen, c)
	}
	return chosen
}

// build makes the terminal table: a line naming the task, then its decoders.
func build(points []*view.Point, chosen []column) pretty.Writer {
	t := pretty.NewWriter()
	style := pretty.StyleLight
	style.Options = pretty.Options{SeparateHeader: true}
	style.Box.PaddingLeft, style.Box.PaddingRight = "", strings.Repeat(" ", gap)
	style.Format.Header = text.FormatDefault
	t.SetStyle(style)
	t.AppendHeader(header(chosen))
	for _, p := range points {
		title := make(pretty.Row, len(chosen))
		for i := range title {
			title[i] = text.Snip(view.Clean(p.Task()), MinWidth-gap, "…")
		}
		t.AppendRow(title, pretty.RowConfig{AutoMerge: true, AutoMergeAlign: text.AlignLeft})
		for _, r := range p.Rows {
			row := cells(chosen, p, r)
			row[0] = " " + row[0].(string)
			t.AppendRow(row)
		}
	}
	align(t, len(chosen), 1)
	return t
}

func header(chosen []column) pretty.Row {
	row := make(pretty.Row, len(chosen))
	for i, c := range chosen {
		row[i] = c.title
	}
	return row
}

func cells(chosen []column, p *view.Point, r *view.Row) pretty.Row {
	row := make(pretty.Row, len(chosen))
	for i, c := range chosen {
		row[i] = c.cell(p, r)
	}
	return row
}

// align sets all but the first text columns flush right.
func align(t pretty.Writer, n, texts int) {
	configs := make([]pretty.ColumnConfig, n)
	for i := range configs {
		configs[i] = pretty.ColumnConfig{Number: i + 1, Align: text.AlignRight, AlignHeader: text.AlignRight}
		if i < texts {
			configs[i].Align, configs[i].AlignHeader = text.AlignLeft, text.AlignLeft
		}
	}
	t.SetColumnConfigs(configs)
}
