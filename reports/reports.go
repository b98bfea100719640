// Package reports renders a run into a folder: the page, the figures, the
// summary and what else the scenario wants, all from the records of results.jsonl alone.
package reports

import (
	"fmt"
	"path/filepath"
	"slices"

	"dllmbench/harness/claims"
	"dllmbench/harness/result"
	"dllmbench/harness/trace"
	"dllmbench/reports/guard"
	"dllmbench/reports/plot"
	"dllmbench/reports/summary"
	"dllmbench/reports/view"
)

// Run is what a report shows.
type Run struct {
	File     *result.File
	View     *view.View       // of File; nil to have it made
	Summary  *summary.Summary // of View; nil to have it made
	Traces   []trace.Trace    // nil without
	Verdicts []claims.Verdict // nil when the scenario names no claims
	Beside   []*view.View     // runs of the same cells under other loads, for figures against the load; may be nil
	Records  []byte           // the results file as it is, for downloading it from the page; may be nil
	Further  []result.Output  // beside those that the run wants

	made *rendering // by Prepare
}

// Prepare makes what [Write] needs first, summary and figures, and calls
// meanwhile, all at the same time. The other fields of the run are set before. A
// panic that bad records cause is returned as an error.
func Prepare(run *Run, meanwhile func() error) error {
	r := &rendering{run: *run, view: run.View, summary: run.Summary, drawn: map[string]drawn{}}
	if r.view == nil {
		if err := guard.Call("records", func() error { r.view = view.New(run.File); return nil }); err != nil {
			return err
		}
	}
	err := guard.Together(
		func() error {
			if r.summary == nil {
				r.summary = summary.Make(r.view)
			}
			return nil
		},
		func() error {
			if wantsFigures(run.outputs()) {
				r.draw(plot.Screen)
			}
			return nil
		},
		meanwhile)
	run.View, run.Summary, run.made = r.view, r.summary, r
	return err
}

// outputs are those that the run wants.
func (r *Run) outputs() []result.Output {
	list := r.File.Header.Outputs
	if list == nil {
		list = usual
	}
	for _, o := range r.Further {
		if !slices.Contains(list, o) {
			list = append(slices.Clone(list), o)
		}
	}
	return list
}

// Write makes the files that the run wants below dir, which it makes if needed,
// and returns their paths in order, after an error those before the first that
// failed: report.html, summary.md and plots/*.png unless the scenario names
// others. Each file appears whole or not at all. Figures that an earlier
// rendering left in a folder of figures and that this run does not have are
// removed. Files are made on all processors at the same time.
func Write(dir string, run Run) ([]string, error) {
	outputs := run.outputs()
	var formats []Format
	for _, o := range outputs { // results files come from elsewhere too
		i := slices.IndexFunc(Formats(), func(f Format) bool { return f.Name == o.Format && f.Path != "" })
		if i < 0 {
			return nil, fmt.Errorf("the run wants an output of format %q, which this program does not know", o.Format)
		}
		if why := o.Problem(); why != "" {
			return nil, fmt.Errorf("the run wants an output in %q: %s", o.Path, why)
		}
		formats = append(formats, Formats()[i])
	}
	if len(outputs) == 0 {
		return nil, nil
	}
	if run.made == nil {
		if err := Prepare(&run, func() error { return nil }); err != nil {
			return nil, err
		}
	}
	var work []job
	var paths []string
	for i, o := range outputs {
		paths = append(paths, filepath.Join(dir, filepath.FromSlash(o.Path)))
		jobs, err := run.made.plan(paths[i], formats[i])
		if err != nil {
			return nil, err
		}
		work = append(work, jobs...)
	}
	written, err := do(work)
	for i, f := range formats {
		if err == nil && f.draw != nil {
			err = removeStale(paths[i], "."+f.ending, written)
		}
	}
	return written, err
}
