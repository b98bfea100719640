// Package lines holds files of JSON records, one on a line, that a program
// appends to: results, traces and logs. A program that is stopped loses at most
// the line that it was writing, which readers report and the next writer cuts off.
package lines

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"dllmbench/engines/userfile"
)

// Error says which line of a file is wrong.
type Error struct {
	Path string
	Line int // from 1
	Msg  string
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %s", e.Path, e.Line, e.Msg) }

// Each calls take for each whole line of r that is not blank, with the offset at
// which it begins; the bytes are valid until take returns. What take finds wrong
// becomes an [Error], as does a line of more than most bytes. Each returns how
// long the whole lines are, and whether a torn one follows.
func Each(r io.Reader, path string, most int, take func(at int64, line []byte) error) (whole int64, torn bool, err error) {
	in := bufio.NewReaderSize(r, 1<<18)
	for n := 1; ; n++ {
		line, err := next(in, most)
		switch {
		case len(line) > most:
			return whole, false, &Error{path, n, fmt.Sprintf("the line is longer than the %d bytes allowed", most)}
		case errors.Is(err, io.EOF):
			return whole, len(line) > 0, nil
		case err != nil:
			return whole, false, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		if len(bytes.TrimSpace(line)) > 0 {
			if err := take(whole, line); err != nil {
				return whole, false, &Error{path, n, err.Error()}
			}
		}
		whole += int64(len(line))
	}
}

// next returns the next line, or the rest with io.EOF, and little more than most bytes.
func next(in *bufio.Reader, most int) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		if line == nil && err == nil {
			return part, nil
		}
		line = append(line, part...)
		if len(line) > most || !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

// File is what a [Writer] needs of an [os.File].
type File interface {
	io.Writer
	Sync() error
	Close() error
}

// Writer appends records to a file. Each record reaches the operating system as
// one write of one whole line. A Writer is not safe for concurrent use.
type Writer struct {
	path string
	most int
	out  File
	err  error // first failure; everything after it fails alike
}

// NewWriter writes lines of at most most bytes to an open file, called path in messages.
func NewWriter(path string, out File, most int) *Writer {
	return &Writer{path: path, most: most, out: out}
}

// Append opens or makes a file, calls take as [Each] does, and cuts off a torn line.
func Append(path string, most int, take func(at int64, line []byte) error) (*Writer, error) {
	f, err := userfile.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	whole, torn, err := Each(f, path, most, take)
	if err == nil && torn {
		err = f.Truncate(whole)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return NewWriter(path, f, most), nil
}

// Write appends a record.
func (w *Writer) Write(record any) error {
	if w.err != nil {
		return w.err
	}
	var line bytes.Buffer
	enc := json.NewEncoder(&line) // ends the line with a newline
	enc.SetEscapeHTML(false)
	if err := enc.Encode(record); err != nil {
		return w.fail(err)
	}
	if line.Len() > w.most {
		return w.fail(fmt.Errorf("a record of %d bytes is longer than the %d allowed in a line", line.Len(), w.most))
	}
	_, err := w.out.Write(line.Bytes())
	return w.fail(err)
}

// Sync forces what was written to the disk.
func (w *Writer) Sync() error {
	if w.err != nil {
		return w.err
	}
	return w.fail(w.out.Sync())
}

// Close syncs and closes the file, and returns the first error that any call met.
func (w *Writer) Close() error {
	w.Sync()
	if err := w.out.Close(); w.err == nil {
		w.fail(err)
	}
	return w.err
}

// fail keeps an error, if it is one, with the name of the file.
func (w *Writer) fail(err error) error {
	if err != nil {
		w.err = fmt.Errorf("cannot write %s: %w", w.path, err)
	}
	return w.err
}
