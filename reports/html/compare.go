package html

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"dllmbench/harness/gate"
	"dllmbench/harness/result"
	"dllmbench/harness/stats"
	"dllmbench/reports/ci"
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

// comparePage is what the template of a comparison shows.
type comparePage struct {
	frame
	OK       bool
	Lead     []string // the verdict in words
	Failing  []outcomeText
	More     int // failing findings that are not listed
	Counters *counterPart
	Figures  []figure
	NoFigure string // why there is none, or how many comparisons are in none
	Rows     []compareRow
	RowsCut  string
	Sided    bool // there are several new sides
	Limits   []gate.LimitMark
	Notes    []string
	Validity []sideValidity
	EnvSides []string
	Env      []envRow
	Differ   int // rows of Env that differ
	Rule     []pair
	Verdicts []pair

	Definitions []result.Metric
	Downloads   []download
}

// outcomeText is a finding in words with its verdict.
type outcomeText struct {
	Badge mark
	Text  string
}

var verdictLooks = map[gate.Verdict][2]string{
	gate.Improved: {"▲", "good"}, gate.Regressed: {"▼", "bad"}, gate.Changed: {"≠", "bad"},
	gate.NoChange: {"=", "open"}, gate.WithinNoise: {"≈", "open"}, gate.Insufficient: {"?", "mixed"},
	gate.NotComparable: {"∅", "mixed"}, gate.Invalid: {"!", "mixed"},
}

// badgeOf is a verdict with a shape beside the word, so that colour is not needed.
func badgeOf(v gate.Verdict) mark {
	look, ok := verdictLooks[v]
	if !ok {
		look = [2]string{"?", "mixed"}
	}
	return mark{Shape: look[0], Text: view.Clean(string(v)), Class: look[1]}
}

// compareRow is one comparison.
type compareRow struct {
	Task, Decoder string
	Engine        engine
	Side, Metric  string
	Old, New      tableCell
	Change        tableCell
	P             tableCell
	Pairs         tableCell
	Badge         mark
	Accepted      bool
	Words         string
}

// WriteComparison writes the page of a comparison.
func WriteComparison(w io.Writer, c Comparison) error {
	r := c.Report
	p := &comparePage{
		frame: frame{
			Kicker: "dllmbench comparison", Title: compareTitle(r), Meta: compareMeta(r),
			Made: "Made from the findings of one dllmbench compare or check.",
		},
		OK: r.OK(), Lead: compareWords(r), Sided: len(r.New) > 1, Notes: cleaned(r.Notes), Counters: countersOf(r),
		Validity: validities(c.Sides), Rule: compareRule(r), Verdicts: verdictWords(), Definitions: comparedMetrics(r),
	}
	p.Failing, p.More = failing(r)
	for _, l := range r.Limits {
		l.Cell, l.Limit, l.Sentence = view.Clean(l.Cell), view.Clean(l.Limit), view.Clean(l.Sentence)
		p.Limits = append(p.Limits, l)
	}
	p.EnvSides, p.Env = environments(c.Sides)
	for _, e := range p.Env {
		if e.Differs {
			p.Differ++
		}
	}
	for _, f := range r.Findings {
		if len(p.Rows) == maxRows {
			p.RowsCut = fmt.Sprintf("Only the first %d of %d comparisons are listed; all of them are in the downloads.", maxRows, len(r.Findings))
			break
		}
		p.Rows = append(p.Rows, compareRowOf(f))
	}
	p.Figures, p.NoFigure = forests(r)
	var err error
	if p.Downloads, err = compareDownloads(r); err != nil {
		return err
	}
	p.nav()
	p.load("theme.js", "table.js")
	if err := pageTemplate.ExecuteTemplate(w, "compare.html", p); err != nil {
		return fmt.Errorf("comparison page: %w", err)
	}
	return nil
}

func (p *comparePage) nav() {
	for _, a := range []struct {
		there     bool
		id, title string
	}{
		{true, "verdict", "Verdict"}, {p.Counters != nil, "counters", "Counters"}, {len(p.Figures) > 0 || p.NoFigure != "", "figures", "Figures"},
		{len(p.Rows) > 0, "comparisons", "Comparisons"}, {len(p.Limits) > 0, "thresholds", "Thresholds"},
		{len(p.Validity) > 0, "validity", "Validity"}, {len(p.Env) > 0, "environment", "Environments"}, {true, "method", "Method"}, {true, "data", "Data"},
	} {
		if a.there {
			p.Nav = append(p.Nav, anchor{a.id, a.title})
		}
	}
}

// compareTitle names the two sides where the title of the report does not.
func compareTitle(r *gate.Report) string {
	if r.Title == "compare" && len(r.New) == 1 {
		return view.Clean(r.New[0].Name + " against " + r.Old.Name)
	}
	return view.Clean(r.Title)
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
	return view.Clean(strings.Join(parts, ", "))
}

// taskOf splits a finding into task and decoder.
func taskOf(f gate.Finding) (task, decoder string) {
	return strings.TrimPrefix(f.Cell, f.Decoder+", "), f.Decoder
}

func compareRowOf(f gate.Finding) compareRow {
	task, decoder := taskOf(f)
	row := compareRow{
		Task: view.Clean(task), Decoder: view.Clean(decoder), Engine: engineOf(f.Engine), Side: view.Clean(f.Side), Metric: view.Clean(f.Metric),
		Badge: badgeOf(f.Verdict), Accepted: f.Accept, Words: view.Clean(f.Sentence),
	}
	none := tableCell{Text: view.Unknown}
	row.Old, row.New, row.Change, row.P, row.Pairs = none, none, none, none, none
	t := f.Timing
	if t == nil {
		return row
	}
	write, value, by := gate.Percent, view.Number, 1.0
	if t.Unit == "share" {
		write, by = gate.InPoints, 100
		value = func(x float64) string { return fmt.Sprintf("%.0f", x) }
	}
	row.Old, row.New = sideCell(t.Old, t.Unit, by, value), sideCell(t.New, t.Unit, by, value)
	if t.Ratio != nil {
		row.Change = number(t.Ratio, write(t.Ratio.Value), write)
	}
	if t.PHolm != nil {
		row.P = tableCell{Text: probability(t.PHolm), Sort: strconv.FormatFloat(*t.PHolm, 'g', 9, 64)}
	}
	row.Pairs = tableCell{Text: fmt.Sprint(t.Pairs), Sort: fmt.Sprint(t.Pairs)}
	return row
}

// sideCell is the value of one side with its unit.
func sideCell(e *stats.Estimate, unit string, by float64, value func(float64) string) tableCell {
	if e == nil {
		return tableCell{Text: view.Unknown}
	}
	scaled := *e
	scaled.Value *= by
	if e.CI != nil {
		scaled.CI = &stats.Interval{Low: e.CI.Low * by, High: e.CI.High * by}
	}
	if unit == "share" {
		unit = "%"
	}
	return number(&scaled, value(scaled.Value)+" "+view.Clean(unit), value)
}

// comparedMetrics are the definitions of the metrics of a report.
func comparedMetrics(r *gate.Report) []result.Metric {
	var out []result.Metric
	for _, d := range result.Metrics() {
		for _, f := range r.Findings {
			if f.Metric == d.Name {
				out = append(out, d)
				break
			}
		}
	}
	return out
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
