package exports

import (
	"dllmbench/harness/result"
	"dllmbench/reports/view"
)

// Run is a run that is written. Its requests stay on disk until a format needs all of them.
type Run struct {
	path  string
	index *result.Index
	view  *view.View
}

// Open opens a results file. The caller closes it.
func Open(path string) (*Run, error) {
	x, err := result.OpenIndex(path)
	if err != nil {
		return nil, err
	}
	return &Run{path: path, index: x}, nil
}

// Close closes the file.
func (r *Run) Close() error { return r.index.Close() }

// File reads everything.
func (r *Run) File() (*result.File, error) { return result.ReadFile(r.path) }

// View derives the numbers of all cells.
func (r *Run) View() (v *view.View, err error) {
	if r.view == nil {
		r.view, err = view.Open(r.index, view.Detail{})
	}
	return r.view, err
}
