package table

import (
	"slices"

	"dllmbench/harness/lists"
	"dllmbench/reports/view"
)

// minNameWidth is the fewest characters to which [Table.Fit] cuts names.
const minNameWidth = 12

// Omitted is a column without room.
type Omitted struct {
	Column
	From int // width of the table at which it comes in
}

// Fit takes the first columns that have room in width, the most important ones
// first. A metric with partners takes them along, or stays out if one of them is
// missing. The names in the first column give way until the first two metrics
// fit.
func (t *Table) Fit(width int) (*Table, []Omitted) {
	widths := make([]int, len(t.Columns))
	essential := 1 - gap // the first column is indented, and the last one is followed by nothing
	for i := range t.Columns {
		_, widths[i] = t.aligned(i)
		if i == 0 && t.Section != "" {
			widths[i]-- // of the indent
		}
		if i < 4 {
			essential += widths[i] + gap
		}
	}
	if extra := essential - width; extra > 0 {
		limit := max(minNameWidth, widths[0]-extra)
		t = &Table{Title: t.Title, Section: t.Section, Columns: t.Columns, Rows: slices.Clone(t.Rows)}
		widths[0] = len(t.Columns[0].Title)
		for i, r := range t.Rows {
			name := Shorten(r.Fields[0], limit)
			t.Rows[i].Fields = slices.Concat([]string{name}, r.Fields[1:])
			widths[0] = max(widths[0], len([]rune(name)))
		}
	}
	var shown []int
	var omitted []Omitted
	used := 1 - gap
	for _, i := range t.order() {
		if used += widths[i] + gap; used <= width {
			shown = append(shown, i)
		} else {
			omitted = append(omitted, Omitted{t.Columns[i], used})
		}
	}
	return t.only(shown), omitted
}

// order lists the columns with the partners of each behind it, and without
// those of which a partner is missing.
func (t *Table) order() []int {
	var list []int
	at := func(name string) int {
		return slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
	}
	for i, c := range t.Columns {
		set := []int{i}
		for _, name := range c.With {
			set = append(set, at(name))
		}
		if slices.Contains(list, i) || slices.Contains(set, -1) {
			continue
		}
		for _, member := range set {
			list = lists.With(list, member)
		}
	}
	return list
}

// Known is the table without the columns of which no field is known.
func (t *Table) Known() *Table {
	var known []int
	for i := range t.Columns {
		if slices.ContainsFunc(t.Rows, func(r Row) bool { return r.Fields[i] != view.Unknown }) {
			known = append(known, i)
		}
	}
	return t.only(known)
}

// only is the table with some of its columns.
func (t *Table) only(columns []int) *Table {
	out := &Table{Title: t.Title, Section: t.Section}
	for _, i := range columns {
		out.Columns = append(out.Columns, t.Columns[i])
	}
	for _, r := range t.Rows {
		row := Row{Section: r.Section}
		for _, i := range columns {
			row.Fields = append(row.Fields, r.Fields[i])
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}
