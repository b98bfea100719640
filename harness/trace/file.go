package trace

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// File is the name of the traces in the folder of a run.
const File = "traces.jsonl"

// maxLine bounds a line of a trace file, in bytes.
const maxLine = 64 << 20

// Writer appends traces to a file, a line each and a write each.
type Writer struct{ out *os.File }

// Append opens a trace file to be written, or continued: a torn last line, as an
// interrupted run leaves it, is cut off.
func Append(path string) (*Writer, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	end, err := lastLine(f)
	if err == nil {
		if err = f.Truncate(end); err == nil {
			_, err = f.Seek(end, io.SeekStart)
		}
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("traces: %w", err)
	}
	return &Writer{f}, nil
}

// lastLine is the offset behind the last complete line.
func lastLine(f *os.File) (int64, error) {
	r := bufio.NewReaderSize(f, 1<<20)
	for end := int64(0); ; {
		line, err := readLine(r)
		if errors.Is(err, io.EOF) {
			return end, nil
		} else if err != nil {
			return 0, err
		}
		end += int64(len(line))
	}
}

// Write appends one trace.
func (w *Writer) Write(t *Trace) error {
	t.Type = "trace"
	line, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("traces: %w", err)
	}
	if _, err := w.out.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("traces: %w", err)
	}
	return nil
}

// Close closes the file.
func (w *Writer) Close() error { return w.out.Close() }

// Read calls visit for each trace of a file, in order. Of traces with the same
// cell and instance the caller should keep the last one. The error names the
// line. A torn last line is left out.
func Read(path string, visit func(*Trace) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return read(f, path, visit)
}

func read(in io.Reader, name string, visit func(*Trace) error) error {
	r := bufio.NewReaderSize(in, 1<<20)
	for number := 1; ; number++ {
		line, err := readLine(r)
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("%s:%d: %w", name, number, err)
		}
		var t Trace
		if err := json.Unmarshal(line, &t); err != nil {
			return fmt.Errorf("%s:%d: %w", name, number, err)
		}
		if err := t.check(); err != nil {
			return fmt.Errorf("%s:%d: %w", name, number, err)
		}
		if err := visit(&t); err != nil {
			return err
		}
	}
}

// readLine returns a whole line; io.EOF at the end, with a torn line dropped.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		chunk, err := r.ReadSlice('\n')
		line = append(line, chunk...)
		if len(line) > maxLine {
			return nil, fmt.Errorf("the line has more than %d bytes", maxLine)
		}
		if err == nil {
			return line, nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return nil, err
		}
	}
}

// check refuses a trace whose positions do not fit its budget.
func (t *Trace) check() error {
	if t.Type != "trace" {
		return fmt.Errorf("type is %q, only traces are allowed in this file", t.Type)
	}
	if t.Budget < 1 || t.Budget > 1<<24 || len(t.Tokens) > t.Budget || t.Useful < 0 || t.Useful > len(t.Tokens) {
		return fmt.Errorf("%d tokens, %d of them useful, do not fit a budget of %d", len(t.Tokens), t.Useful, t.Budget)
	}
	for _, s := range t.Spans {
		if s.Start < 0 || s.End < s.Start || s.End > len(t.Reference) {
			return fmt.Errorf("span %s is [%d, %d) of %d reference tokens", s.Name, s.Start, s.End, len(t.Reference))
		}
	}
	for i, p := range t.Passes {
		if n := len(p.Argmax); n != 0 && n != t.Budget || len(p.Confidence) != n || len(p.Entropies) != n {
			return fmt.Errorf("pass %d predicts %d positions of a budget of %d", i, n, t.Budget)
		}
		for _, list := range [][]Commit{p.Committed, p.Revised} {
			for _, c := range list {
				if c.Pos < 0 || c.Pos >= t.Budget {
					return fmt.Errorf("pass %d writes position %d of a budget of %d", i, c.Pos, t.Budget)
				}
			}
		}
	}
	return nil
}
