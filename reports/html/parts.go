package html

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/view"
)

// Limits that keep the page responsive; what is left out is said on it.
const (
	maxCells    = view.ShownRows
	maxRows     = 1000
	maxScenario = 100_000
	maxVerdicts = 200
)

type cellTable struct {
	Title   string
	Columns []tableColumn
	Rows    []tableRow
}

type tableColumn struct {
	Title, Unit, Doc string
	Number           bool
	Group            string // "" for columns that are always shown
	First            bool   // of its group
	All              string // name of the choice of all rows, where there is a choice by this column
}

type tableRow struct {
	Task, Name string
	Engine     engine
	Invalid    bool
	Marks      []mark
	Cells      []tableCell
}

// tableCell is a cell; Sort is its number where the text says less.
type tableCell struct{ Text, Interval, Sort string }

// tables makes the tables of cells: trained weights and cost-only, without
// columns in which nothing is known.
func tables(v *view.View) ([]cellTable, string) {
	var out []cellTable
	left := maxCells
	short, words := v.Versus()
	for _, costOnly := range []bool{false, true} {
		t := cellTable{Title: v.TrainedTitle()}
		if costOnly {
			t.Title = "Cost only: random weights, time and work without quality"
		}
		points := lists.Keep(v.Points, func(p *view.Point) bool { return p.CostOnly == costOnly })
		known := map[view.Metric]bool{}
		for _, p := range points {
			for _, r := range p.Rows {
				for m := range r.Values {
					known[m] = true
				}
			}
		}
		if len(points) == 0 {
			continue
		}
		t.Columns = []tableColumn{
			{Title: "task"}, {Title: "decoder", All: "all decoders"},
			{Title: "n", Doc: "independent instances; 1×8 is one instance run 8 times", Number: true},
		}
		versus := compares(points)
		if versus {
			t.Columns = append(t.Columns, tableColumn{Title: "vs " + short, Unit: "times as fast", Doc: "paired with " + words + " on the same instances" + strings.Replace(v.LengthNote(), " ", "; ", 1), Number: true})
		}
		metrics := byGroup(func(d result.Metric) bool { return known[view.Metric(d.Name)] })
		for i, d := range metrics {
			first := i == 0 || groupOf(metrics[i-1]) != groupOf(d)
			t.Columns = append(t.Columns, tableColumn{Title: d.Title, Unit: d.Unit, Doc: d.Doc, Number: true, Group: groupOf(d), First: first})
		}
		for _, p := range points {
			for _, r := range p.Rows {
				if left > 0 {
					left--
					t.Rows = append(t.Rows, row(p, r, versus, metrics))
				}
			}
		}
		out = append(out, t)
	}
	var cut []string
	if extra := len(v.Rows) - maxCells; extra > 0 {
		cut = append(cut, fmt.Sprintf("Only the first %d of %d cells are shown, in the order of the run; dllmbench report DIR --format csv writes the table of all of them, from results.jsonl.", maxCells, len(v.Rows)))
	}
	if s := v.Bounds(); s != "" {
		cut = append(cut, s)
	}
	return out, strings.Join(cut, " ")
}

// compares reports whether a row of a point stands beside another one.
func compares(points []*view.Point) bool {
	return slices.ContainsFunc(points, func(p *view.Point) bool { return len(p.Against) > 0 })
}

func row(p *view.Point, r *view.Row, versus bool, metrics []result.Metric) tableRow {
	out := tableRow{
		Task: view.Clean(p.Task()), Name: view.Clean(r.ShortName()), Engine: engineOf(r.Look), Invalid: r.State == view.Invalid, Marks: marksOf(r),
	}
	out.Name += r.Marks() // the summary says what they mean
	n := tableCell{Text: fmt.Sprint(r.Instances)}
	if r.Instances == 1 && r.Repetitions > 1 {
		n = tableCell{Text: fmt.Sprintf("1×%d", r.Repetitions), Sort: "1"}
	}
	if r.State == view.NotRun {
		n = tableCell{Text: "not run"}
	}
	out.Cells = []tableCell{n}
	if versus {
		s := p.Against[r].Speed
		speed := number(s, func(float64) string { return view.Versus(p.Against[r]) }, view.Number)
		if s == nil && r == p.Reference {
			speed.Text = "1"
		}
		out.Cells = append(out.Cells, speed)
	}
	for _, d := range metrics {
		format := view.Number
		if d.Unit == "%" {
			format = whole
		}
		out.Cells = append(out.Cells, number(r.Values[view.Metric(d.Name)], format, format))
	}
	return out
}

func whole(x float64) string { return fmt.Sprintf("%.0f", x) }

