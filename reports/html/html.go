// Package html writes the report of a run as one self-contained page: no
// request leaves it, it can be read without scripts, in light and dark, on a
// phone and on paper. All text that comes from a run is escaped by
// html/template; invisible and reordering characters are shown as escapes.
package html

import (
	_ "embed" // for the parts of the page
	"fmt"
	"html/template"
	"io"
	"reflect"
	"slices"

	"dllmbench/harness/result"
	"dllmbench/reports/plot"
	"dllmbench/reports/summary"
	"dllmbench/reports/view"
)

//go:embed page.html
var pageHTML string

//go:embed style.css
var styleCSS string

//go:embed sort.js
var sortJS string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// page is what the template shows.
type page struct {
	Summary    *summary.Summary
	Meta       string
	Nav        []anchor
	Style      template.CSS
	Script     template.JS
	Engines    []engine
	Figures    []figure
	Skipped    []plot.Skipped
	Tables     []cellTable
	Cut        string // which cells are left out
	Samples    []taskSamples
	SamplesCut string

	ValidityText string
	Validity     []verdict
	ValidityCut  string
	Environment  []pair
	Scenario     string
	Intervals    []pair
	Definitions  []result.Metric
	Recorded     []result.Metric // definitions in the file that differ from ours
}

type anchor struct{ ID, Title string }

type pair struct{ Key, Value string }

type engine struct{ Name, Color, Shape string }

type figure struct {
	Name, Title string
	SVG         template.HTML
}

// Write writes the page. figures and skipped come from [plot.Figures] of the
// same view.
func Write(w io.Writer, v *view.View, s *summary.Summary, figures []*plot.Figure, skipped []plot.Skipped) error {
	p := &page{
		Summary: s, Meta: meta(v), Skipped: skipped,
		Style: template.CSS(styleCSS), Script: template.JS(sortJS), // our own files
		Environment: environment(v), Scenario: readable(v.Header.ScenarioYAML, maxScenario),
		Intervals: intervals(v), Definitions: result.Metrics(), Recorded: recorded(v.Metrics),
	}
	seen := map[string]bool{}
	for _, r := range v.Rows {
		if name := r.Cell.Engine; !seen[name] {
			seen[name] = true
			p.Engines = append(p.Engines, engineOf(name))
		}
	}
	for _, f := range figures {
		svg, err := f.SVG()
		if err != nil {
			return err
		}
		// The drawing library escapes the texts it draws.
		p.Figures = append(p.Figures, figure{f.Name, f.Title, template.HTML(svg)})
	}
	p.Tables, p.Cut = tables(v)
	p.Samples, p.SamplesCut = samples(v)
	p.ValidityText, p.Validity, p.ValidityCut = validity(v)
	p.Nav = nav(p)
	if err := pageTemplate.Execute(w, p); err != nil {
		return fmt.Errorf("report page: %w", err)
	}
	return nil
}

func nav(p *page) []anchor {
	list := []anchor{{"verdict", "Verdict"}}
	if len(p.Figures)+len(p.Skipped) > 0 {
		list = append(list, anchor{"figures", "Figures"})
	}
	if len(p.Summary.Sections) > 0 {
		list = append(list, anchor{"findings", "Findings"})
	}
	if len(p.Tables) > 0 {
		list = append(list, anchor{"cells", "Cells"})
	}
	if len(p.Samples) > 0 {
		list = append(list, anchor{"samples", "Samples"})
	}
	return append(list, anchor{"validity", "Validity"}, anchor{"environment", "Environment"}, anchor{"method", "Method"})
}

func engineOf(name string) engine {
	return engine{Name: view.Clean(name), Color: plot.Color(name), Shape: plot.Shape(name)}
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
