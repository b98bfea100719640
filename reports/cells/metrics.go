package cells

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"dllmbench/harness/place"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/table"
	"dllmbench/reports/view"
)

// principal are the groups of the main table.
var principal = []result.Group{result.Quality, result.Speed, result.Cost}

// intervals says how the columns are written that show an interval beside the
// value; all other metrics show the value alone.
var intervals = map[view.Metric]func(*stats.Estimate) string{
	view.Exact: view.Percent, view.E2E: view.WithInterval,
	view.CoherenceBackward: view.WithInterval, view.CoherenceAhead: view.WithInterval, view.CrossEntropy: view.WithInterval,
}

type part struct {
	title  string
	points []*view.Point
}

// parts are the points of trained weights and those of random ones.
func parts(v *view.View) []part {
	costOnly := slices.DeleteFunc(slices.Clone(v.Points), func(p *view.Point) bool { return !p.CostOnly })
	all := []part{{v.TrainedTitle(), v.Trained()}, {"Cost only (random weights: time and work, no quality)", costOnly}}
	return slices.DeleteFunc(all, func(p part) bool { return len(p.points) == 0 })
}

// metricTable has a row for each cell of the points, in sections by task, and a
// column for each metric of the groups that has a value, in the order of
// [result.Metrics], the most important first. Violations stand beside coherence
// too. It is nil if nothing was measured of groups that are not the principal ones.
func metricTable(v *view.View, title string, points []*view.Point, groups ...result.Group) *table.Table {
	t := &table.Table{Title: title, Section: "task", Columns: []table.Column{{Title: "decoder", Left: true}, {Title: "n"}}}
	write := []func(*view.Point, *view.Row) string{
		func(_ *view.Point, r *view.Row) string { return marked(r) },
		func(_ *view.Point, r *view.Row) string { return sample(r) },
	}
	if v.Precisions() > 1 {
		t.Columns = slices.Insert(t.Columns, 1, table.Column{Title: "precision", Left: true})
		write = slices.Insert(write, 1, func(_ *view.Point, r *view.Row) string { return view.Clean(r.Cell.Precision) })
	}
	definitions := result.Metrics()
	if place.CountedBy(v.Header) != "" { // characters in front, which no tokenizer counts
		slices.SortStableFunc(definitions, func(a, b result.Metric) int {
			place := func(m result.Metric) int {
				return 2 - slices.Index([]string{string(view.Chars), string(view.E2E), string(view.Exact)}, m.Name)
			}
			return place(a) - place(b)
		})
	}
	for _, d := range definitions {
		if !slices.Contains(groups, d.Group) && (d.Name != string(view.Violations) || !slices.Contains(groups, result.Coherence)) {
			continue
		}
		m := view.Metric(d.Name)
		value, interval := intervals[m]
		if !interval {
			value = view.Value
		}
		t.Columns = append(t.Columns, table.Column{Title: view.Heading(d), Key: key(d), Name: d.Name, With: d.With, Interval: interval})
		write = append(write, func(_ *view.Point, r *view.Row) string { return value(shown(r, m)) })
		if m == view.E2E {
			short, _ := v.Versus()
			t.Columns, write = append(t.Columns, table.Column{Title: "vs " + short}), append(write, versus)
		}
	}
	for _, p := range points {
		task := view.Clean(p.Task())
		for _, r := range p.Rows {
			row := table.Row{Section: task}
			for _, text := range write {
				row.Fields = append(row.Fields, text(p, r))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	t = t.Known()
	if !slices.Contains(groups, principal[0]) && !slices.ContainsFunc(t.Columns, func(c table.Column) bool { return c.Name != "" }) {
		return nil
	}
	return t
}

// key is the name of a metric where its title is another one, and the unit where
// the title does not say it.
func key(d result.Metric) string {
	var parts []string
	if !strings.EqualFold(d.Title, d.Name) {
		parts = append(parts, d.Name)
	}
	if !strings.Contains(view.Heading(d)+" "+strings.ReplaceAll(d.Name, "_", " "), d.Unit) {
		parts = append(parts, d.Unit)
	}
	return strings.Join(parts, ", ")
}

// versus compares the speed of a row with the reference of its point.
func versus(p *view.Point, r *view.Row) string {
	if r == p.Reference {
		return "1"
	}
	return view.Versus(p.Against[r])
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

// short is a name of at most nameWidth characters.
func short(name string) string { return table.Shorten(name, nameWidth) }

// marked is the name with its marks.
func marked(r *view.Row) string {
	marks := r.Marks()
	return table.Shorten(r.ShortName(), nameWidth-len([]rune(marks))) + marks
}

func snip(s string, width int) string { return text.Snip(s, width, "…") }
