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

// MinWidth is the narrowest terminal, in columns, that [Write] fits.
const MinWidth = 48

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
const Note = "[low, high] is a 95% interval; – is not measured. n counts instances; 1×8 is one instance run 8 times. " +
	"vs AR: times as fast as the autoregressive decoder on the same instances; " +
	"~ no difference above 2% shown, ? too few pairs to tell."

// noteWidth is the most characters of a line of notes.
const noteWidth = 80

// floorNote explains the mark of decoders below the floor; "" where there is none.
func floorNote(v *view.View) string {
	if !slices.ContainsFunc(v.Rows, func(r *view.Row) bool { return r.BelowFloor }) {
		return ""
	}
	return fmt.Sprintf("%s below the floor of %s.\n", view.BelowMark, v.FloorText())
}

// Write prints tables for a terminal of that many columns (MinWidth when it is
// less): one for trained weights, one for cost-only cells, which have no quality.
// They hold quality, speed and cost; see [Coherence] for the rest, and [Omitted]
// for what had no room.
func Write(w io.Writer, v *view.View, width int) error {
	width = max(width, MinWidth)
	var b strings.Builder
	var chosen []column
	for _, part := range parts(v) {
		l := fit(part.points, width, principal...)
		chosen = append(chosen, l.shown...)
		fmt.Fprintln(&b, text.Snip(part.title, width, "…"))
		for _, line := range build(part.points, l.shown, width) {
			fmt.Fprintln(&b, line)
		}
		fmt.Fprintln(&b)
	}
	if b.Len() == 0 {
		b.WriteString("The run has no cells.\n")
	} else {
		for _, note := range []string{Note, units(chosen), floorNote(v), v.Bounds()} {
			b.WriteString(fold(note, width))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Omitted says in lines of that width which columns [Write] has no room for and
// at which width they come in; it is empty where all are shown.
func Omitted(v *view.View, width int) string {
	width = max(width, MinWidth)
	for _, part := range parts(v) {
		l := fit(part.points, width, principal...)
		if len(l.omitted) == 0 {
			continue
		}
		var list []string
		for i, c := range l.omitted[:min(len(l.omitted), maxOmitted)] {
			list = append(list, fmt.Sprintf("%s from %d", c.title, l.from[i]))
		}
		if n := len(l.omitted); n > maxOmitted {
			list = append(list, fmt.Sprintf("%d more up to %d", n-maxOmitted, l.from[n-1]))
		}
		return fold("More in a wider terminal, by its columns: "+strings.Join(list, ", ")+".", width)
	}
	return ""
}

// maxOmitted is the most columns that [Omitted] names.
const maxOmitted = 6

// units says what the titles of columns are counted in where they do not say it.
func units(chosen []column) string {
	var list []string
	for _, c := range chosen {
		if s := c.title + " = " + c.unit; c.name != "" && c.unit != "" && !strings.Contains(c.title, c.unit) && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	if list == nil {
		return ""
	}
	return "Units: " + strings.Join(list, "; ") + "."
}

// fold breaks a note into lines; an empty one has none.
func fold(note string, width int) string {
	if note == "" {
		return ""
	}
	var b strings.Builder
	for line := range strings.Lines(text.WrapSoft(strings.TrimSpace(note), min(width, noteWidth))) {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return b.String()
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
		if s := v.Bounds(); s != "" {
			b.WriteString("\n" + s + "\n")
		}
	}

	_, err := io.WriteString(w, b.String())
	return err
}

// complete lists all columns of the groups that have a value, the task before
// them; nil if nothing was measured of groups that are not the principal ones.
func complete(points []*view.Point, groups ...result.Group) []column {
	chosen := fit(points, 1<<30, groups...).shown
	if !slices.ContainsFunc(chosen, func(c column) bool { return c.name != "" }) && !slices.Contains(groups, principal[0]) {
		return nil
	}
	task := column{title: "task", cell: func(p *view.Point, _ *view.Row) string { return view.Clean(p.Task()) }}
	return append([]column{task}, chosen...)
}

// markdown writes one table, unless nothing of the groups was measured.
func markdown(b *strings.Builder, title string, points []*view.Point, groups ...result.Group) {
	chosen := complete(points, groups...)
	if chosen == nil {
		return
	}
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

// build makes the lines of the terminal table: a line naming the task, then its
// decoders.
func build(points []*view.Point, chosen []column, width int) []string {
	t := pretty.NewWriter()
	t.SetStyle(plain())
	t.AppendHeader(header(chosen))
	titles := map[int]string{} // by line; they are wider than the first column
	for _, p := range points {
		titles[headLines+t.Length()] = text.Snip(view.Clean(p.Task()), width, "…")
		t.AppendRow(pretty.Row{""})
		for _, r := range p.Rows {
			row := make(pretty.Row, len(chosen))
			for i, c := range chosen {
				row[i] = c.aligned(c.cell(p, r))
			}
			row[0] = " " + row[0].(string)
			t.AppendRow(row)
		}
	}
	align(t, len(chosen), 1)
	lines := strings.Split(t.Render(), "\n")
	lines[1] = strings.TrimSuffix(lines[1], strings.Repeat("─", gap)) // below the gap that follows the last column
	for i := range lines {
		if title, ok := titles[i]; ok {
			lines[i] = title
		}
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}

// headLines are the lines of a terminal table before its first row.
const headLines = 2

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
	for i, s := range fields(chosen, p, r) {
		row[i] = s
	}
	return row
}

// fields are the cells of a row.
func fields(chosen []column, p *view.Point, r *view.Row) []string {
	list := make([]string, len(chosen))
	for i, c := range chosen {
		list[i] = c.cell(p, r)
	}
	return list
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
