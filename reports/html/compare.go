package html

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"dllmbench/harness/gate"
	"dllmbench/harness/lists"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/harness/verdict"
	"dllmbench/reports/ci"
	"dllmbench/reports/plot"
	"dllmbench/reports/view"
)

// Comparison is what the page of a comparison is made from.
type Comparison struct {
	Report *gate.Report
	Sides  []Side // the old one first
}

// Side is one side of a comparison, as far as it is known.
type Side struct {
	Name string
	Env  *result.Env  // nil when unknown
	Run  *result.File // nil for sides without records: a baseline, another program
}

// comparePage is what the sections of a comparison show.
type comparePage struct {
	*gate.Report
	Lead        []string // the verdict in words
	Broken      []outcomeText
	More        int // failing findings that are not listed
	Counted     counterPart
	Figures     []figure
	NoFigure    string // why there is none, or how many comparisons are in none
	Rows        []gate.Finding
	RowsCut     string
	Validity    []validity
	EnvSides    []string
	EnvRows     []envRow
	Differ      int // rows of EnvRows that differ
	MaxNoise    float64
	Verdicts    []verdictLook
	Definitions []result.Metric
	Downloads   []download
}

// outcomeText is a finding in words with its verdict.
type outcomeText struct {
	Badge mark
	Text  string
}

// verdictLook is how a verdict looks, with a shape beside the word, so that
// colour is not needed, and what it means.
type verdictLook struct {
	Shape, Class string
	verdict.Entry
}

var shapes = map[gate.Verdict]verdictLook{
	gate.Improved: {Shape: "▲", Class: "good"}, gate.Regressed: {Shape: "▼", Class: "bad"}, gate.Changed: {Shape: "≠", Class: "bad"},
	gate.WithinNoise: {Shape: "≈", Class: "open"}, gate.NoChange: {Shape: "=", Class: "open"}, gate.Inconclusive: {Shape: "◌", Class: "open"},
	gate.Insufficient: {Shape: "?", Class: "mixed"}, gate.NotComparable: {Shape: "∅", Class: "mixed"}, gate.Invalid: {Shape: "!", Class: "mixed"},
}

// verdictLooks lists the verdicts with their meaning.
func verdictLooks() []verdictLook {
	var list []verdictLook
	for _, v := range gate.Verdicts() {
		look := shapes[v]
		look.Entry = verdict.Gate.Entry(v)
		list = append(list, look)
	}
	return list
}

func badgeOf(v gate.Verdict) mark {
	m := mark{Shape: "?", Text: view.Clean(string(v)), Class: "mixed"}
	if look, known := shapes[v]; known {
		m.Shape, m.Class = look.Shape, look.Class
	}
	return m
}

// WriteComparison writes the page of a comparison.
func WriteComparison(w io.Writer, c Comparison) error {
	c.Report.GiveLooks()
	r := safe(c.Report)
	p := &comparePage{
		Report: r, Lead: compareWords(r), Counted: countersOf(r), Validity: validities(c.Sides),
		Verdicts: verdictLooks(), Definitions: comparedMetrics(r),
	}
	p.Broken, p.More = failing(r)
	p.EnvSides, p.EnvRows = environments(c.Sides)
	p.Differ = len(lists.Keep(p.EnvRows, envRow.differs))
	p.Rows, p.RowsCut = first(r.Findings, maxRows, "comparisons are listed; all of them are in the downloads.")
	figures, missing := plot.Forests(c.Report)
	p.Figures, p.NoFigure = drawn(figures...), missing
	var err error
	if p.Downloads, err = compareDownloads(c.Report); err != nil {
		return err
	}
	f := frame{
		kind: "comparison", Kicker: "dllmbench comparison", Title: compareTitle(r), Meta: compareMeta(r),
		Made: "Made from the findings of one dllmbench compare or check.",
	}
	return f.write(w, p,
		section{ID: "verdict", Nav: "Verdict", Title: "Verdict", there: true},
		section{ID: "counters", Nav: "Counters", Title: "Exact counters and outputs", there: p.Counted.Cells > 0},
		section{ID: "figures", Nav: "Figures", Title: "Effects with their intervals", there: len(p.Figures) > 0 || p.NoFigure != ""},
		section{ID: "comparisons", Nav: "Comparisons", Title: "All comparisons", there: len(p.Rows) > 0},
		section{ID: "thresholds", Nav: "Thresholds", Title: "Thresholds of the scenario", there: len(r.Limits) > 0},
		section{ID: "validity", Nav: "Validity", Title: "Validity of both sides", there: len(p.Validity) > 0},
		section{ID: "environment", Nav: "Environments", Title: "Environments side by side", there: len(p.EnvRows) > 0},
		section{ID: "method", Nav: "Method", Title: "Method and definitions", there: true},
		section{ID: "data", Nav: "Data", Title: "Raw data", there: true})
}

