package result

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"os"

	"dllmbench/engines/userfile"
	"dllmbench/harness/internal/lines"
)

// Writer appends records to a results file.
type Writer struct{ *lines.Writer }

// Create makes a new results file with its header, metric definitions and first records,
// which is there with all of them or not at all. It refuses to touch a file that exists (the error is
// [os.ErrExist]).
func Create(path string, header Header, metrics []Metric, first ...any) (*Writer, error) {
	return CreateWith(path, header, metrics, func(w *Writer, _ string) error {
		for _, r := range first {
			w.Write(r) // Close returns the first error
		}
		return nil
	})
}

// CreateWith does the same with the records that fill writes. Fill may read at begun what it
// has written, after a Sync.
func CreateWith(path string, header Header, metrics []Metric, fill func(w *Writer, begun string) error) (*Writer, error) {
	if _, err := os.Lstat(path); err == nil {
		return nil, exists(path)
	}
	begun := path + ".new-" + rand.Text()
	f, err := userfile.OpenFile(begun, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, fmt.Errorf("results file: %w", err)
	}
	defer os.Remove(begun)
	w := &Writer{lines.NewWriter(path, &buffered{f, bufio.NewWriterSize(f, 1<<18)}, MaxLine)}
	header.Type, header.Schema = "header", Schema
	w.Write(header)
	for _, m := range metrics {
		m.Type = "metric"
		w.Write(m)
	}
	err = fill(w, begun)
	if closed := w.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return nil, err
	}
	if err := publish(begun, path); err != nil {
		return nil, err
	}
	if f, err = userfile.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0); err != nil {
		return nil, fmt.Errorf("results file: %w", err)
	}
	return &Writer{lines.NewWriter(path, f, MaxLine)}, nil
}

// buffered is a file that is complete only after Sync.
type buffered struct {
	*os.File
	buffer *bufio.Writer
}

func (b *buffered) Write(p []byte) (int, error) { return b.buffer.Write(p) }

func (b *buffered) Sync() error {
	if err := b.buffer.Flush(); err != nil {
		return err
	}
	return b.File.Sync()
}

// publish gives a file its name, which no file must have.
func publish(begun, path string) error {
	err := os.Link(begun, path)
	if err == nil {
		return nil
	}
	if _, there := os.Lstat(path); there == nil {
		return exists(path)
	}
	if err := os.Rename(begun, path); err != nil { // where there are no links
		return fmt.Errorf("results file: %w", err)
	}
	return nil
}

func exists(path string) error {
	return fmt.Errorf("%s exists already: continue it with --resume or choose another folder (%w)", path, os.ErrExist)
}

// Resume opens a results file to be continued. The header of the file must agree
// with the given one on all that shapes records. A torn last line is cut off.
// The records that the file holds are returned with the writer.
func Resume(path string, header Header) (*Writer, *File, error) {
	f, err := userfile.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot resume: %w", err)
	}
	old, err := Read(f, path)
	if err == nil {
		err = sameRun(path, old.Header, header)
	}
	if err == nil && old.Torn {
		err = f.Truncate(old.Good)
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return &Writer{lines.NewWriter(path, f, MaxLine)}, old, nil
}

// Write appends one record: an [Instance], a [Session], a [Activity], a [Request],
// [Allocations] or a [Validity]; their Type is set.
func (w *Writer) Write(record any) error {
	switch r := record.(type) {
	case Request:
		r.Type = "request"
		record = r
	case Instance:
		r.Type = "instance"
		record = r
	case Session:
		r.Type = "session"
		record = r
	case Activity:
		r.Type = "load"
		record = r
	case Allocations:
		r.Type = "allocations"
		record = r
	case Validity:
		r.Type = "validity"
		record = r
	}
	return w.Writer.Write(record)
}
