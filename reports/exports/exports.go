// Package exports is the one registry of the formats in which `export` writes a run for
// other programs.
//
// A format makes one text, files in a folder, or sends what it makes to a server; some do
// two of these.
package exports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"dllmbench/reports/cells"
	"dllmbench/reports/ci"
	"dllmbench/reports/lmeval"
	"dllmbench/reports/otel"
	"dllmbench/reports/parquet"
	"dllmbench/reports/prometheus"
	"dllmbench/reports/push"
)

// Format is a way to write a run.
type Format struct {
	Name string
	Doc  string // who reads it
	// Text writes one text; nil where there is none.
	Text func(io.Writer, *Run) error
	// Files puts files below a folder, by their paths with slashes; nil where there are none.
	Files func(*Run, Put) error
	// Send sends it to a server and says what was done; nil where that is not possible.
	Send func(context.Context, *Run, push.Target) (string, error)
}

// List is a list of formats, the default first.
type List []Format

// Names lists the names.
func (list List) Names() (names []string) {
	for _, f := range list {
		names = append(names, f.Name)
	}
	return names
}

// Help has a line for each format.
func (list List) Help() string {
	var b strings.Builder
	for _, f := range list {
		fmt.Fprintf(&b, "    %-10s %s\n", f.Name, f.Doc)
	}
	return b.String()
}

// Put makes a file, whole or not at all.
type Put func(path string, write func(io.Writer) error) error

// ErrNothing means that a run holds nothing that a format could write.
var ErrNothing = errors.New("there is nothing to write")

// Formats lists all formats.
func Formats() List {
	var list List
	for _, f := range ci.RunFormats() {
		list = append(list, Format{Name: f.Name, Doc: f.Doc, Text: func(w io.Writer, r *Run) error {
			run := cells.Run{}
			var err error
			if f.Name == ci.NeedsRequests {
				run.File, err = r.File()
			} else {
				run.View, err = r.View()
			}
			if err != nil {
				return err
			}
			return f.Write(w, run)
		}})
	}
	return append(list,
		Format{Name: "parquet", Doc: "requests.parquet and cells.parquet, options as columns, for pandas, DuckDB and others", Files: columns},
		Format{Name: "prometheus", Doc: "Prometheus text, for the textfile collector of the node exporter", Text: func(w io.Writer, r *Run) error {
			v, err := r.View()
			if err != nil {
				return err
			}
			return prometheus.Write(w, v)
		}},
		Format{Name: "otel", Doc: "OpenTelemetry: OTLP JSON, or with --to to a collector (/v1/metrics)", Text: func(w io.Writer, r *Run) error {
			v, err := r.View()
			if err != nil {
				return err
			}
			return otel.Write(w, v, r.index.RequestsOf)
		}, Send: toCollector},
		Format{Name: "mlflow", Doc: "MLflow, with --to to a tracking server: a run for the run, below it one for each cell", Send: toMLflow},
		Format{Name: "lm-eval", Doc: "answers and scores as files of lm-evaluation-harness, a folder for each decoder", Files: harness},
	)
}

// columns writes both files of Parquet. The requests of one cell are in memory at a time.
func columns(r *Run, put Put) error {
	if err := put("requests.parquet", func(w io.Writer) error { return parquet.Requests(w, r.index.Header, r.index.RequestsOf) }); err != nil {
		return err
	}
	v, err := r.View()
	if err != nil {
		return err
	}
	return put("cells.parquet", func(w io.Writer) error { return parquet.Cells(w, v) })
}

// harness writes files of lm-evaluation-harness.
func harness(r *Run, put Put) error {
	f, err := r.File()
	if err != nil {
		return err
	}
	files, err := lmeval.Files(f)
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%w: the run holds no answer with a score", ErrNothing)
	}
	for _, file := range files {
		if err == nil {
			err = put(file.Path, func(w io.Writer) error { _, err := w.Write(file.Data); return err })
		}
	}
	return err
}
