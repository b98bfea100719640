// Package table writes the cells of a run as text: aligned tables for a
// terminal and for Markdown, and CSV and JSON for other programs.
package table

import (
	"fmt"
	"io"
	"slices"
	"strings"

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

// floorNote explains the mark of decoders below the floor; "" where there is none.
func floorNote(v *view.View) string {
	if !slices.ContainsFunc(v.Rows, func(r *view.Row) bool { return r.BelowFloor }) {
		return ""
	}
	return fmt.Sprintf("%s below the floor of %s.\n", view.BelowMark, v.FloorText())
}

// Write prints tables for a terminal of that many columns (80 when it is less):
// one for trained weights, one for cost-only cells, which have no quality. They
// hold quality, speed and cost; see [Coherence] for the rest.
func Write(w io.Writer, v *view.View, width int) error {
	var b strings.Builder
	for _, part := range parts(v) {
		fmt.Fprintln(&b, part.title)
		for line := range strings.Lines(build(part.points, fit(part.points, max(width, MinWidth), principal...)).Render()) {
			fmt.Fprintln(&b, strings.TrimRight(line, " \n"))
		}
		fmt.Fprintln(&b)
	}
	if b.Len() == 0 {
		b.WriteString("The run has no cells.\n")
	} else {
		fmt.Fprintln(&b, Note)
		b.WriteString(floorNote(v))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Markdown writes the same tables, with all columns that have a value, as
// GitHub Markdown, and one table for each further group that has one.
func Markdown(w io.Writer, v *view.View) error {
	var b strings.Builder
	for _, part := range parts(v) {
		markdown(&b, part.title, part.points, principal...)
		for _, g := range result.Groups() {
			if !slices.Contains(principal, g) {
				markdown(&b, g.Title(), part.points, g)
			}
		}
	}
	if b.Len() == 0 {
		b.WriteString("The run has no cells.\n")
	} else {
		fmt.Fprintln(&b, strings.ReplaceAll(Note, "~", `\~`))
		b.WriteString(floorNote(v))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdown writes one table, unless nothing of the groups was measured.
func markdown(b *strings.Builder, title string, points []*view.Point, groups ...result.Group) {
	chosen := fit(points, 1<<30, groups...)
	if !slices.ContainsFunc(chosen, func(c column) bool { return c.name != "" }) && !slices.Contains(groups, principal[0]) {
		return
	}
	task := column{title: "task", cell: func(p *view.Point, _ *view.Row) string { return view.Clean(p.Task()) }}
	chosen = append([]column{task}, chosen...)
	t := pretty.NewWriter()
	t.AppendHeader(header(chosen))
	for _, p := range points {
		for _, r := range p.Rows {
			t.AppendRow(cells(chosen, p, r))
		}
	}
	align(t, len(chosen), 2)
	fmt.Fprintf(b, "### %s\n\n%s\n\n", title, t.RenderMarkdown())
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

// build makes the terminal table: a line naming the task, then its decoders.
func build(points []*view.Point, chosen []column) pretty.Writer {
	t := pretty.NewWriter()
	t.SetStyle(plain())
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

// plain is a table without frames.
func plain() pretty.Style {
	style := pretty.StyleLight
	style.Options = pretty.Options{SeparateHeader: true}
	style.Box.PaddingLeft, style.Box.PaddingRight = "", strings.Repeat(" ", gap)
	style.Format.Header, style.Format.Footer = text.FormatDefault, text.FormatDefault
	return style
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
