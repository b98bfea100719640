package reports

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

	write  func(*rendering, io.Writer) error   // one file
	draw   func(*plot.Figure, io.Writer) error // each figure of a folder
	layout plot.Layout                         // of figures
	ending string                              // of their names
}

// pictures are the formats of figures, by the ending of their names.
var pictures = map[string]func(*plot.Figure, io.Writer) error{
	"png": (*plot.Figure).PNG, "svg": (*plot.Figure).WriteSVG, "pdf": (*plot.Figure).PDF,
}

// Pictures lists the formats of figures.
func Pictures() []string { return slices.Sorted(maps.Keys(pictures)) }

// Figures are the outputs with the figures in a layout, a folder for each format.
func Figures(formats []string, layout string) (list []result.Output) {
	for _, f := range Formats() {
		if f.draw != nil && f.layout.Name == layout && slices.Contains(formats, f.ending) {
			list = append(list, result.Output{Format: f.Name, Path: f.Path})
		}
	}
	return list
}

// Formats lists what "outputs" of a scenario may name.
func Formats() []Format {
	list := []Format{
		{Name: "html", Path: "report.html", Doc: "the page", write: (*rendering).page},
		{Name: "md", Path: "summary.md", Doc: "summary and tables", write: func(r *rendering, w io.Writer) error { return r.summary.Markdown(w, r.view) }},
		{Name: "matched", Path: "matched.csv", Doc: "comparisons at equal cost or quality, one a line", write: func(r *rendering, w io.Writer) error { return cells.Matched(w, r.view) }},
	}
	for _, l := range plot.Layouts() {
		for _, ending := range Pictures() {
			name := strings.TrimSuffix(ending+"-"+l.Name, "-"+plot.Screen.Name)
			path := strings.TrimSuffix("plots-"+name, "-png")
			list = append(list, Format{Name: name, Path: path, Doc: "figures " + l.Doc + ", a folder", draw: pictures[ending], layout: l, ending: ending})
		}
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
	drawing sync.Mutex
	drawn   map[string]drawn // by layout
}

// drawn are the figures of a layout.
type drawn struct {
	figures []*plot.Figure
	skipped []plot.Skipped
}

// wantsFigures reports whether an output shows figures of the screen.
func wantsFigures(outputs []result.Output) bool {
	return slices.ContainsFunc(outputs, func(o result.Output) bool {
		return slices.ContainsFunc(Formats(), func(f Format) bool {
			return f.Name == o.Format && (f.draw != nil && f.layout == plot.Screen || f.Name == "html")
		})
	})
}

// draw makes the figures of a layout when an output needs them: they take longest.
func (r *rendering) draw(l plot.Layout) drawn {
	r.drawing.Lock()
	defer r.drawing.Unlock()
	d, done := r.drawn[l.Name]
	if !done {
		d.figures, d.skipped = plot.Figures(r.view, r.run.Traces, l)
		if len(r.run.Beside) > 0 {
			figures, skipped := plot.Loads(slices.Concat([]*view.View{r.view}, r.run.Beside), l)
			d.figures, d.skipped = append(d.figures, figures...), append(d.skipped, skipped...)
		}
		r.drawn[l.Name] = d
	}
	return d
}

func (r *rendering) page(w io.Writer) error {
	d := r.draw(plot.Screen)
	return html.Write(w, html.Content{
		View: r.view, Summary: r.summary, Figures: d.figures, Skipped: d.skipped,
		Verdicts: r.run.Verdicts, Traces: r.run.Traces, Records: r.run.Records,
	})
}

// plan makes the folder of an output and lists its files: one, or one for each
// figure, beside which those for a paper have their captions.
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
	figures := r.draw(f.layout).figures
	for _, d := range figures {
		jobs = append(jobs, job{filepath.Join(path, d.Name+"."+f.ending), func(w io.Writer) error { return f.draw(d, w) }})
	}
	if f.layout.Float != "" {
		for name, write := range captions {
			jobs = append(jobs, job{filepath.Join(path, name), func(w io.Writer) error { return write(w, figures, f.layout.Float) }})
		}
	}
	return jobs, nil
}
