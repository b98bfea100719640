package trace

import (
	"errors"
	"io/fs"
	"path/filepath"
)

// Log is the trace file of a run: what it holds, and how to add to it.
type Log struct {
	writer *Writer
	has    map[[2]string]bool // cell and instance
}

// OpenLog opens the traces of a run's folder to add to them.
func OpenLog(folder string) (*Log, error) {
	t := &Log{has: map[[2]string]bool{}}
	path := filepath.Join(folder, File)
	err := Read(path, func(old *Trace) error {
		t.has[[2]string{old.Cell, old.Instance}] = true
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	t.writer, err = Append(path)
	return t, err
}

// Has reports whether there is a trace of an instance.
func (t *Log) Has(cell, instance string) bool { return t.has[[2]string{cell, instance}] }

// Write adds a trace.
func (t *Log) Write(one *Trace) error { return t.writer.Write(one) }

// Close closes the file.
func (t *Log) Close() error {
	return t.writer.Close()
}

// Merge joins the trace files of the parts that have one.
func Merge(dirs []string, out string) error {
	var w *Writer
	for _, dir := range dirs {
		err := Read(filepath.Join(dir, File), func(t *Trace) error {
			if w == nil {
				var err error
				if w, err = Append(filepath.Join(out, File)); err != nil {
					return err
				}
			}
			return w.Write(t)
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return errors.Join(err, closeTraces(w))
		}
	}
	return closeTraces(w)
}

// closeTraces closes a writer, if there is one.
func closeTraces(w *Writer) error {
	if w == nil {
		return nil
	}
	return w.Close()
}
