package reports

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"dllmbench/harness/result"
	"dllmbench/reports/cells"
	"dllmbench/reports/ci"
	"dllmbench/reports/html"
	"dllmbench/reports/methods"
	"dllmbench/reports/plot"
	"dllmbench/reports/summary"
	"dllmbench/reports/view"
)

// Records is the name of the output that every run has: results.jsonl.
const Records = "jsonl"

// Format is a kind of file that a report can make.
type Format struct {
	Name string
	Path string // where it goes unless the run says otherwise; a folder for figures; "" for Records
	Doc  string

	write func(*rendering, io.Writer) error   // one file
	draw  func(*plot.Figure, io.Writer) error // each figure of a folder
}

// Formats lists what "outputs" of a scenario may name.
func Formats() []Format {
	list := []Format{
		{Name: "html", Path: "report.html", Doc: "the page", write: (*rendering).page},
		{Name: "md", Path: "summary.md", Doc: "summary and tables", write: func(r *rendering, w io.Writer) error { return r.summary.Markdown(w, r.view) }},
		{Name: "png", Path: "plots", Doc: "figures, a folder", draw: (*plot.Figure).PNG},
		{Name: "svg", Path: "plots-svg", Doc: "figures as vectors, a folder", draw: (*plot.Figure).WriteSVG},
		{Name: "matched", Path: "matched.csv", Doc: "comparisons at equal cost or quality, one a line", write: func(r *rendering, w io.Writer) error { return cells.Matched(w, r.view) }},
	}
	paths := map[string]string{"csv": "cells.csv", "json": "cells.json", "junit": "junit.xml", "gobench": "gobench.txt", "latex": "table.tex", "bmf": "bmf.json", "gha": "gha.json"}
	for _, f := range ci.RunFormats() {
		if path, ok := paths[f.Name]; ok {
			list = append(list, Format{Name: f.Name, Path: path, Doc: f.Doc, write: func(r *rendering, w io.Writer) error {
				return f.Write(w, cells.Run{View: r.view, File: r.run.File})
			}})
		}
	}
	for _, f := range methods.Files() {
		list = append(list, Format{Name: f.Format, Path: f.Path, Doc: f.Doc, write: func(r *rendering, w io.Writer) error { return f.Write(w, r.view) }})
	}
	return append(list, Format{Name: Records, Doc: "the records, which every run writes"})
}

// NeedRequests reports whether an output is made from all requests of the run at
// once, which must be in [Run.File] then: the view is not enough.
func NeedRequests(outputs []result.Output) bool {
	return slices.ContainsFunc(outputs, func(o result.Output) bool { return o.Format == ci.NeedsRequests })
}

// usual are the outputs of runs that do not say which ones they want.
var usual = []result.Output{{Format: "html", Path: "report.html"}, {Format: "md", Path: "summary.md"}, {Format: "png", Path: "plots"}}

// rendering is a run with what its files are made from.
type rendering struct {
	run     Run
	view    *view.View
	summary *summary.Summary
	drawn   sync.Once
	figures []*plot.Figure // of draw
	skipped []plot.Skipped
}

// wantsFigures reports whether an output shows figures; nil are the usual outputs.
func wantsFigures(outputs []result.Output) bool {
	if outputs == nil {
		outputs = usual
	}
	return slices.ContainsFunc(outputs, func(o result.Output) bool {
		return slices.ContainsFunc(Formats(), func(f Format) bool { return f.Name == o.Format && (f.draw != nil || f.Name == "html") })
	})
}

// draw makes the figures when an output needs them: they take longest.
func (r *rendering) draw() []*plot.Figure {
	r.drawn.Do(func() {
		r.figures, r.skipped = plot.Figures(r.view, r.run.Traces)
		if len(r.run.Beside) > 0 {
			figures, skipped := plot.Loads(slices.Concat([]*view.View{r.view}, r.run.Beside))
			r.figures, r.skipped = append(r.figures, figures...), append(r.skipped, skipped...)
		}
	})
	return r.figures
}

func (r *rendering) page(w io.Writer) error {
	return html.Write(w, html.Content{
		View: r.view, Summary: r.summary, Figures: r.draw(), Skipped: r.skipped,
		Verdicts: r.run.Verdicts, Traces: r.run.Traces, Records: r.run.Records,
	})
}

// plan makes the folder of an output and lists its files: one, or one for each
// figure.
func (r *rendering) plan(path string, f Format) ([]job, error) {
	folder := path
	if f.draw == nil {
		folder = filepath.Dir(path)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("report folder: %w", err)
	}
	if f.draw == nil {
		return []job{{path, func(w io.Writer) error { return f.write(r, w) }}}, nil
	}
	var jobs []job
	for _, d := range r.draw() {
		jobs = append(jobs, job{filepath.Join(path, d.Name+"."+f.Name), func(w io.Writer) error { return f.draw(d, w) }})
	}
	return jobs, nil
}
