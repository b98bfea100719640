// Package choice makes tables of chosen rows, columns and numbers of a run, for papers:
// "decoder×task: exact, speed-up". The same choice is written as LaTeX, Markdown, CSV or
// for a terminal.
//
// A number stands in bold where the run shows that it is better than every other one of its
// task in the table: by McNemar's exact test for solved shares, and by the whole
// interval of the paired ratio beyond the margin of speed for times. No other metric has a
// paired test, so none of them is ever bold.
package choice

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/harness/result"
	"dllmbench/reports/view"
)

// A Choice says which cells of a run make a table, and what is shown of them.
type Choice struct {
	Text          string // as it was written
	Rows, Columns []Axis // Columns is empty where each row is a cell
	Values        []Value
}

// Default is the choice where a reader names none.
const Default = "decoder×task: exact, speed-up"

// An Axis is what tells rows or columns apart.
type Axis struct {
	Name string
	Only []string // its values that are shown, in this order; nil for all
}

// axis is a kind of axis: its name, how a cell is called on it, and further names by which
// one may choose a cell.
type axis struct {
	name string
	of   func(*view.Point, *view.Row) string
	also func(*view.Point, *view.Row) []string
}

func axes() []axis {
	none := func(*view.Point, *view.Row) []string { return nil }
	return []axis{
		{"decoder", func(_ *view.Point, r *view.Row) string { return r.Name }, func(_ *view.Point, r *view.Row) []string { return []string{r.Decoder()} }},
		{"task", func(p *view.Point, _ *view.Row) string { return p.Task() }, func(p *view.Point, _ *view.Row) []string { return []string{p.Subject(), p.Workload, p.Rung} }},
		{"workload", func(p *view.Point, _ *view.Row) string { return p.Workload }, none},
		{"rung", func(p *view.Point, _ *view.Row) string { return p.Rung }, none},
		{"tokens", func(_ *view.Point, r *view.Row) string { return fmt.Sprint(r.Cell.Budget) }, none},
		{"batch", func(p *view.Point, _ *view.Row) string { return fmt.Sprint(p.Batch) }, none},
		{"threads", func(p *view.Point, _ *view.Row) string { return fmt.Sprint(p.Threads) }, none},
		{"weights", func(_ *view.Point, r *view.Row) string { return r.Cell.Weights }, func(_ *view.Point, r *view.Row) []string { return []string{r.Cell.Checkpoint} }},
		{"precision", func(_ *view.Point, r *view.Row) string { return r.Cell.Precision }, func(_ *view.Point, r *view.Row) []string {
			_, name, _ := strings.Cut(r.Cell.Weights, "precision=")
			name, _, _ = strings.Cut(name, ",")
			return []string{name}
		}},
	}
}

func axisOf(name string) axis {
	return axes()[slices.IndexFunc(axes(), func(a axis) bool { return a.name == name })]
}

// Value is a column of numbers: a metric, a comparison with the reference, or the share that
// is solved by an extraction rule.
type Value struct {
	Metric  view.Metric // "" for others
	Compare string      // speedUp, points or aup; "" for others
	Rule    string      // "" for others
}

// What compares: with the reference of a task, or all settings of a decoder with the best.
const (
	speedUp = "speed-up"
	points  = "points"
	aup     = "aup" // of the decoder, with all of its settings
)

// Is reports whether the text of --table is a choice and not the name of a table.
func Is(text string) bool { return strings.ContainsAny(text, ":×") }

// maxText is the most bytes of a choice.
const maxText = 4096

// cross parts rows from columns.
var cross = regexp.MustCompile(`\s*×\s*|\s+x\s+`)

