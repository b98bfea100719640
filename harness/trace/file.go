package trace

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"dllmbench/engines/userfile"
	"dllmbench/harness/internal/bounds"
	"dllmbench/harness/internal/lines"
)

// File is the name of the traces in the folder of a run.
const File = "traces.jsonl"

// maxLine bounds a line of a trace file, in bytes.
const maxLine = 64 << 20

// Log is the trace file of a run: what it holds, and how to add to it.
type Log struct {
	*lines.Writer
	has map[[2]string]bool // cell and instance
}

// OpenLog opens the traces of a run's folder to add to them. A torn last line, as
// an interrupted run leaves it, is cut off.
func OpenLog(folder string) (*Log, error) {
	l := &Log{has: map[[2]string]bool{}}
	var err error
	l.Writer, err = lines.Append(filepath.Join(folder, File), maxLine, func(_ int64, line []byte) error {
		t, err := parse(line)
		if err == nil {
			l.has[[2]string{t.Cell, t.Instance}] = true
		}
		return err
	})
	return l, err
}

// Has reports whether there is a trace of an instance.
func (l *Log) Has(cell, instance string) bool { return l.has[[2]string{cell, instance}] }

// Write appends one trace.
func (l *Log) Write(t *Trace) error {
	t.Type = "trace"
	return l.Writer.Write(t)
}

// Merge joins the trace files of the parts that have one.
func Merge(dirs []string, out string) (err error) {
	var log *Log
	defer func() {
		if log != nil {
			err = errors.Join(err, log.Close())
		}
	}()
	for _, dir := range dirs {
		err := Read(filepath.Join(dir, File), func(t *Trace) error {
			if log == nil {
				opened, err := OpenLog(out)
				if err != nil {
					return err
				}
				log = opened
			}
			return log.Write(t)
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Read calls visit for each trace of a file, in order. Of traces with the same
// cell and instance the caller should keep the last one. The error names the
// line. A torn last line is left out.
func Read(path string, visit func(*Trace) error) error {
	f, err := userfile.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return read(f, path, visit)
}

func read(in io.Reader, name string, visit func(*Trace) error) error {
	var stopped error // by visit, for reasons that have nothing to do with the line
	_, _, err := lines.Each(in, name, maxLine, func(_ int64, line []byte) error {
		t, err := parse(line)
		if err != nil {
			return err
		}
		stopped = visit(t)
		return stopped
	})
	if stopped != nil {
		return stopped
	}
	return err
}

// traceBounds are the ranges that stand beside the fields.
var traceBounds = bounds.Of[Trace]()

// parse reads a line. It refuses numbers out of their range, and a trace whose positions do not fit its budget.
func parse(line []byte) (*Trace, error) {
	t := &Trace{}
	if err := json.Unmarshal(line, t); err != nil {
		return nil, err
	}
	if err := traceBounds(t); err != nil {
		return t, err
	}
	return t, t.check()
}

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
