// Package reports renders a run into a folder: the page, the figures and the
// summary, all from the records of results.jsonl alone.
package reports

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"dllmbench/harness/claims"
	"dllmbench/harness/result"
	"dllmbench/harness/trace"
	"dllmbench/reports/html"
	"dllmbench/reports/plot"
	"dllmbench/reports/summary"
	"dllmbench/reports/view"
)

// Run is what a report shows.
type Run struct {
	File     *result.File
	View     *view.View       // of File; nil to have it made
	Traces   []trace.Trace    // nil without
	Verdicts []claims.Verdict // nil when the scenario names no claims
	Records  []byte           // the results file as it is, for downloading it from the page; may be nil
}

// Write writes report.html, summary.md and plots/*.png into dir, which it
// makes if needed, and returns the paths of the files in order. Each file
// appears whole or not at all. Figures that an earlier rendering left in plots
// and that this run does not have are removed.
func Write(dir string, run Run) ([]string, error) {
	plots := filepath.Join(dir, "plots")
	if err := os.MkdirAll(plots, 0o755); err != nil {
		return nil, fmt.Errorf("report folder: %w", err)
	}
	v := run.View
	if v == nil {
		v = view.New(run.File)
	}
	s := summary.Make(v)
	figures, skipped := plot.Figures(v, run.Traces)
	var written []string
	put := func(path string, render func(io.Writer) error) error {
		if err := writeFile(path, render); err != nil {
			return err
		}
		written = append(written, path)
		return nil
	}
	page := html.Content{
		View: v, Summary: s, Figures: figures, Skipped: skipped,
		Verdicts: run.Verdicts, Traces: run.Traces, Records: run.Records,
	}
	if err := put(filepath.Join(dir, "report.html"), func(w io.Writer) error { return html.Write(w, page) }); err != nil {
		return written, err
	}
	if err := put(filepath.Join(dir, "summary.md"), func(w io.Writer) error { return s.Markdown(w, v) }); err != nil {
		return written, err
	}
	current := map[string]bool{}
	for _, f := range figures {
		current[f.Name+".png"] = true
		if err := put(filepath.Join(plots, f.Name+".png"), f.PNG); err != nil {
			return written, err
		}
	}
	return written, removeStale(plots, current)
}

// removeStale removes figures of this program that are not current.
func removeStale(plots string, current map[string]bool) error {
	entries, err := os.ReadDir(plots)
	if err != nil {
		return fmt.Errorf("report folder: %w", err)
	}
	for _, e := range entries {
		name := e.Name()
		ours := strings.HasSuffix(name, ".png") && plot.IsName(strings.TrimSuffix(name, ".png"))
		if ours && !current[name] && e.Type().IsRegular() {
			if err := os.Remove(filepath.Join(plots, name)); err != nil {
				return fmt.Errorf("old figure: %w", err)
			}
		}
	}
	return nil
}

// writeFile renders into a temporary file beside path and renames it.
func writeFile(path string, render func(io.Writer) error) (err error) {
	var b bytes.Buffer
	if err := render(&b); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".report-*")
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
			err = fmt.Errorf("cannot write %s: %w", path, err)
		}
	}()
	if _, err := f.Write(b.Bytes()); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