// Parse reads a choice:
//
//	choice = axes [ ("×" | " x ") axes ] ":" value { "," value }
//	axes   = axis { "," axis }
//	axis   = name [ "(" text { "," text } ")" ]
//	value  = name or title of a metric | "speed-up" | "points" | "aup" | "rule(" name ")"
func Parse(text string) (*Choice, error) {
	c := &Choice{Text: text}
	if len(text) > maxText {
		return nil, fmt.Errorf("a choice has at most %d bytes", maxText)
	}
	cells, values, found := cut(text, func(rest string) int {
		if strings.HasPrefix(rest, ":") {
			return 1
		}
		return 0
	})
	if !found || strings.TrimSpace(cells) == "" || strings.TrimSpace(values) == "" {
		return nil, fmt.Errorf("%q: a choice is ROWS×COLUMNS: METRICS, for example %q", text, Default)
	}
	rows, columns, _ := cut(cells, func(rest string) int {
		if at := cross.FindStringIndex(rest); at != nil && at[0] == 0 {
			return at[1]
		}
		return 0
	})
	if cross.MatchString(columns) {
		return nil, fmt.Errorf("%q: rows and columns are parted by one ×; further axes of either stand behind commas, for example %q", text, "decoder×task, rung: exact")
	}
	var err error
	if c.Rows, err = parseAxes(rows); err != nil {
		return nil, err
	}
	if strings.TrimSpace(columns) != "" {
		if c.Columns, err = parseAxes(columns); err != nil {
			return nil, err
		}
	}
	seen := map[string]bool{}
	for _, a := range slices.Concat(c.Rows, c.Columns) {
		if seen[a.Name] {
			return nil, fmt.Errorf("%q: the axis %s is there twice", text, a.Name)
		}
		seen[a.Name] = true
	}
	for _, name := range strings.Split(values, ",") {
		v, err := parseValue(strings.TrimSpace(name))
		if err != nil {
			return nil, err
		}
		c.Values = append(c.Values, v)
	}
	return c, nil
}

// cut parts a text where at finds a separator outside of parentheses: it says how many
// bytes of it stand at the beginning of a text.
func cut(text string, at func(rest string) int) (before, after string, found bool) {
	depth := 0
	for i, c := range text {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		}
		if n := at(text[i:]); n > 0 && depth <= 0 {
			return text[:i], text[i+n:], true
		}
	}
	return text, "", false
}

func parseAxes(text string) ([]Axis, error) {
	var list []Axis
	for rest, more := text, true; more; {
		var one string
		one, rest, more = cut(rest, func(rest string) int {
			if strings.HasPrefix(rest, ",") {
				return 1
			}
			return 0
		})
		name, only, some := strings.Cut(strings.TrimSpace(one), "(")
		a := Axis{Name: strings.TrimSpace(name)}
		if some {
			only, whole := strings.CutSuffix(only, ")")
			if !whole {
				return nil, fmt.Errorf("%q: a parenthesis is not closed", strings.TrimSpace(one))
			}
			for _, s := range strings.Split(only, ",") {
				a.Only = append(a.Only, strings.TrimSpace(s))
			}
		}
		var names []string
		for _, known := range axes() {
			names = append(names, known.name)
		}
		if !slices.Contains(names, a.Name) {
			return nil, engines.UnknownName("axis of a table", a.Name, names)
		}
		list = append(list, a)
	}
	return list, nil
}

func parseValue(name string) (Value, error) {
	plain := func(s string) string { return strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(s)) }
	if c := strings.ReplaceAll(plain(name), "_", ""); c == "speedup" || c == points || c == aup {
		return Value{Compare: map[string]string{"speedup": speedUp, points: points, aup: aup}[c]}, nil
	}
	if rule, is := strings.CutPrefix(name, "rule("); is && strings.HasSuffix(rule, ")") {
		return Value{Rule: strings.TrimSuffix(rule, ")")}, nil
	}
	names := []string{speedUp, points, aup}
	for _, d := range result.Metrics() {
		if plain(d.Name) == plain(name) || plain(d.Title) == plain(name) {
			return Value{Metric: view.Metric(d.Name)}, nil
		}
		names = append(names, d.Title, d.Name)
	}
	hint := engines.Hint("; did you mean %s?", name, names)
	return Value{}, fmt.Errorf("unknown metric %q%s (dllmbench list metrics shows all; beside them %s, %s, %s and rule(NAME), an extraction rule)", name, hint, speedUp, points, aup)
}
