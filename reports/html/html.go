// Package html writes the report of a run as one self-contained page: no
// request leaves it, it can be read without scripts, in light and dark, on a
// phone and on paper. All text that comes from a run is escaped by
// html/template; invisible and reordering characters are shown as escapes.
//
// The page answers in the order in which people ask: who won, which common
// claims hold, what the curves look like, the numbers, what was written, how it
// came to be written, what it cost, whether to trust it, and how it was made.
package html

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"reflect"
	"slices"
	"strings"

	"dllmbench/harness/claims"
	"dllmbench/harness/result"
	"dllmbench/harness/trace"
	"dllmbench/reports/plot"
	"dllmbench/reports/summary"
	"dllmbench/reports/view"
)

//go:embed parts/*.html
var partFiles embed.FS

// assets are the style and the scripts of the page; uplot holds the charting
// library with its licence.
//
//go:embed assets
var assets embed.FS

var pageTemplate = template.Must(template.New("page.html").ParseFS(partFiles, "parts/*.html"))

// Content is what a page is made from.
type Content struct {
	View     *view.View
	Summary  *summary.Summary
	Figures  []*plot.Figure // from [plot.Figures] of the same view
	Skipped  []plot.Skipped
	Verdicts []claims.Verdict // on common claims; nil when none was judged
	Traces   []trace.Trace    // of the cells of the view; nil without
	Records  []byte           // the results file as it is, to be downloaded from the page; nil to leave it beside
}

// page is what the template shows.
type page struct {
	frame
	Summary *summary.Summary
	Engines []engine
	Board   *board
	Charts  *charts
	Claims  []claim
	Decide  *decisions
	Figures []figure
	Skipped []plot.Skipped
	Tables  []cellTable
	Cut     string // which cells are left out
	Versus  [2]string

	Samples    []taskSamples
	SamplesCut string
	Replay     *replay
	Costs      *costs

	ValidityText string
	Marks        []markCount
	Validity     []verdict
	ValidityCut  string
	Environment  []pair
	Scenario     string
	Intervals    []pair
	Definitions  []result.Metric
	Recorded     []result.Metric // definitions in the file that differ from ours
	Downloads    []download
	DownloadCut  string // why the table of cells is not among them
}

type pair struct{ Key, Value string }

type engine struct {
	Name  string
	Color template.CSS
	Class string // gives the colour on the page
	Shape string
}

type figure struct {
	Name, Title string
	SVG         template.HTML
}

// Write writes the page.
func Write(w io.Writer, c Content) error {
	v := c.View
	p := &page{
		frame:   frame{Kicker: "dllmbench report", Title: c.Summary.Title, Meta: meta(v), Made: "Made from the records of one run; dllmbench report makes it again."},
		Summary: c.Summary, Skipped: c.Skipped, Board: boardOf(c.Summary), Decide: decisionsOf(v), Charts: chartsOf(v),
		Replay: replayOf(v, c.Traces), Costs: costsOf(v),
		Environment: environment(v), Scenario: readable(v.Header.ScenarioYAML, maxScenario),
		Intervals: intervals(v), Definitions: result.Metrics(), Recorded: recorded(v.Metrics),
	}
	scripts := []string{"theme.js", "table.js", "replay.js"}
	if p.Charts != nil {
		scripts = append(scripts, "uplot/uPlot.iife.min.js", "charts.js")
	}
	p.load(scripts...)
	seen := map[string]bool{}
	for _, r := range v.Rows {
		if name := r.Cell.Engine; !seen[name] {
			seen[name] = true
			p.Engines = append(p.Engines, engineOf(name))
		}
	}
	p.Figures, p.Claims = drawn(c.Figures), claimsOf(c.Verdicts)
	p.Tables, p.Cut = tables(v)
	p.Versus[0], p.Versus[1] = v.Versus()
	p.Marks = markCounts(v)
	p.Samples, p.SamplesCut = samples(v)
	p.ValidityText, p.Validity, p.ValidityCut = validity(v)
	var err error
	if p.Downloads, err = downloads(c); err != nil {
		return err
	}
	if len(v.Rows) > 0 && !slices.ContainsFunc(p.Downloads, func(d download) bool { return strings.HasPrefix(d.Name, "cells.csv") }) {
		p.DownloadCut = fmt.Sprintf("The table of all %d cells is too large for this page; dllmbench report DIR --format csv writes it.", len(v.Rows))
	}
	p.Nav = nav(p)
	if err := pageTemplate.Execute(w, p); err != nil {
		return fmt.Errorf("report page: %w", err)
	}
	return nil
}

