package main

import (
	"errors"
	"io/fs"
	"path/filepath"

	"dllmbench/harness"
	"dllmbench/harness/trace"
)

// traces is the trace file of a run: what it holds, and how to add to it.
type traces struct {
	writer *trace.Writer
	has    map[[2]string]bool // cell and instance
}

// openTraces opens the traces of a run's folder, or nothing when none are wanted.
func openTraces(folder string, perCell int) (*traces, error) {
	t := &traces{has: map[[2]string]bool{}}
	if perCell == 0 {
		return t, nil
	}
	path := filepath.Join(folder, trace.File)
	err := trace.Read(path, func(old *trace.Trace) error {
		t.has[[2]string{old.Cell, old.Instance}] = true
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	t.writer, err = trace.Append(path)
	return t, err
}

// harness is what a run needs of the traces; nil when none are wanted.
func (t *traces) harness() *harness.Tracing {
	if t.writer == nil {
		return nil
	}
	return &harness.Tracing{
		Has:   func(cell, instance string) bool { return t.has[[2]string{cell, instance}] },
		Write: t.writer.Write,
	}
}

// Close closes the file.
func (t *traces) Close() error {
	if t.writer == nil {
		return nil
	}
	return t.writer.Close()
}
