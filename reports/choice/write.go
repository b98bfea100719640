package choice

import (
	"cmp"
	"encoding/csv"
	"io"
	"math"
	"strconv"
	"strings"

	"dllmbench/engines"
	"dllmbench/harness/stats"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// Run is a choice and the run that it is made of.
type Run struct {
	*Choice
	View     *view.View
	Interval string // one of [Intervals]
	Caption  string // of LaTeX; "" for one that says what the columns are
	Label    string // of LaTeX; "" for one made of the scenario's name
}

// Intervals lists how the uncertainty of a number is shown: "54 [35, 72]", "54 ± 19", which
// is the longer half of the interval, or "54".
func Intervals() []string { return []string{"brackets", plusMinus, none} }

const (
	plusMinus = "plus-minus"
	none      = "none"
)

// Formats lists the formats of a choice.
func Formats() table.Formats[Run] {
	return table.Formats[Run]{
		{Name: "table", Doc: "aligned columns", Write: written(func(r Run, g *grid) string {
			return r.table(g).Text(math.MaxInt) + "\n" + table.Fold(g.said(r.Interval, false), math.MaxInt)
		})},
		{Name: "md", Doc: "Markdown", Write: written(func(r Run, g *grid) string {
			return r.table(g).Markdown() + "\n" + table.Escape(g.said(r.Interval, true)) + "\n"
		})},
		{Name: "csv", Doc: "a line for each row: values, both ends of intervals, whether it is the best", Write: writeCSV},
		{Name: "latex", Doc: "LaTeX with the rules of booktabs", Write: LaTeX},
	}
}

// LaTeX writes a choice as a table with the rules of booktabs.
func LaTeX(w io.Writer, r Run) error {
	return written(func(r Run, g *grid) string {
		return r.table(g).LaTeX(cmp.Or(r.Caption, g.said(r.Interval, true)), cmp.Or(r.Label, "tab:"+g.view.Header.Scenario))
	})(w, r)
}

// Find is a format of a choice.
func Find(name string) (table.Format[Run], error) {
	f, ok := Formats().Find(name)
	if !ok {
		return f, engines.UnknownName("format of a table of one's own choice", name, Formats().Names())
	}
	return f, nil
}

func written(text func(Run, *grid) string) func(io.Writer, Run) error {
	return func(w io.Writer, r Run) error {
		g, err := r.grid(r.View)
		if err != nil {
			return err
		}
		_, err = io.WriteString(w, text(r, g))
		return err
	}
}

// table makes the table for readers, without rows and columns in which nothing is known.
func (r Run) table(g *grid) *table.Table {
	t := &table.Table{}
	for _, a := range g.Rows {
		t.Columns = append(t.Columns, table.Column{Title: a.Name, Left: true})
	}
	type column struct{ at, value int }
	var columns []column
	for i, names := range g.heads() {
		for k := range g.Values {
			if g.known(i, k) {
				t.Columns = append(t.Columns, table.Column{Title: g.title(k), Over: names})
				columns = append(columns, column{i, k})
			}
		}
	}
	for i, names := range g.rows {
		row, known := table.Row{}, false
		for _, name := range names {
			row.Fields, row.Best = append(row.Fields, view.Clean(name)), append(row.Best, false)
		}
		for _, c := range columns {
			e := g.value(i, c.at, c.value)
			known = known || e != nil
			if g.repeats(i, c.at, c.value) {
				row.Fields, row.Best = append(row.Fields, ""), append(row.Best, false)
				continue
			}
			row.Fields, row.Best = append(row.Fields, r.number(g.Values[c.value], e)), append(row.Best, g.best(i, c.at, c.value))
		}
		if known {
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// heads are what stands over the columns; nothing where each row is a cell.
func (g *grid) heads() []string {
	var list []string
	for _, names := range g.columns {
		list = append(list, view.Clean(strings.Join(names, ", ")))
	}
	return list
}

// known reports whether any row has a number of a column.
func (g *grid) known(column, value int) bool {
	for i := range g.rows {
		if g.value(i, column, value) != nil {
			return true
		}
	}
	return false
}

// manyUnits is from how many units on a number has a digit more.
const manyUnits = 100

// number is an estimate for readers.
func (r Run) number(v Value, e *stats.Estimate) string {
	if e == nil {
		return view.Unknown
	}
	write := view.Number
	if v.Compare == points || v.Rule != "" || v.Compare == "" && v.Metric.Definition().Unit == "%" {
		digits := 0
		if e.N >= manyUnits {
			digits = 1
		}
		write = func(x float64) string { return strconv.FormatFloat(x, 'f', digits, 64) }
	}
	text := write(e.Value)
	switch {
	case e.CI == nil || e.CI.Low == e.CI.High || r.Interval == none:
	case r.Interval == plusMinus:
		text += " ± " + write(max(e.Value-e.CI.Low, e.CI.High-e.Value))
	default:
		text += view.Interval(e, write)
	}
	return strings.ReplaceAll(text, "-", "−")
}

// writeCSV writes a line for each row, with four columns for each number: its value, both
// ends of its interval, and whether it is shown to be the best. Unknown is empty.
func writeCSV(w io.Writer, r Run) error {
	g, err := r.grid(r.View)
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	var head []string
	for _, a := range g.Rows {
		head = append(head, a.Name)
	}
	for _, over := range g.heads() {
		for _, v := range g.Values {
			name := v.column()
			if over != "" {
				name = view.Field(over) + ": " + name
			}
			head = append(head, name, name+" low", name+" high", name+" best")
		}
	}
	lines := [][]string{head}
	for i, names := range g.rows {
		var line []string
		for _, name := range names {
			line = append(line, view.Field(name))
		}
		for c := range g.columns {
			for k := range g.Values {
				line = append(line, fields(g.value(i, c, k), g.best(i, c, k))...)
			}
		}
		lines = append(lines, line)
	}
	if err := out.WriteAll(lines); err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// column is the name of a value in CSV, with its unit.
func (x Value) column() string {
	switch x.Compare {
	case speedUp:
		return "times_as_fast"
	case points, aup:
		return x.Compare
	}
	if x.Rule != "" {
		return view.Field(x.Rule) + "_pct"
	}
	return x.Metric.Definition().Column()
}

func fields(e *stats.Estimate, best bool) []string {
	out := make([]string, 4)
	if e == nil {
		return out
	}
	write := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	out[0], out[3] = write(e.Value), strconv.FormatBool(best)
	if e.CI != nil {
		out[1], out[2] = write(e.CI.Low), write(e.CI.High)
	}
	return out
}
