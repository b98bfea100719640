package trace

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"dllmbench/harness/internal/lines"
)

// File is the name of the traces in the folder of a run.
const File = "traces.jsonl"

// maxLine bounds a line of a trace file, in bytes.
const maxLine = 64 << 20

// Writer appends traces to a file.
type Writer struct{ *lines.Writer }

// Append opens a trace file to be written, or continued: a torn last line, as an
// interrupted run leaves it, is cut off.
func Append(path string) (*Writer, error) {
	w, err := lines.Append(path, maxLine, func(int64, []byte) error { return nil })
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	return &Writer{w}, nil
}

// Write appends one trace.
func (w *Writer) Write(t *Trace) error {
	t.Type = "trace"
	return w.Writer.Write(t)
}

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
	var stopped error // by visit, for reasons that have nothing to do with the line
	_, _, err := lines.Each(in, name, maxLine, func(_ int64, line []byte) error {
		var t Trace
		if err := json.Unmarshal(line, &t); err != nil {
			return err
		}
		if err := t.check(); err != nil {
			return err
		}
		stopped = visit(&t)
		return stopped
	})
	if stopped != nil {
		return stopped
	}
	return err
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