// compareTitle names the two sides where the title of the report does not.
func compareTitle(r *gate.Report) string {
	if r.Title == "compare" && len(r.New) == 1 {
		return r.New[0].Name + " against " + r.Old.Name
	}
	return r.Title
}

func compareMeta(r *gate.Report) string {
	parts := []string{"scenario " + r.Scenario}
	if r.Old.Name != "" {
		parts = append(parts, "old: "+r.Old.Name)
	}
	for i, s := range r.New {
		if i == 6 {
			parts = append(parts, fmt.Sprintf("and %d more", len(r.New)-i))
			break
		}
		parts = append(parts, "new: "+s.Name)
	}
	return strings.Join(parts, ", ")
}

// timingOf are the cells of a comparison of times or shares: old, new, change, p
// and pairs.
func timingOf(f gate.Finding) [5]tableCell {
	none := tableCell{Text: view.Unknown}
	row := [5]tableCell{none, none, none, none, none}
	t := f.Timing
	if t == nil {
		return row
	}
	write, value, by := gate.Percent, view.Number, 1.0
	if t.Unit == "share" {
		write, value, by = gate.InPoints, whole, 100
	}
	row[0], row[1] = sideCell(t.Old, t.Unit, by, value), sideCell(t.New, t.Unit, by, value)
	row[2] = number(t.Ratio, write, write)
	if t.PHolm != nil {
		row[3] = exactly(*t.PHolm, probability(t.PHolm))
	}
	row[4] = exactly(float64(t.Pairs), fmt.Sprint(t.Pairs))
	return row
}

// sideCell is the value of one side with its unit.
func sideCell(e *stats.Estimate, unit string, by float64, value func(float64) string) tableCell {
	if e == nil {
		return tableCell{Text: view.Unknown}
	}
	scaled := e.Times(by)
	if unit == "share" {
		unit = "%"
	}
	return number(&scaled, func(x float64) string { return value(x) + " " + unit }, value)
}

// comparedMetrics are the definitions of the metrics of a report.
func comparedMetrics(r *gate.Report) []result.Metric {
	return lists.Keep(result.Metrics(), func(d result.Metric) bool {
		return slices.ContainsFunc(r.Findings, func(f gate.Finding) bool { return f.Metric == d.Name })
	})
}

func compareDownloads(r *gate.Report) ([]download, error) {
	var out []download
	for _, f := range []struct {
		name, what, kind string
		write            func(io.Writer, *gate.Report) error
	}{
		{"comparison.csv", "one line for each finding", "text/csv", ci.CSV},
		{"comparison.json", "everything, with the values of all pairs", "application/json", ci.JSON},
	} {
		var b bytes.Buffer
		if err := f.write(&b, r); err != nil {
			return nil, err
		}
		if b.Len() <= maxRecords {
			out = append(out, inline(f.name, f.what, f.kind, b.Bytes()))
		}
	}
	return out, nil
}
