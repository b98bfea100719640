// Package table is the one table of this program, and all ways to write it.
//
// A table of records is a sequence of structs whose tags declare the columns
// once: [CSV], [JSON] and [JSONL] write it for programs, [Of] makes of it what
// people read, and docs/data.md explains its columns. A table whose columns
// depend on the data is put together with [New] and [Table.Add]. [Table.Text]
// is for a terminal, where [Table.Fit] leaves out what has no room, and
// [Table.Markdown] for pages. [Formats] lists ways to write something.
package table

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// Table is a table for people.
type Table struct {
	Title   string
	Section string // head of the column that holds the sections in Markdown; "" without sections
	Columns []Column
	Rows    []Row
	Foot    []string // below all rows; nil without
}

// Column is one column of a table.
type Column struct {
	Title    string
	Over     string   // what stands over it and its neighbours; "" for nothing
	Key      string   // what the title stands for and is counted in; "" when it says so
	Left     bool     // text; numbers stand flush right
	Interval bool     // fields are "value [low, high]" where an interval is known; they are aligned
	Name     string   // of the metric, "" for other columns
	With     []string // metrics without which this one is not shown
}

// Row is one line of a table.
type Row struct {
	Section string // rows of one section stand below its name, or beside it in Markdown
	Fields  []string
	Best    []bool // fields that are shown to be the best; nil for none
}

// New begins a table, of which the first columns hold text.
func New(texts int, titles ...string) *Table {
	t := &Table{}
	for i, title := range titles {
		t.Columns = append(t.Columns, Column{Title: title, Left: i < texts})
	}
	return t
}

// Add adds a row of values, written by [Text].
func (t *Table) Add(values ...any) {
	fields := make([]string, len(values))
	for i, x := range values {
		fields[i] = Text(x)
	}
	t.Rows = append(t.Rows, Row{Fields: fields})
}

// gap is the number of spaces between columns.
const gap = 2

// Text writes the table for a terminal, one line each row: aligned columns, no
// frame, no blanks at the ends of lines. Names of sections are cut at width.
func (t *Table) Text(width int) string {
	columns := make([][]string, len(t.Columns))
	widths := make([]int, len(t.Columns))
	for i := range t.Columns {
		columns[i], widths[i] = t.aligned(i)
	}
	var b strings.Builder
	line := func(field func(int) string) {
		var parts []string
		for i, c := range t.Columns {
			align := text.AlignRight
			if c.Left {
				align = text.AlignLeft
			}
			parts = append(parts, align.Apply(field(i), widths[i]))
		}
		b.WriteString(strings.TrimRight(strings.Join(parts, strings.Repeat(" ", gap)), " ") + "\n")
	}
	if s := t.overText(widths); s != "" {
		b.WriteString(s + "\n")
	}
	line(func(i int) string { return t.Columns[i].Title })
	total := -gap
	for _, w := range widths {
		total += w + gap
	}
	b.WriteString(strings.Repeat("─", total) + "\n")
	for n, r := range t.Rows {
		if r.Section != "" && (n == 0 || r.Section != t.Rows[n-1].Section) {
			b.WriteString(text.Snip(r.Section, width, "…") + "\n")
		}
		line(func(i int) string { return columns[i][n] })
	}
	if t.Foot != nil {
		line(func(i int) string { return t.Foot[i] })
	}
	return b.String()
}

// aligned are the fields of a column and its width: values and the ends of
// intervals stand below each other, and rows of sections are indented.
func (t *Table) aligned(column int) (fields []string, width int) {
	c := t.Columns[column]
	lows, highs := 0, 0
	for _, r := range t.Rows {
		if _, low, high, whole := c.split(r.Fields[column]); whole {
			lows, highs = max(lows, len([]rune(low))), max(highs, len([]rune(high)))
		}
	}
	width = text.StringWidthWithoutEscSequences(c.Title)
	if t.Foot != nil {
		width = max(width, text.StringWidthWithoutEscSequences(t.Foot[column]))
	}
	for _, r := range t.Rows {
		s := r.Fields[column]
		value, low, high, whole := c.split(s)
		switch {
		case whole:
			s = fmt.Sprintf("%s [%*s, %*s]", value, lows, low, highs, high)
		case highs > 0:
			s += strings.Repeat(" ", len(" [, ]")+lows+highs)
		case column == 0 && r.Section != "":
			s = " " + s
		}
		fields = append(fields, s)
		width = max(width, text.StringWidthWithoutEscSequences(s))
	}
	return fields, width
}

// split takes "value [low, high]" apart; whole is false without an interval.
func (c *Column) split(s string) (value, low, high string, whole bool) {
	value, ends, found := strings.Cut(s, " [")
	low, high, both := strings.Cut(strings.TrimSuffix(ends, "]"), ", ")
	return value, low, high, c.Interval && found && both
}

// Flat is the table with a column for its sections.
func (t *Table) Flat() *Table {
	if t.Section == "" {
		return t
	}
	flat := &Table{Title: t.Title, Columns: slices.Concat([]Column{{Title: t.Section, Left: true}}, t.Columns)}
	for _, r := range t.Rows {
		flat.Rows = append(flat.Rows, Row{Fields: slices.Concat([]string{r.Section}, r.Fields)})
	}
	return flat
}

// Markdown writes the table, without its title, as GitHub reads it.
func (t *Table) Markdown() string {
	var b strings.Builder
	t = t.Flat()
	line := func(fields []string) {
		for _, s := range fields {
			fmt.Fprintf(&b, "| %s ", strings.ReplaceAll(s, "|", `\|`))
		}
		b.WriteString("|\n")
	}
	line(t.titles())
	for _, c := range t.Columns {
		if c.Left {
			b.WriteString("|:--- ")
		} else {
			b.WriteString("| ---:")
		}
	}
	b.WriteString("|\n")
	for _, r := range t.Rows {
		line(r.marked("**", "**"))
	}
	if t.Foot != nil {
		line(t.Foot)
	}
	return b.String()
}

// overText is what stands over columns of these widths, the last of which widen where it has
// no room; "" for nothing.
func (t *Table) overText(widths []int) string {
	var b strings.Builder
	for from := 0; from < len(t.Columns); {
		width, to := -gap, from
		for ; to < len(t.Columns) && t.Columns[to].Over == t.Columns[from].Over; to++ {
			width += widths[to] + gap
		}
		over := t.Columns[from].Over
		more := max(0, text.StringWidthWithoutEscSequences(over)-width)
		widths[to-1] += more
		b.WriteString(text.AlignLeft.Apply(over, width+more+gap))
		from = to
	}
	return strings.TrimRight(b.String(), " ")
}

// head is the title with what stands over it, in one line.
func (c Column) head() string {
	if c.Over == "" {
		return c.Title
	}
	return c.Over + ": " + c.Title
}

// marked are the fields with marks around the best ones.
func (r Row) marked(before, after string) []string {
	out := slices.Clone(r.Fields)
	for i, best := range r.Best {
		if best {
			out[i] = before + out[i] + after
		}
	}
	return out
}

func (t *Table) titles() []string {
	list := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		list[i] = c.head()
	}
	return list
}

// Key says what the titles of columns stand for.
func Key(tables ...*Table) string {
	var list []string
	for _, t := range tables {
		for _, c := range t.Columns {
			if s := c.Title + " = " + c.Key; c.Key != "" && !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
	}
	if list == nil {
		return ""
	}
	return "Columns: " + strings.Join(list, "; ") + "."
}