// drawn turns figures into SVG, whose text is escaped.
func drawn(figures []*plot.Figure) []figure {
	var out []figure
	for _, f := range figures {
		out = append(out, figure{f.Name, f.Title, template.HTML(f.SVG())})
	}
	return out
}

func nav(p *page) []anchor {
	list := []anchor{{"verdict", "Verdict"}}
	for _, a := range []struct {
		there     bool
		id, title string
	}{
		{len(p.Claims) > 0, "claims", "Claims"},
		{p.Decide != nil, "decision", "Which to use"},
		{p.Charts != nil || len(p.Figures)+len(p.Skipped) > 0, "figures", "Figures"},
		{len(p.Tables) > 0, "cells", "Cells"},
		{len(p.Samples) > 0, "samples", "Samples"},
		{p.Replay != nil, "replay", "Replay"},
		{p.Costs != nil, "cost", "Cost"},
	} {
		if a.there {
			list = append(list, anchor{a.id, a.title})
		}
	}
	return append(list, anchor{"validity", "Validity"}, anchor{"environment", "Environment"}, anchor{"method", "Method"}, anchor{"data", "Data"})
}

func engineOf(name string) engine {
	return engine{
		Name:  view.Clean(name),
		Color: template.CSS("var(" + plot.Property(name) + "," + plot.Color(name) + ")"), // of a fixed list
		Class: "e" + plot.Property(name),
		Shape: plot.Shape(name),
	}
}

// recorded lists the definitions of a file that are not those of this program,
// safe to show: another version wrote the file.
func recorded(metrics []result.Metric) []result.Metric {
	ours := result.Metrics()
	var out []result.Metric
	for _, m := range metrics {
		m.Type = ""
		if slices.ContainsFunc(ours, func(d result.Metric) bool { return reflect.DeepEqual(d, m) }) {
			continue
		}
		out = append(out, result.Metric{
			Name: view.Clean(m.Name), Title: view.Clean(m.Title), Unit: view.Clean(m.Unit), Better: view.Clean(m.Better), Assume: m.Assume,
			Doc: view.Clean(m.Doc), Source: view.Clean(m.Source),
		})
	}
	return out
}

func meta(v *view.View) string {
	h := v.Header
	s := fmt.Sprintf("%d cells, seed %d", len(v.Rows), h.Seed)
	if h.Started != "" {
		s = "started " + h.Started + ", " + s
	}
	if h.Env.CPU != "" {
		s += ", " + h.Env.CPU
	}
	return view.Clean(s)
}

// intervals says how the intervals are made.
func intervals(v *view.View) []pair {
	return []pair{
		{"Shares", "Wilson's score interval over instances; differences on the same instances with Newcombe's paired interval."},
		{"Medians", "Distribution-free interval between order statistics; needs six units."},
		{"Means and ratios of sums", fmt.Sprintf("BCa bootstrap of %d seeded draws over units, widened for small samples; needs five units.", v.Draws)},
		{"Speed against another decoder", "Hodges–Lehmann centre of the log-ratios of paired times, with the interval that inverts Wilcoxon's signed-rank test (exact up to 50 pairs); needs six pairs."},
		{"Percentiles", "Linear interpolation at rank p/100·(n−1); p95 only from 130 requests on, because fewer cannot show it."},
	}
}
