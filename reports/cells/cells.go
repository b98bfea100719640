// Package cells makes the tables of a run: its cells with all that was measured
// of them, and what is asked of them besides.
package cells

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"dllmbench/harness/result"
	"dllmbench/reports/choice"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// MinWidth is the narrowest terminal, in columns, that [Write] fits.
const MinWidth = 48

// nameWidth is the most characters of a decoder's name that a table shows.
const nameWidth = 28

// Note explains the marks of the printed tables of a run.
func Note(v *view.View) string {
	short, words := v.Versus()
	return "[low, high] is a 95% interval; – is not measured. n counts instances; 1×8 is one instance run 8 times. " +
		"vs " + short + ": times as fast as " + words + " on the same instances; " +
		"~ no difference above 2% shown, ? too few pairs to tell." + v.LengthNote() + v.CheckpointNote()
}

// Run is what a table of a run is made from.
type Run struct {
	View  *view.View
	File  *result.File // with all requests; nil where only the view is needed
	Width int          // of the terminal in columns
}

// Formats lists the formats of the final table of a run. Only the first one
// depends on the width.
func Formats() table.Formats[Run] {
	whole := func(write func(io.Writer, *view.View) error) func(io.Writer, Run) error {
		return func(w io.Writer, r Run) error { return write(w, r.View) }
	}
	return table.Formats[Run]{
		{Name: "table", Doc: "aligned columns, as many as fit the terminal", Write: func(w io.Writer, r Run) error { return Write(w, r.View, r.Width) }},
		{Name: "md", Doc: "Markdown, all columns", Write: whole(Markdown)},
		{Name: "csv", Doc: "a line for each cell: values, intervals; unknown is empty", Write: whole(CSV)},
		{Name: "json", Doc: "an object for each cell: values, units, intervals, n; unknown is null", Write: whole(JSON)},
		{Name: "jsonl", Doc: "the same objects, one on a line", Write: whole(JSONL)},
		{Name: "html", Doc: "a page of its own, all columns, without scripts", Write: whole(HTML)},
		{Name: "latex", Doc: "LaTeX, exact match and speed; report --table chooses others", Write: whole(LaTeX)},
	}
}

// markNote explains the marks behind names; "" where there are none.
func markNote(v *view.View) string {
	var notes []string
	if list := v.Untrained(); list != nil {
		notes = append(notes, fmt.Sprintf("%s untrained use: %s.", view.UntrainedMark, strings.Join(list, ". ")))
	}
	if slices.ContainsFunc(v.Rows, func(r *view.Row) bool { return r.BelowFloor }) {
		notes = append(notes, fmt.Sprintf("%s below the floor of %s.", view.BelowMark, v.FloorText()))
	}
	if notes == nil {
		return ""
	}
	return strings.Join(notes, " ") + "\n"
}

const noCells = "The run has no cells.\n"

// Write prints tables for a terminal of that many columns (MinWidth when it is
// less): one for trained weights, one for cost-only cells, which have no quality.
// They hold quality, speed and cost; see [Coherence] for the rest, and [Omitted]
// for what had no room.
func Write(w io.Writer, v *view.View, width int) error {
	width = max(width, MinWidth)
	var b strings.Builder
	var fitted []*table.Table
	for _, p := range parts(v) {
		t, _ := metricTable(v, p.title, p.points, principal...).Fit(width)
		fitted = append(fitted, t)
		fmt.Fprintf(&b, "%s\n%s\n", snip(t.Title, width), t.Text(width))
	}
	if t := Aspects(v); t != nil {
		fmt.Fprintf(&b, "%s\n%s\n", t.Title, t.Text(width))
	}
	if fitted == nil {
		b.WriteString(noCells)
	} else {
		for _, note := range []string{Note(v), table.Key(fitted...), markNote(v), v.Bounds()} {
			b.WriteString(table.Fold(note, width))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// maxOmitted is the most columns that [Omitted] names.
const maxOmitted = 6

// Omitted says in lines of that width which columns [Write] has no room for and
// at which width they come in; it is empty where all are shown.
func Omitted(v *view.View, width int) string {
	width = max(width, MinWidth)
	for _, p := range parts(v) {
		_, omitted := metricTable(v, p.title, p.points, principal...).Fit(width)
		if len(omitted) == 0 {
			continue
		}
		var list []string
		for _, c := range omitted[:min(len(omitted), maxOmitted)] {
			list = append(list, fmt.Sprintf("%s from %d", c.Title, c.From))
		}
		if n := len(omitted); n > maxOmitted {
			list = append(list, fmt.Sprintf("%d more up to %d", n-maxOmitted, omitted[n-1].From))
		}
		return table.Fold("More in a wider terminal, by its columns: "+strings.Join(list, ", ")+".", width)
	}
	return ""
}

// complete lists the tables with all columns that have a value: those of
// [Write], and one for each further group of metrics that has one.
func complete(v *view.View) []*table.Table {
	var list []*table.Table
	for _, p := range parts(v) {
		list = append(list, metricTable(v, p.title, p.points, principal...))
		for _, g := range result.Groups() {
			if t := metricTable(v, g.Title(), p.points, g); !slices.Contains(principal, g) && t != nil {
				list = append(list, t)
			}
		}
	}
	if t := Aspects(v); t != nil {
		list = append(list, t)
	}
	return list
}

// Markdown writes the complete tables as GitHub Markdown.
func Markdown(w io.Writer, v *view.View) error {
	var b strings.Builder
	for _, t := range complete(v) {
		fmt.Fprintf(&b, "### %s\n\n%s\n", t.Title, t.Markdown())
	}
	if b.Len() == 0 {
		b.WriteString(noCells)
	} else {
		fmt.Fprintln(&b, strings.ReplaceAll(Note(v), "~", `\~`))
		b.WriteString(markNote(v))
		if s := v.Bounds(); s != "" {
			b.WriteString("\n" + s + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// LaTeX writes the usual choice of the run for a paper.
func LaTeX(w io.Writer, v *view.View) error {
	if !slices.ContainsFunc(v.Rows, func(r *view.Row) bool { return r.State != view.NotRun }) {
		_, err := io.WriteString(w, "% "+noCells)
		return err
	}
	c, err := choice.Parse(choice.Default)
	if err != nil {
		return err
	}
	return choice.LaTeX(w, choice.Run{Choice: c, View: v})
}

//go:embed page.html
var pageFile embed.FS

var pageTemplate = template.Must(template.ParseFS(pageFile, "page.html"))

// HTML writes the complete tables as a page of its own: it opens offline, has no
// scripts, and all text of the run is escaped.
func HTML(w io.Writer, v *view.View) error {
	tables := complete(v)
	for i, t := range tables {
		tables[i] = t.Flat()
	}
	return pageTemplate.Execute(w, map[string]any{
		"Title": view.Clean(v.Header.Scenario), "Tables": tables, "Note": Note(v), "Marks": markNote(v), "Bounds": v.Bounds(),
	})
}