// number is a cell of an estimate in words, with its interval in numbers.
func number(e *stats.Estimate, text, format func(float64) string) tableCell {
	if e == nil {
		return tableCell{Text: view.Unknown}
	}
	c := tableCell{Text: text(e.Value), Sort: strconv.FormatFloat(e.Value, 'g', 6, 64)}
	if c.Sort == c.Text {
		c.Sort = ""
	}
	if e.CI != nil && e.CI.Low != e.CI.High {
		c.Interval = fmt.Sprintf("[%s, %s]", format(e.CI.Low), format(e.CI.High))
	}
	return c
}

// exactly is a cell of a number without an interval.
func exactly(x float64, text string) tableCell {
	return tableCell{Text: text, Sort: strconv.FormatFloat(x, 'g', 9, 64)}
}

// environment lists what the header says about machine and program.
func environment(v *view.View) []pair {
	h := v.Header
	var weights []string
	for _, r := range v.Rows {
		if w := strings.TrimSpace(r.Cell.Weights + " " + r.Cell.Model()); !slices.Contains(weights, w) && len(weights) < 10 {
			weights = append(weights, w)
		}
	}
	list := append(envPairs(h.Env), pair{"Weights", strings.Join(weights, "; ")},
		pair{"Run", h.RunID}, pair{"Scenario SHA-256", h.ScenarioSHA256}, pair{"Format", h.Schema})
	for _, k := range slices.Sorted(maps.Keys(h.Metadata)) {
		list = append(list, pair{k, h.Metadata[k]})
	}
	return shownPairs(list)
}

// envPairs lists the facts of an environment; the keys are always the same.
func envPairs(e result.Env) []pair {
	size := func(n int64, unit string, by float64) string {
		if n <= 0 {
			return ""
		}
		return fmt.Sprintf("%.4g %s", float64(n)/by, unit)
	}
	commit := e.GitSHA
	if commit != "" && e.GitTime != "" {
		commit += ", " + e.GitTime
	}
	if commit != "" && e.Dirty {
		commit += " with uncommitted changes"
	}
	return shownPairs([]pair{
		{"Processor", e.CPU}, {"Features", strings.Join(e.CPUFeatures, " ")},
		{"Cores", positive(e.Cores)}, {"Last-level cache", size(e.L3Bytes, "MB", 1e6)}, {"Memory", size(e.MemBytes, "GB", 1e9)},
		{"Frequency governor", e.Governor}, {"System", strings.TrimSpace(e.OS + "/" + e.Arch + " " + e.KernelOS)},
		{"Limits", e.Container}, {"Go", e.Go}, {"GOMAXPROCS", positive(e.GOMAXPROCS)},
		{"Compute kernels", e.Kernels()}, {"Quantised weights", e.QuantLoops}, {"Answers that are Python", e.Python}, {"Commit", commit}, {"Binary SHA-256", e.BinarySHA256},
	})
}

// shownPairs makes pairs safe to show.
func shownPairs(list []pair) []pair {
	for i := range list {
		list[i].Key, list[i].Value = view.Clean(list[i].Key), view.Clean(list[i].Value)
		if list[i].Value == "" {
			list[i].Value = view.Unknown
		}
	}
	return list
}

func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// columnGroups are the sets of columns of the table of cells that a reader shows
// or hides together, in its order.
var columnGroups = []string{"quality", "time", "passes", "cost", "delivery", "coherence", "variety", "code"}

// groupOf is finer than the groups of the metrics: time is apart from when the
// tokens came, and what is computed, read and held apart from how many passes.
func groupOf(d result.Metric) string {
	unit, _, _ := strings.Cut(d.Unit, "/")
	switch {
	case d.Group == result.Speed && slices.Contains([]string{"e2e", "tokens_per_s", "chars_per_s", "ttft", "time_per_forward", "e2e_p95"}, d.Name):
		return "time"
	case d.Group == result.Speed:
		return "delivery"
	case d.Group == result.Cost && slices.Contains([]string{"MFLOP", "MB", "mJ"}, unit):
		return "cost"
	case d.Group == result.Cost:
		return "passes"
	}
	return string(d.Group)
}

// byGroup lists the metrics that keep returns true for, group by group.
func byGroup(keep func(result.Metric) bool) []result.Metric {
	list := slices.DeleteFunc(result.Metrics(), func(d result.Metric) bool { return !keep(d) })
	slices.SortStableFunc(list, func(a, b result.Metric) int {
		return cmp.Compare(slices.Index(columnGroups, groupOf(a)), slices.Index(columnGroups, groupOf(b)))
	})
	return list
}
